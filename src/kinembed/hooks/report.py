"""What a run says at its end: its scores, and where its results are."""

import logging
from typing import Any

import pandas as pd
from kedro.framework.hooks import hook_impl
from kedro.pipeline import Pipeline
from kedro.pipeline.node import Node

from kinembed.core.listing import listed
from kinembed.hooks.stored import Catalog, metadata_of, saved_path
from kinembed.tracking.score_line import method_line, score_line


class ReportHook:
    """Says at the end where the results are, and of an error in which node it arose."""

    def __init__(self) -> None:
        self._catalog: Catalog | None = None
        self._announcements: dict[str, str] = {}
        self._stored: list[str] = []

    @hook_impl
    def before_pipeline_run(self, catalog: Catalog) -> None:
        """A new run has announced nothing yet.

        Parameters
        ----------
        catalog : CatalogProtocol
            The datasets by name, whose metadata say what is announced.
        """
        self._catalog = catalog
        self._announcements = {}
        self._stored = []

    @hook_impl
    def after_dataset_saved(self, dataset_name: str, data: Any) -> None:
        """Remember where an announced dataset was saved, and the names it announces.

        Parameters
        ----------
        dataset_name : str
            Name of the dataset in the catalog.
        data : object
            What was saved; where names are announced, a mapping to lists of records that each have
            a ``name`` and a ``role``.
        """
        dataset = self._catalog.get(dataset_name) if self._catalog is not None else None
        metadata = metadata_of(dataset)
        if dataset is not None and "filepath" in dataset._describe():
            self._stored.append(dataset_name)
        for key, label in metadata.get("announce_names", {}).items():
            names = [f"{record['name']} ({record['role']})" for record in data[key]]
            if names:
                self._announcements[f"{dataset_name}.{key}"] = f"{label}: {', '.join(names)}"
        line = method_line if isinstance(data, pd.DataFrame) else score_line
        if metadata.get("announce_scores") and line(data):
            self._announcements[dataset_name] = line(data)
        if dataset is not None and "announce" in metadata:
            where = saved_path(dataset).path  # whole: a user may stand outside the project
            self._announcements[dataset_name] = f"{metadata['announce']}: {where}"

    @hook_impl
    def on_node_error(self, error: Exception, node: Node) -> None:
        """Let the error tell which node it comes from.

        Parameters
        ----------
        error : Exception
            What the node raised; it gets a note.
        node : Node
            The node that failed.
        """
        error.add_note(f"in node {node.name}")

    @hook_impl
    def on_pipeline_error(self, pipeline: Pipeline) -> None:
        """Say what is safe; Kedro says from which nodes the run can go on.

        Parameters
        ----------
        pipeline : Pipeline
            The nodes that were to run.
        """
        stored = f"stored, and keeps, {listed(self._stored)}" if self._stored else "stored nothing"
        trains = any(name.endswith("checkpoints") for name in pipeline.inputs())
        resumed = " A training goes on from its last checkpoint." if trains else ""
        logging.getLogger(__name__).warning(
            f"This run {stored}; what earlier runs stored elsewhere is untouched.{resumed}",
            extra={"markup": False},
        )

    @hook_impl
    def after_pipeline_run(self) -> None:
        """One line per announced dataset."""
        for line in self._announcements.values():
            logging.getLogger(__name__).info(line, extra={"markup": False})
