"""A run's record in MLflow: where it is kept and what a dataset adds to it.

MLflow is imported when a run starts, so that commands which track nothing do not wait for it.
"""

import json
import logging
import os
import re
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

import fsspec
import yaml
from pydantic import TypeAdapter, ValidationError

from kinembed.core.addresses import without_passwords
from kinembed.core.errors import KinembedError
from kinembed.core.parameters import Parameters
from kinembed.tracking.database import advice, ready_database, sqlite_file
from kinembed.tracking.metrics import History, Point, flattened, history_points, metric_points

METRICS_PER_CALL = 1000
PARAMS_PER_CALL = 100
LONGEST_KEY = 250
LONGEST_PARAM = 6000
LONGEST_TAG = 8000
"""MLflow's limits (mlflow/utils/validation.py)."""
MAIN_PARAMETERS = (
    "ingestion.source",
    "training.seed",
    "training.steps",
    "training.network.units",
    "clustering.method",
    "clustering.number",
)
"""Those that runs are compared by; all parameters are in an artefact."""
ALL_PARAMETERS = "parameters.yaml"


class TrackingConfig(Parameters):
    """The settings in ``mlflow.yml``.

    Attributes
    ----------
    tracking_uri : str
        A database or a server; the variable MLFLOW_TRACKING_URI wins over it. The file of SQLite is
        relative to the project.
    artifact_location : str or None
        Folder for artefacts, relative to the project, or the address of an object store; a server
        has its own. None: MLflow chooses.
    experiment : str or None
        Name of the experiment in MLflow; None: that of the environment.
    enabled : bool
        Whether runs are tracked at all.
    """

    tracking_uri: str = "sqlite:///mlflow.db"
    artifact_location: str | None = "mlartifacts"
    experiment: str | None = None
    enabled: bool = True


class Tracked(Parameters):
    """What of a dataset is recorded: ``metadata: {mlflow: ...}`` of its catalog entry.

    Attributes
    ----------
    metrics : bool
        Its numbers (see :func:`kinembed.tracking.metrics.metric_points`).
    bare : bool
        Names of its metrics do not begin with that of the dataset.
    only : tuple of str
        Last parts of the names of those metrics that are recorded; empty: all.
    params : bool
        Its values, as parameters of the run.
    artifact : bool
        Its file or folder.
    model : bool
        Its folder, as a model of MLflow's that the run has made.
    history : History or None
        The columns of step and owner, with which its numbers are recorded step by step; None: they
        are not.
    children : bool
        Each entry (see :class:`Child`) becomes a run of its own within the run.
    """

    metrics: bool = False
    bare: bool = False
    only: tuple[str, ...] = ()
    params: bool = False
    artifact: bool = False
    model: bool = False
    history: History | None = None
    children: bool = False


class Child(Parameters):
    """What a run within the run is recorded with; both may be nested.

    Attributes
    ----------
    params : dict of str to Any
        Its parameters.
    metrics : dict of str to Any
        Its metrics, without the name of a dataset before them.
    """

    params: dict[str, Any]
    metrics: dict[str, Any]


def tracked(dataset: str, metadata: Any) -> Tracked:
    """What a catalog entry asks MLflow to record.

    Parameters
    ----------
    dataset : str
        Name of the entry, for messages.
    metadata : Any
        Its ``metadata``; None or one without the key ``mlflow`` asks for nothing.

    Returns
    -------
    Tracked
        What is recorded.

    Raises
    ------
    KinembedError
        When a key under ``mlflow`` is unknown or its value is of another type; it names the key.
    """
    settings = metadata.get("mlflow", {}) if isinstance(metadata, Mapping) else {}
    try:
        return Tracked.model_validate(settings)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(["metadata.mlflow", *map(str, first["loc"])])
        raise KinembedError(f"catalog entry {dataset}: {key}: {first['msg']}") from error


