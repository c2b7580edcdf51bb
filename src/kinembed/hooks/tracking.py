"""One MLflow run for each run of Kedro (:mod:`kinembed.tracking.mlflow`)."""

import atexit
from pathlib import Path
from typing import Any

from kedro.config import MissingConfigException
from kedro.framework.context import KedroContext
from kedro.framework.hooks import hook_impl
from kedro.io import AbstractDataset
from kedro.io.core import AbstractVersionedDataset
from kedro.pipeline import Pipeline

from kinembed.core.errors import KinembedError
from kinembed.core.exception_chain import find_cause
from kinembed.core.provenance import code_state
from kinembed.datasets.lineage import UNKNOWN, loaded_version
from kinembed.hooks.stored import Catalog, metadata_of, saved_path, stored_datasets
from kinembed.tracking.mlflow import Tracked, TrackedRun, TrackingConfig, run_name, tracked


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
        self._datasets = stored_datasets(pipeline, catalog)
        self._tracked = {
            name: tracked(name, metadata_of(dataset)) for name, dataset in self._datasets.items()
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
            run, self._run = self._run, None
            run.discard()
        elif self._run is not None:
            cause = ours or error
            self._run.tag("error", f"{type(cause).__name__}: {cause}")
        self._end("FAILED")

    def _end(self, status: Any) -> None:
        run, self._run = self._run, None
        atexit.unregister(self._end)
        if run is not None:
            run.end(status)


def _has_versions(dataset: AbstractDataset[Any, Any]) -> bool:
    """Results have versions; what is only read of files has none."""
    return isinstance(dataset, AbstractVersionedDataset) and dataset._version is not None


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
