"""Within a run every dataset is loaded in one version: this run's own, or one chosen at its start.

Kedro loads the latest version each time, whichever run has saved it and by whatever clock.
"""

import logging
from collections.abc import Iterable, Mapping
from typing import Any

from kedro.io.core import AbstractDataset, AbstractVersionedDataset, Version, VersionNotFoundError

Datasets = Mapping[str, AbstractDataset[Any, Any]]


def pin_inputs(datasets: Datasets, names: Iterable[str]) -> None:
    """Have datasets loaded in their latest version of now, whatever is saved later.

    Parameters
    ----------
    datasets : mapping of str to AbstractDataset
        Datasets by name; those without versions or with a chosen one stay as they are.
    names : iterable of str
        Those that are pinned; what is not stored stays as it is.
    """
    for name in names:
        dataset = versioned(datasets.get(name))
        if dataset is not None and chosen_version(dataset) is None:
            latest = stored_versions(dataset)
            if latest:
                dataset._version = Version(latest[0], dataset.resolve_save_version())


def pin_output(dataset: AbstractDataset[Any, Any] | None) -> None:
    """Have a dataset loaded in the version in which this run saves it.

    Parameters
    ----------
    dataset : AbstractDataset or None
        One without versions stays as it is.
    """
    found = versioned(dataset)
    if found is not None:
        save = found.resolve_save_version()
        found._version = Version(save, save)


def warn_of_later_versions(datasets: Datasets, names: Iterable[str]) -> None:
    """Say that a clock was set back, or runs fast elsewhere: later runs take the latest version.

    Parameters
    ----------
    datasets : mapping of str to AbstractDataset
        Datasets by name.
    names : iterable of str
        Those that this run saves.
    """
    found = {name: versioned(datasets.get(name)) for name in names}
    own = {name: dataset for name, dataset in found.items() if dataset is not None}
    later = sorted(name for name, dataset in own.items() if _is_later_stored(dataset))
    if later:
        version = own[later[0]].resolve_save_version()
        options = ",".join(f"{name}:{version}" for name in later)
        logging.getLogger(__name__).warning(
            f"Versions later than this run's are stored: a clock was set back, or another "
            f"machine's is ahead. This run reads what it writes; a later one reads it with "
            f"--load-versions={options}",
            extra={"markup": False},
        )


def versioned(
    dataset: AbstractDataset[Any, Any] | None,
) -> AbstractVersionedDataset[Any, Any] | None:
    """A dataset, if it has versions.

    Parameters
    ----------
    dataset : AbstractDataset or None
        Any dataset.

    Returns
    -------
    AbstractVersionedDataset or None
        The dataset; None when it has no versions.
    """
    if isinstance(dataset, AbstractVersionedDataset) and dataset._version is not None:
        return dataset
    return None


def chosen_version(dataset: AbstractVersionedDataset[Any, Any]) -> str | None:
    """The version that a dataset will be loaded in, whatever is stored later.

    Parameters
    ----------
    dataset : AbstractVersionedDataset
        Any dataset that may have versions.

    Returns
    -------
    str or None
        None when it would be the latest one, or has no versions.
    """
    return None if dataset._version is None else dataset._version.load


def stored_versions(dataset: AbstractVersionedDataset[Any, Any]) -> list[str]:
    """Versions that are stored.

    Parameters
    ----------
    dataset : AbstractVersionedDataset
        A dataset with versions.

    Returns
    -------
    list of str
        The latest first; empty when there is none.
    """
    try:
        return dataset.list_versions(full_path=False)
    except VersionNotFoundError:
        return []


def _is_later_stored(dataset: AbstractVersionedDataset[Any, Any]) -> bool:
    return max(stored_versions(dataset), default="") > str(dataset.resolve_save_version())