class TrackedRun:
    """One run in MLflow, from its start to its end.

    A method that fails only warns, since the results themselves are stored in any case.

    Parameters
    ----------
    config : TrackingConfig
        Where runs are tracked.
    project : Path
        Folder to which relative paths of the configuration refer.
    name : str
        Name of the run, as MLflow shows it.
    tags : mapping of str to str
        Tags of the run, cut at MLflow's limits.

    Raises
    ------
    KinembedError
        When MLflow cannot be reached or refuses the run.
    """

    def __init__(
        self, config: TrackingConfig, *, project: Path, name: str, tags: Mapping[str, str]
    ) -> None:
        uri = tracking_uri(config, project)
        earlier = earlier_records(uri, project)
        if earlier is not None:
            _say_where(earlier, uri)
        cut = {_key(key): _shown(value, LONGEST_TAG) for key, value in tags.items()}
        try:
            with _impatient(), ready_database(uri, _open_database):
                self._client = _client(uri)
                self._experiment_id = self._experiment(config, uri, project)
                # a database that holds no run yet may be replaced by whoever opens it next
                run = self._client.create_run(self._experiment_id, tags=cut, run_name=name)
        except Exception as error:
            reason = (str(error).strip() or repr(error)).splitlines()[0]
            raise KinembedError(
                f"MLflow cannot be used at {uri} ({reason}); correct tracking_uri in mlflow.yml "
                f"or MLFLOW_TRACKING_URI, or set enabled: false there{advice(uri)}"
            ) from error
        self._id: str = run.info.run_id

    def tag(self, key: str, value: str) -> None:
        """Set one tag.

        Parameters
        ----------
        key : str
            Characters that MLflow forbids become ``_``; cut at 250 characters.
        value : str
            Cut at 8000 characters.
        """
        with _forgiving(f"tag {key}"):
            self._client.set_tag(self._id, _key(key), _shown(value, LONGEST_TAG))

    def parameters(self, values: Mapping[str, Any]) -> None:
        """Record the parameters of the whole run: the main ones, and all in an artefact.

        Parameters
        ----------
        values : mapping of str to Any
            Groups of parameters by name. Those of :data:`MAIN_PARAMETERS` are parameters of the
            run; ``parameters.yaml`` lists all by dotted name.
        """
        with _forgiving("parameters"):
            leaves = flattened(values)
            self._params(
                self._id, {name: leaves[name] for name in MAIN_PARAMETERS if name in leaves}
            )
            plain = json.loads(json.dumps(leaves, default=str))
            self._client.log_text(self._id, yaml.safe_dump(plain, width=1000), ALL_PARAMETERS)

    def discard(self) -> None:
        """End the run and take it off the list: it did not get beyond checking its input."""
        self.end("FAILED")  # one that is deleted cannot be ended
        with _forgiving("the end of the run"):
            self._client.delete_run(self._id)

    def params(self, values: Mapping[str, Any]) -> None:
        """Record leaves of nested values as parameters of the run.

        Parameters
        ----------
        values : mapping of str to Any
            Nested values (see :func:`kinembed.tracking.metrics.flattened`); names are cut at 250
            characters, values at 6000.
        """
        with _forgiving("parameters"):
            self._params(self._id, values)

    def record(self, name: str, data: Any, settings: Tracked, location: tuple[str, str]) -> None:
        """Record of a dataset that was just saved what its catalog entry asks for.

        Parameters
        ----------
        name : str
            Name of the dataset, with which names of metrics and parameters begin.
        data : Any
            What was saved.
        settings : Tracked
            What is recorded.
        location : tuple of str
            Protocol and path of what was written.
        """
        with _forgiving(name):
            if settings.metrics:
                self._points(self._id, _chosen(name, data, settings))
            if settings.history:
                self._points(self._id, history_points(name, data, settings.history))
            if settings.params:
                self.params({name: data})
            if settings.artifact:
                self._artifact(name, *location)
            if settings.model:
                self._model(name, *location)
            if settings.children:
                for child, record in TypeAdapter(dict[str, Child]).validate_python(data).items():
                    self._child(child, record)

    def end(self, status: Literal["FINISHED", "FAILED", "KILLED"]) -> None:
        """Mark the run as ended.

        Parameters
        ----------
        status : {"FINISHED", "FAILED", "KILLED"}
            How it ended.
        """
        with _forgiving("the end of the run"):
            self._client.set_terminated(self._id, status)

    def _experiment(self, config: TrackingConfig, uri: str, project: Path) -> str:
        """Id of the experiment, which is made when a run first asks for it."""
        name = config.experiment or "base"
        found = self._client.get_experiment_by_name(name)
        if found is not None:
            return str(found.experiment_id)
        location = None
        if config.artifact_location and not uri.startswith("http"):
            remote = urlsplit(config.artifact_location).scheme
            folder = project / config.artifact_location
            location = config.artifact_location if remote else folder.resolve().as_uri()
        return str(self._client.create_experiment(name, artifact_location=location))

    def _child(self, name: str, record: Child) -> None:
        """A finished run within this one, which MLflow shows below it."""
        tags = {"mlflow.parentRunId": self._id}
        child = self._client.create_run(self._experiment_id, tags=tags, run_name=name).info.run_id
        self._params(child, record.params)
        self._points(child, metric_points("", record.metrics))
        self._client.set_terminated(child, "FINISHED")

    def _params(self, run: str, values: Mapping[str, Any]) -> None:
        from mlflow.entities import Param

        leaves = flattened(values).items()
        params = [Param(_key(key), _shown(value, LONGEST_PARAM)) for key, value in leaves]
        for batch in _batches(params, PARAMS_PER_CALL):
            self._client.log_batch(run, params=batch)

    def _points(self, run: str, points: Sequence[Point]) -> None:
        from mlflow.entities import Metric

        now = int(time.time() * 1000)
        metrics = [Metric(_key(point.name), point.value, now, point.step) for point in points]
        for batch in _batches(metrics, METRICS_PER_CALL):
            self._client.log_batch(run, metrics=batch)

    def _artifact(self, name: str, protocol: str, path: str) -> None:
        """Copy a file or folder."""
        with _local(protocol, path) as local:
            log = self._client.log_artifacts if Path(local).is_dir() else self._client.log_artifact
            log(self._id, local, artifact_path=name)

    def _model(self, name: str, protocol: str, path: str) -> None:
        """Copy a folder that MLflow can load, as an output of the run."""
        from mlflow.entities import LoggedModelOutput

        made = self._client.create_logged_model(
            self._experiment_id, name=name, source_run_id=self._id
        )
        with _local(protocol, path) as local:
            self._client.log_model_artifacts(made.model_id, local)
        self._client.finalize_logged_model(made.model_id, "READY")
        self._client.log_outputs(self._id, models=[LoggedModelOutput(made.model_id, step=0)])


