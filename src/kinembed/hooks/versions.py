"""A run reads what it wrote, and what it wrote says of what it was made."""

from pathlib import Path
from typing import Any

from kedro.framework.hooks import hook_impl
from kedro.io import AbstractDataset
from kedro.pipeline import Pipeline
from kedro.pipeline.node import Node

from kinembed.core.provenance import code_state, versions_and_processor
from kinembed.datasets.lineage import (
    Lineage,
    loaded_version,
    warn_of_mixed_inputs,
    write_lineage,
)
from kinembed.datasets.names_age import warn_of_earlier_names
from kinembed.datasets.versions import pin_inputs, pin_output, warn_of_later_versions
from kinembed.hooks.stored import Catalog, stored_datasets

NAMES = "names"
"""Dataset of the names that a person gave."""


class VersionHook:
    """A run loads what it saved, and stores beside it what it was made of."""

    def __init__(self) -> None:
        self._run = ""
        self._commit = ""
        self._made_with: dict[str, str] = {}
        self._datasets: dict[str, AbstractDataset[Any, Any]] = {}
        self._chosen: set[str] = set()
        self._sources: dict[str, dict[str, str]] = {}
        self._names_are_told = False

    @hook_impl
    def before_pipeline_run(
        self, run_params: dict[str, Any], pipeline: Pipeline, catalog: Catalog
    ) -> None:
        """Choose the version of everything that will be loaded.

        Parameters
        ----------
        run_params : dict of str to object
            What Kedro knows of the run: ``run_id``, ``project_path``, ``load_versions``,
            ``only_missing_outputs``.
        pipeline : Pipeline
            The nodes that will run.
        catalog : CatalogProtocol
            The datasets by name.
        """
        self._run = str(run_params["run_id"])
        self._commit = _commit(Path(run_params["project_path"]))
        self._made_with = versions_and_processor()
        self._datasets = stored_datasets(pipeline, catalog)
        self._chosen = set(run_params.get("load_versions") or {})
        self._sources = {}
        self._names_are_told = False
        outputs = pipeline.all_outputs()
        warn_of_later_versions(self._datasets, outputs)
        if run_params.get("only_missing_outputs"):  # what is there stands for what is not made
            pin_inputs(self._datasets, self._datasets)
        else:
            pin_inputs(self._datasets, pipeline.inputs())
            for name in outputs - self._chosen:
                pin_output(self._datasets.get(name))
        warn_of_mixed_inputs(self._datasets, pipeline.inputs(), self._chosen)

    @hook_impl
    def before_node_run(self, node: Node) -> None:
        """Say that names are older than the clusters that they name, once a run.

        Parameters
        ----------
        node : Node
            The node that will run.
        """
        if NAMES in node.inputs and not self._names_are_told:
            self._names_are_told = True
            warn_of_earlier_names(self._datasets, node.inputs)

    @hook_impl
    def before_dataset_saved(self, dataset_name: str) -> None:
        """From now on this run's version is loaded.

        Parameters
        ----------
        dataset_name : str
            Name of the dataset in the catalog.
        """
        if dataset_name not in self._chosen:
            pin_output(self._datasets.get(dataset_name))

    @hook_impl
    def after_dataset_saved(self, dataset_name: str, node: Node) -> None:
        """Store of which versions a dataset was made, or remember it for what stays in memory.

        Parameters
        ----------
        dataset_name : str
            Name of the dataset in the catalog.
        node : Node
            The node that made it.
        """
        inputs: dict[str, str] = {}
        for name in node.inputs:
            inputs |= self._sources_of(name)
        dataset = self._datasets.get(dataset_name)
        self._sources[dataset_name] = inputs
        if dataset is not None:
            lineage = Lineage(
                run=self._run,
                node=node.name,
                commit=self._commit,
                made_with=self._made_with,
                inputs=inputs,
            )
            write_lineage(dataset, lineage)

    def _sources_of(self, name: str) -> dict[str, str]:
        """A stored dataset is its own source; others have those of the node that made them."""
        dataset = self._datasets.get(name)
        if dataset is None or "filepath" not in dataset._describe():
            return self._sources.get(name, {})
        return {name: loaded_version(dataset)}


def _commit(project: Path) -> str:
    state = code_state(project)
    return "" if state is None else state.commit + "+" * state.dirty
