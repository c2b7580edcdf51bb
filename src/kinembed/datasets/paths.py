"""Where datasets lie on this machine, and what a run changes there."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kedro.io.core import AbstractDataset

from kinembed.core.atomic_files import clear_leftovers, clear_temporary_files
from kinembed.datasets.lineage import LINEAGE, lineage_beside
from kinembed.datasets.versions import chosen_version, versioned

Datasets = Mapping[str, AbstractDataset[Any, Any]]


def local_path(dataset: AbstractDataset[Any, Any]) -> Path | None:
    """Find the file or folder of a dataset.

    Parameters
    ----------
    dataset : AbstractDataset
        Any dataset.

    Returns
    -------
    Path or None
        Without a version; None for what lies in memory or in an object store.
    """
    description = dataset._describe()
    path = description.get("filepath")
    if path is None or description.get("protocol", "file") != "file":
        return None
    return Path(str(path))


def used_paths(datasets: Datasets, outputs: set[str], folder: Path) -> dict[str, frozenset[str]]:
    """Sort the paths of a run by what it does with them.

    Parameters
    ----------
    datasets : mapping of str to AbstractDataset
        Stored datasets of the pipeline, by name.
    outputs : set of str
        Names of those that it saves.
    folder : Path
        Folder of the data, to which paths inside are relative: other machines may reach it by
        another name.

    Returns
    -------
    dict of str to frozenset of str
        Paths under ``reads``, ``latest`` and ``writes``, as
        :class:`kinembed.core.run_claims.Claim` means them.
    """
    used: dict[str, set[str]] = {"reads": set(), "latest": set(), "writes": set()}
    for name, dataset in datasets.items():
        path = local_path(dataset)
        use = _use(dataset, name in outputs)
        if path is not None and use is not None:
            used[use].add(_shown(path, folder))
    return {use: frozenset(paths) for use, paths in used.items()}


def clear_leftovers_of(datasets: Datasets, outputs: set[str]) -> None:
    """Undo what killed runs left beside datasets; no other run may be writing them.

    Parameters
    ----------
    datasets : mapping of str to AbstractDataset
        Datasets by name; of those that have versions and are only read nothing is undone, since
        another run may be saving a version.
    outputs : set of str
        Names of those that the run saves.

    Raises
    ------
    OSError
        When something cannot be moved or removed.
    """
    for name, dataset in datasets.items():
        path = local_path(dataset)
        if path is None:
            continue
        if _holds_checkpoints(dataset):
            clear_temporary_files(path)
        elif versioned(dataset) is None:
            clear_leftovers(path)
            clear_leftovers(Path(lineage_beside(path)))
        elif name in outputs:
            _clear_versions(path)


def _clear_versions(path: Path) -> None:
    """A folder of a version in which nothing is stored goes, too."""
    for version in path.iterdir() if path.is_dir() else ():
        if version.is_dir():
            clear_leftovers(version / path.name)
            clear_leftovers(version / LINEAGE)
            if not any(version.iterdir()):
                version.rmdir()


def _use(dataset: AbstractDataset[Any, Any], saved: bool) -> str | None:
    """Key of :func:`used_paths`; a version that was chosen does not change."""
    if saved or _holds_checkpoints(dataset):
        return "writes"
    found = versioned(dataset)
    if found is None:
        return "reads"
    return "latest" if chosen_version(found) is None else None


def _holds_checkpoints(dataset: AbstractDataset[Any, Any]) -> bool:
    """Trainings write there, not the node's output; importing its class would import torch."""
    return "cleared_after" in (getattr(dataset, "metadata", None) or {})


def _shown(path: Path, folder: Path) -> str:
    whole, root = path.resolve(), folder.resolve()
    return str(whole.relative_to(root) if whole.is_relative_to(root) else whole)
