"""An error about a stored file that is damaged names the pipeline that writes it anew."""

from pathlib import Path

from kedro.framework.hooks import hook_impl
from kedro.framework.project import pipelines
from kedro.pipeline import Pipeline

from kinembed.core.errors import DamagedError
from kinembed.core.exception_chain import find_cause
from kinembed.datasets.paths import local_path
from kinembed.hooks.stored import Catalog, stored_datasets


class DamageHook:
    """Adds the remedy to the error, for whoever started the run."""

    @hook_impl
    def on_pipeline_error(self, error: Exception, pipeline: Pipeline, catalog: Catalog) -> None:
        """Say which pipeline writes a damaged file.

        Parameters
        ----------
        error : Exception
            What ended the run; it gets a note if a damaged file is its cause.
        pipeline : Pipeline
            The nodes that ran.
        catalog : CatalogProtocol
            The datasets by name.
        """
        damaged = find_cause(error, DamagedError)
        if damaged is None:
            return
        for name, dataset in stored_datasets(pipeline, catalog).items():
            path = local_path(dataset)
            if path is not None and Path(damaged.file).is_relative_to(path):
                _add_note(error, name)


def _add_note(error: Exception, dataset: str) -> None:
    """Pipelines are imported one after the other, until one writes the dataset."""
    names = (name for name in pipelines if name != "__default__")
    writer = next((name for name in names if dataset in pipelines[name].all_outputs()), None)
    if writer is not None:
        error.add_note(f"written anew by: kedro run --pipelines {writer}")
