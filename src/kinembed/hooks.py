"""What happens around a run: it is tracked in MLflow, its results are announced, memory is kept.

No other run changes its data meanwhile, it reads what it wrote, and what it wrote says of what.

A dataset is tracked through the metadata of its catalog entry::

    metadata:
      announce: Report          # a line "Report: <path>" when the run has saved it
      announce_scores: true     # a line that says the mean scores in words
      announce_names: {absent: Absent}  # a line "Absent: <name> (<role>), ..." of the records there
      mlflow: {artifact: true}  # see kinembed.tracking.mlflow.Tracked
      cleared_after: [models]   # of checkpoints: they have served once one of these is saved
"""

import atexit
import logging
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from kedro.config import MissingConfigException
from kedro.framework.context import KedroContext
from kedro.framework.hooks import hook_impl
from kedro.io import AbstractDataset, CatalogProtocol
from kedro.io.core import AbstractVersionedDataset
from kedro.pipeline import Pipeline
from kedro.pipeline.node import Node

from kinembed.core.allocator import keep_freed_memory
from kinembed.core.errors import KinembedError
from kinembed.core.exception_chain import find_cause
from kinembed.core.provenance import code_state
from kinembed.core.run_claims import HeldClaim, alone, claim_of, take
from kinembed.datasets.lineage import (
    UNKNOWN,
    Lineage,
    loaded_version,
    warn_of_mixed_inputs,
    write_lineage,
)
from kinembed.datasets.paths import clear_leftovers_of, used_paths
from kinembed.datasets.versions import pin_inputs, pin_output, warn_of_later_versions
from kinembed.tracking.mlflow import Tracked, TrackedRun, TrackingConfig, run_name, tracked
from kinembed.tracking.score_line import score_line

if TYPE_CHECKING:  # torch would take seconds of every start
    from kinembed.training.checkpoints import CheckpointFolder

Catalog = CatalogProtocol[Any, AbstractDataset[Any, Any]]

CLAIMS = ".runs"
"""Folder in that of the data, where runs that live claim what they use."""


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


class TrackingHook:
    """One MLflow run per Kedro run; its tag ``kedro.run_id`` is the save version."""

    def __init__(self) -> None:
        self._config = TrackingConfig(enabled=False)
        self._environment = ""
        self._project = Path()
        self._parameters: Any = {}
        self._datasets: dict[str, AbstractDataset[Any, Any]] = {}
        self._tracked: dict[str, Tracked] = {}
        self._run: TrackedRun | None = None
        self._has_results = False

    @hook_impl
    def after_context_created(self, context: KedroContext) -> None:
        """Read ``mlflow.yml``; without one nothing is tracked.

        Parameters
        ----------
        context : KedroContext
            Project folder, environment and loader of the configuration.

        Raises
        ------
        ValidationError
            When ``mlflow.yml`` holds an unknown setting or a wrong value.
        """
        self._project = context.project_path
        try:
            settings = context.config_loader["mlflow"]
        except (MissingConfigException, KeyError):
            settings = {}
        config = TrackingConfig.model_validate(settings or {"enabled": False})
        default = getattr(context.config_loader, "default_run_env", "base")
        self._environment = context.env or default
        name = config.experiment or self._environment
        self._config = config.model_copy(update={"experiment": name})

    @hook_impl
    def after_catalog_created(self, parameters: dict[str, Any]) -> None:
        """Keep the parameters, as the nodes get them.

        Parameters
        ----------
        parameters : dict of str to object
            All parameters under the key ``parameters``; single ones under ``params:<name>``.
        """
        self._parameters = parameters.get("parameters", {})

    @hook_impl
    def before_pipeline_run(
        self, run_params: dict[str, Any], pipeline: Pipeline, catalog: Catalog
    ) -> None:
        """Start the run in MLflow, with parameters and tags.

        Wishes of the catalog that cannot be met fail here, before any work.

        Parameters
        ----------
        run_params : dict of str to object
            What Kedro knows of the run: ``run_id``, ``pipeline_names``, ...
        pipeline : Pipeline
            The nodes that will run.
        catalog : CatalogProtocol
            The datasets by name.

        Raises
        ------
        KinembedError
            When a catalog entry has a wrong key under ``metadata.mlflow``, or MLflow cannot be
            reached.
        """
        self._end("KILLED")  # a run of this process that was interrupted
        if not self._config.enabled:
            return
        self._has_results = False
        self._datasets = _stored_datasets(pipeline, catalog)
        self._tracked = {
            name: tracked(name, _metadata(dataset)) for name, dataset in self._datasets.items()
        }
        tags = _tags(run_params, self._environment) | _git_tags(self._project)
        tags |= _version_tags(self._datasets, pipeline.inputs())
        pipelines = run_params.get("pipeline_names") or []
        name = run_name(self._environment, pipelines, self._parameters)
        self._run = TrackedRun(self._config, project=self._project, name=name, tags=tags)
        self._run.parameters(self._parameters)
        atexit.register(self._end, "KILLED")  # an interrupt reaches no other hook

    @hook_impl
    def after_dataset_saved(self, dataset_name: str, data: Any) -> None:
        """Record what the catalog entry asks for.

        Parameters
        ----------
        dataset_name : str
            Name of the dataset in the catalog.
        data : object
            What was saved.
        """
        settings = self._tracked.get(dataset_name)
        if self._run is not None and settings is not None:
            saved = saved_path(self._datasets[dataset_name])
            self._run.record(dataset_name, data, settings, (saved.protocol, saved.path))
            self._has_results |= _has_versions(self._datasets[dataset_name])

    @hook_impl
    def after_pipeline_run(self) -> None:
        """The run succeeded."""
        self._end("FINISHED")

    @hook_impl
    def on_pipeline_error(self, error: Exception) -> None:
        """The run failed: record why, or drop it if it only found its input to be wrong.

        Parameters
        ----------
        error : Exception
            What ended the run; of its causes the outermost KinembedError is recorded, if there is
            one.
        """
        ours = find_cause(error, KinembedError)
        if self._run is not None and ours is not None and not self._has_results:
            self._run.discard()
        elif self._run is not None:
            cause = ours or error
            self._run.tag("error", f"{type(cause).__name__}: {cause}")
        self._end("FAILED")

    def _end(self, status: Any) -> None:
        run, self._run = self._run, None
        atexit.unregister(self._end)
        if run is not None:
            run.end(status)


