"""Checkpoints go when what they led to is stored."""

from typing import TYPE_CHECKING

from kedro.framework.hooks import hook_impl
from kedro.pipeline import Pipeline

from kinembed.hooks.stored import Catalog, metadata_of, stored_datasets

if TYPE_CHECKING:  # torch would take seconds of every start
    from kinembed.training.checkpoints import CheckpointFolder


class CheckpointHook:
    """Clears the checkpoints of trainings whose results are stored."""

    def __init__(self) -> None:
        self._folders: dict[str, list[CheckpointFolder]] = {}

    @hook_impl
    def before_pipeline_run(self, pipeline: Pipeline, catalog: Catalog) -> None:
        """Remember after which datasets which checkpoints are cleared.

        Parameters
        ----------
        pipeline : Pipeline
            The nodes that will run.
        catalog : CatalogProtocol
            The datasets by name; ``cleared_after`` in the metadata of a checkpoint folder names the
            datasets whose results it leads to.
        """
        self._folders = {}
        for dataset in stored_datasets(pipeline, catalog).values():
            for name in metadata_of(dataset).get("cleared_after", []):
                self._folders.setdefault(name, []).append(dataset.load())

    @hook_impl
    def after_dataset_saved(self, dataset_name: str) -> None:
        """Clear the checkpoints that led to a dataset, now that it is stored.

        Parameters
        ----------
        dataset_name : str
            Name of the dataset in the catalog.
        """
        for folder in self._folders.get(dataset_name, []):
            folder.clear()
