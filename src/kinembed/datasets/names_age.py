"""Names are of one fit: after another one, a number may mean another behaviour."""

import logging
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from kedro.io.core import AbstractDataset

from kinembed.datasets.lineage import loaded_version, read_lineage
from kinembed.datasets.names import NamesDataset

Datasets = Mapping[str, AbstractDataset[Any, Any]]
CLUSTERS = "cluster_models"
"""Dataset of the fitted clusters, which names are of."""
VERSION = "%Y-%m-%dT%H.%M.%S.%fZ"


def warn_of_earlier_names(datasets: Datasets, inputs: Iterable[str]) -> None:
    """Say that clusters were fitted after a person had named them.

    Parameters
    ----------
    datasets : mapping of str to AbstractDataset
        Stored datasets by name, with the versions that will be loaded.
    inputs : iterable of str
        Names of those that are used together: of a names file, and of clusters or of what was made
        of them.
    """
    used = [(name, datasets[name]) for name in inputs if name in datasets]
    written = [one.written() for _, one in used if isinstance(one, NamesDataset)]
    fitted = max((_fit_of(name, one) for name, one in used), default="")
    began = _time_of(fitted)
    if began and any(when and when < began for when in written):
        logging.getLogger(__name__).warning(
            f"Clusters were fitted anew ({fitted}) after names.yml had been written: check in the "
            "report that each number still means what it is called, and save names.yml again",
            extra={"markup": False},
        )


def _fit_of(name: str, dataset: AbstractDataset[Any, Any]) -> str:
    """Version of the fitted clusters that a dataset is, or was made of."""
    if name == CLUSTERS:
        return loaded_version(dataset)
    lineage = read_lineage(dataset)
    return "" if lineage is None else lineage.inputs.get(CLUSTERS, "")


def _time_of(version: str) -> datetime | None:
    try:
        return datetime.strptime(version, VERSION).replace(tzinfo=UTC)
    except ValueError:  # unknown, or a version that a person called something
        return None