class ReportHook:
    """Says at the end where the results are, and of an error in which node it arose."""

    def __init__(self) -> None:
        self._catalog: Catalog | None = None
        self._project = Path()
        self._announcements: dict[str, str] = {}

    @hook_impl
    def before_pipeline_run(self, run_params: dict[str, Any], catalog: Catalog) -> None:
        """A new run has announced nothing yet.

        Parameters
        ----------
        run_params : dict of str to object
            What Kedro knows of the run; ``project_path`` is the folder that paths are shown
            relative to.
        catalog : CatalogProtocol
            The datasets by name, whose metadata say what is announced.
        """
        self._catalog = catalog
        self._project = Path(run_params["project_path"])
        self._announcements = {}

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
        metadata = _metadata(dataset)
        for key, label in metadata.get("announce_names", {}).items():
            names = [f"{record['name']} ({record['role']})" for record in data[key]]
            if names:
                self._announcements[f"{dataset_name}.{key}"] = f"{label}: {', '.join(names)}"
        if metadata.get("announce_scores") and score_line(data):
            self._announcements[dataset_name] = score_line(data)
        if dataset is not None and "announce" in metadata:
            path = PurePosixPath(saved_path(dataset).path)
            inside = path.is_relative_to(self._project)
            where = path.relative_to(self._project) if inside else path
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
    def after_pipeline_run(self) -> None:
        """One line per announced dataset."""
        for line in self._announcements.values():
            logging.getLogger(__name__).info(line, extra={"markup": False})


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
        for dataset in _stored_datasets(pipeline, catalog).values():
            for name in _metadata(dataset).get("cleared_after", []):
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


class VersionHook:
    """A run loads what it saved, and stores beside it what it was made of."""

    def __init__(self) -> None:
        self._run = ""
        self._commit = ""
        self._datasets: dict[str, AbstractDataset[Any, Any]] = {}
        self._chosen: set[str] = set()
        self._sources: dict[str, dict[str, str]] = {}

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
        self._datasets = _stored_datasets(pipeline, catalog)
        self._chosen = set(run_params.get("load_versions") or {})
        self._sources = {}
        outputs = pipeline.all_outputs()
        warn_of_later_versions(self._datasets, outputs)
        if run_params.get("only_missing_outputs"):  # what is there stands for what is not made
            pin_inputs(self._datasets, self._datasets)
        else:
            pin_inputs(self._datasets, pipeline.inputs())
            for name in outputs - self._chosen:
                pin_output(self._datasets.get(name))
        warn_of_mixed_inputs(self._datasets, pipeline.inputs())

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
            lineage = Lineage(run=self._run, node=node.name, commit=self._commit, inputs=inputs)
            write_lineage(dataset, lineage)

    def _sources_of(self, name: str) -> dict[str, str]:
        """A stored dataset is its own source; others have those of the node that made them."""
        dataset = self._datasets.get(name)
        if dataset is None or "filepath" not in dataset._describe():
            return self._sources.get(name, {})
        return {name: loaded_version(dataset)}