def run_name(experiment: str, pipelines: Sequence[str], parameters: Mapping[str, Any]) -> str:
    """Name a run, beginning with what tells it from others.

    MLflow's list cuts a name after some 25 characters.

    Parameters
    ----------
    experiment : str
        Name of the environment.
    pipelines : sequence of str
        Names of the pipelines that run; none: all stages.
    parameters : mapping of str to Any
        Groups of parameters by name; the seed is that of ``training``.

    Returns
    -------
    str
        Such as ``"seed 0, all stages, sample"``.
    """
    seed = flattened(parameters).get("training.seed")
    parts = ["+".join(pipelines) or "all stages", experiment]
    return ", ".join(parts if seed is None else [f"seed {seed}", *parts])


def _chosen(name: str, data: Any, settings: Tracked) -> list[Point]:
    points = metric_points("" if settings.bare else name, data)
    if not settings.only:
        return points
    return [point for point in points if point.name.rpartition(".")[2] in settings.only]


def tracking_uri(config: TrackingConfig, project: Path) -> str:
    """Where runs are tracked; a relative SQLite file lies in the project.

    Parameters
    ----------
    config : TrackingConfig
        Its ``tracking_uri`` counts where the variable MLFLOW_TRACKING_URI is absent or empty.
    project : Path
        Folder of the project.

    Returns
    -------
    str
        What MLflow accepts.
    """
    uri = os.environ.get("MLFLOW_TRACKING_URI") or config.tracking_uri
    file = uri.removeprefix("sqlite:///")
    if file == uri or not file:
        return uri
    return f"sqlite:///{project / file}"


