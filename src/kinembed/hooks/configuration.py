"""Configurations that an earlier version wrote and that lack what this version reads."""

from collections.abc import Collection

from kedro.framework.hooks import hook_impl
from kedro.framework.project import pipelines
from kedro.pipeline import Pipeline

from kinembed.core.errors import KinembedError
from kinembed.core.listing import listed
from kinembed.hooks.stored import Catalog


class ConfigurationHook:
    """Refuses a run whose project lacks entries of the configuration."""

    @hook_impl
    def before_pipeline_run(self, pipeline: Pipeline, catalog: Catalog) -> None:
        """Find what the run reads and the configuration lacks.

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
                f"conf/ lacks {listed(absent)}; {_run_too(absent)}if an earlier version of "
                "kinembed made this project, make one with `kinembed new OTHER`, and replace "
                "conf/base here by OTHER/conf/base; your settings in conf/recordings stay"
            )


def _run_too(absent: Collection[str]) -> str:
    """What is made anew in every run has no entry, so the nodes that make it cannot be left out."""
    nodes = [node for one in pipelines.values() for node in one.nodes]
    makers = sorted({node.name for node in nodes if not set(absent).isdisjoint(node.outputs)})
    if not makers:
        return ""
    return f"if you named nodes (--nodes, --from-nodes), name {listed(makers)}, too; "