class ClaimHook:
    """While a run lives no other one changes what it uses, or uses what it changes."""

    def __init__(self) -> None:
        self._data: Path | None = None
        self._held: HeldClaim | None = None

    @hook_impl
    def after_context_created(self, context: KedroContext) -> None:
        """Find the folder of the data.

        Parameters
        ----------
        context : KedroContext
            Project folder and loader of the configuration, whose globals name ``data``.
        """
        try:
            data = str(context.config_loader["globals"].get("data", "data"))
        except (MissingConfigException, KeyError):
            data = "data"
        self._data = None if "://" in data else context.project_path / data

    @hook_impl
    def before_pipeline_run(
        self, run_params: dict[str, Any], pipeline: Pipeline, catalog: Catalog
    ) -> None:
        """Claim what the run uses, and clear up after runs that were killed.

        Parameters
        ----------
        run_params : dict of str to object
            What Kedro knows of the run: ``run_id``.
        pipeline : Pipeline
            The nodes that will run.
        catalog : CatalogProtocol
            The datasets by name.

        Raises
        ------
        KinembedError
            When another run lives that uses the same data.
        """
        self._release()  # a run of this process that was interrupted
        datasets, outputs = _stored_datasets(pipeline, catalog), pipeline.all_outputs()
        used = {} if self._data is None else used_paths(datasets, outputs, self._data)
        if self._data is None or not used["writes"]:
            return
        folder = self._data / CLAIMS
        self._held = take(folder, claim_of(str(run_params["run_id"]), **used))
        atexit.register(self._release)
        with alone(folder):
            clear_leftovers_of(datasets, outputs)

    @hook_impl
    def before_dataset_saved(self) -> None:
        """Save nothing when another run has taken this one for dead.

        Raises
        ------
        KinembedError
            When it has.
        """
        if self._held is not None:
            self._held.check()

    @hook_impl
    def after_pipeline_run(self) -> None:
        """The data is free."""
        self._release()

    @hook_impl
    def on_pipeline_error(self) -> None:
        """The data is free."""
        self._release()

    def _release(self) -> None:
        held, self._held = self._held, None
        atexit.unregister(self._release)
        if held is not None:
            held.release()


class MemoryHook:
    """Has a run keep the memory that its networks free and ask for again."""

    @hook_impl
    def before_pipeline_run(self) -> None:
        """From the first node on."""
        keep_freed_memory()


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


def _metadata(dataset: AbstractDataset[Any, Any] | None) -> dict[str, Any]:
    """What the catalog entry says that is not for Kedro."""
    return getattr(dataset, "metadata", None) or {}


def _has_versions(dataset: AbstractDataset[Any, Any]) -> bool:
    """Results have versions; what is only read of files has none."""
    return isinstance(dataset, AbstractVersionedDataset) and dataset._version is not None


def _stored_datasets(pipeline: Pipeline, catalog: Catalog) -> dict[str, AbstractDataset[Any, Any]]:
    """Datasets of a pipeline that have a catalog entry."""
    found = {name: catalog.get(name) for name in sorted(pipeline.datasets()) if name in catalog}
    return {name: dataset for name, dataset in found.items() if dataset is not None}


def _tags(run_params: dict[str, Any], environment: str) -> dict[str, str]:
    return {
        "kedro.run_id": str(run_params["run_id"]),
        "kedro.pipeline": ",".join(run_params.get("pipeline_names") or ["__default__"]),
        "kedro.env": environment,
    }


def _version_tags(
    datasets: dict[str, AbstractDataset[Any, Any]], inputs: set[str]
) -> dict[str, str]:
    """Versions of the inputs that the run will load, or the runs that saved them."""
    versions = {
        name: loaded_version(dataset) for name, dataset in datasets.items() if name in inputs
    }
    return {
        f"kedro.load_version.{name}": version
        for name, version in versions.items()
        if version != UNKNOWN
    }


def _commit(project: Path) -> str:
    state = code_state(project)
    return "" if state is None else state.commit + "+" * state.dirty


def _git_tags(project: Path) -> dict[str, str]:
    """Commit of the code and whether it was changed since; empty without git."""
    state = code_state(project)
    if state is None:
        return {}
    dirty = str(state.dirty).lower()
    return {
        "git.commit": state.commit,
        "git.dirty": dirty,
        "mlflow.source.git.commit": state.commit,
    }