def earlier_records(uri: str, project: Path) -> Path | None:
    """Find the record of earlier runs that is not the one in use.

    Earlier releases kept it in the project, wherever the data was.

    Parameters
    ----------
    uri : str
        Where runs are tracked, as MLflow accepts it.
    project : Path
        Folder of the project.

    Returns
    -------
    Path or None
        A file of SQLite in the project; None when there is none, or it is the one in use, when
        another record is there already, or when MLFLOW_TRACKING_URI chooses one.
    """
    used, earlier = sqlite_file(uri), project / "mlflow.db"
    chosen = os.environ.get("MLFLOW_TRACKING_URI")
    if chosen or used is None or used.exists() or not earlier.exists():
        return None
    return earlier


def _say_where(earlier: Path, uri: str) -> None:
    message = (
        "Runs are now recorded with the data, in %s. Earlier ones stay in %s: see them with "
        '"mlflow ui --backend-store-uri sqlite:///%s", or go on there by setting '
        "MLFLOW_TRACKING_URI=sqlite:///%s"
    )
    used = uri.removeprefix("sqlite:///")
    logging.getLogger(__name__).warning(
        message, used, earlier, earlier, earlier, extra={"markup": False}
    )


def _client(uri: str) -> Any:
    """A client of MLflow, which neither reports home nor narrates its database migrations."""
    os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
    from mlflow import MlflowClient

    for noisy in ("alembic", "mlflow.store.db.utils"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    return MlflowClient(uri)


def _open_database(uri: str) -> None:
    """Make the tables, or find that those there are not the ones of this MLflow."""
    _client(uri).search_experiments(max_results=1)


@contextmanager
def _impatient() -> Iterator[None]:
    """Do not wait minutes for a server that is not there, unless the user wants to."""
    variable = "MLFLOW_HTTP_REQUEST_MAX_RETRIES"
    if variable in os.environ:
        yield
        return
    os.environ[variable] = "1"
    try:
        yield
    finally:
        del os.environ[variable]


@contextmanager
def _forgiving(what: str) -> Iterator[None]:
    """Warn instead of failing: hours of work must not be lost to a record of them."""
    try:
        yield
    except Exception as error:
        message = "MLflow did not record %s (%s); the results themselves are stored"
        reason = str(error).strip().splitlines()[0] if str(error).strip() else repr(error)
        logging.getLogger(__name__).warning(
            message, what, without_passwords(reason), extra={"markup": False}
        )


@contextmanager
def _local(protocol: str, path: str) -> Iterator[str]:
    """Where a file or folder lies on this machine, brought from an object store if need be."""
    if protocol == "file":
        yield path
        return
    with tempfile.TemporaryDirectory() as folder:
        local = str(Path(folder) / Path(path).name)
        fsspec.filesystem(protocol).get(path, local, recursive=True)
        yield local


def _shown(value: Any, longest: int) -> str:
    """A value as MLflow keeps it: cut, and without passwords."""
    return without_passwords(str(value))[:longest]


def _key(name: str) -> str:
    """A name with the characters and the length that MLflow allows."""
    return re.sub(r"[^\w.\- /]", "_", name)[:LONGEST_KEY]


def _batches(items: Sequence[Any], size: int) -> Iterator[list[Any]]:
    remaining = iter(items)
    while batch := list(islice(remaining, size)):
        yield batch
