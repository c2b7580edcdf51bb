"""Configurations that an earlier version wrote and that lack what this version reads."""

from kedro.framework.hooks import hook_impl
from kedro.pipeline import Pipeline

from kinembed.core.errors import KinembedError
from kinembed.core.listing import listed
from kinembed.hooks.stored import Catalog


class ConfigurationHook:
    """Refuses a run whose project lacks entries of the configuration."""

    @hook_impl
    def before_pipeline_run(self, pipeline: Pipeline, catalog: Catalog) -> None:
        """Check that everything is there that the run reads.

        Parameters
        ----------
        pipeline : Pipeline
            The nodes that will run.
        catalog : CatalogProtocol
            Datasets and parameters by name.

        Raises
        ------
        KinembedError
            When an entry is absent.
        """
        absent = sorted(name for name in pipeline.inputs() if name not in catalog)
        if absent:
            raise KinembedError(
                f"conf/ lacks {listed(absent)}; if an earlier version of kinembed made this "
                "project, make one with `kinembed new OTHER`, and replace conf/base here by "
                "OTHER/conf/base; your settings in conf/recordings stay"
            )
