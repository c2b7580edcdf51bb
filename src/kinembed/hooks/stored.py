"""Datasets of a run that lie in storage: which they are, where, and what their entries say."""

from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from kedro.io import AbstractDataset, CatalogProtocol
from kedro.io.core import AbstractVersionedDataset
from kedro.pipeline import Pipeline

Catalog = CatalogProtocol[Any, AbstractDataset[Any, Any]]


@dataclass(frozen=True)
class SavedPath:
    """Where the last save of a dataset went.

    Attributes
    ----------
    protocol : str
        How the storage is reached, as fsspec names it: ``file``, ``s3``, ...
    path : str
        Path within the storage, with the version where the dataset has one.
    """

    protocol: str
    path: str


def saved_path(dataset: AbstractDataset[Any, Any]) -> SavedPath:
    """Find where a dataset was saved, with the version of this run.

    Parameters
    ----------
    dataset : AbstractDataset
        A dataset with a ``filepath``; one of versions is resolved to the version that it saves.

    Returns
    -------
    SavedPath
        Protocol (``file`` unless the dataset says otherwise) and path; ``.`` without a
        ``filepath``.
    """
    description = dataset._describe()
    path = PurePosixPath(str(description.get("filepath", "")))
    version = None
    if isinstance(dataset, AbstractVersionedDataset):
        version = dataset.resolve_save_version()
    where = path / version / path.name if version else path
    return SavedPath(str(description.get("protocol", "file")), str(where))


def metadata_of(dataset: AbstractDataset[Any, Any] | None) -> dict[str, Any]:
    """Find what a catalog entry says that is not for Kedro.

    Parameters
    ----------
    dataset : AbstractDataset or None
        None: the dataset has no entry.

    Returns
    -------
    dict of str to object
        Its ``metadata``; empty without any.
    """
    return getattr(dataset, "metadata", None) or {}


def stored_datasets(pipeline: Pipeline, catalog: Catalog) -> dict[str, AbstractDataset[Any, Any]]:
    """Find the datasets of a pipeline that have a catalog entry.

    Parameters
    ----------
    pipeline : Pipeline
        The nodes that will run.
    catalog : CatalogProtocol
        The datasets by name.

    Returns
    -------
    dict of str to AbstractDataset
        By name, in alphabetical order.
    """
    found = {name: catalog.get(name) for name in sorted(pipeline.datasets()) if name in catalog}
    return {name: dataset for name, dataset in found.items() if dataset is not None}
