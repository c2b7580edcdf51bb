import logging
import os
import shutil
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import fsspec
import pandas as pd
import pytest
import torch
import yaml
from helpers import toy_runs
from kedro.framework.hooks.manager import _create_hook_manager, _register_hooks
from kedro.io import DataCatalog, MemoryDataset
from kedro.pipeline import Pipeline, node, pipeline
from kedro.runner import SequentialRunner
from mlflow import MlflowClient
from mlflow.entities import Run

from kinembed.core.errors import KinembedError
from kinembed.datasets import CheckpointsDataset
from kinembed.hooks import CheckpointHook, MemoryHook, ReportHook
from kinembed.settings import HOOKS
from kinembed.tracking.mlflow import (
    Tracked,
    TrackedRun,
    TrackingConfig,
    earlier_records,
    run_name,
    tracked,
    tracking_uri,
)
from kinembed.training.checkpoints import Checkpoint, CheckpointFolder

pytestmark = pytest.mark.slow


@pytest.fixture
def project(tmp_path: Path, empty_database: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return _project(tmp_path, empty_database, monkeypatch)


def _project(folder: Path, database: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DO_NOT_TRACK", "1")
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    project = toy_runs.copy(folder)
    shutil.copy(database, project / "mlflow.db")
    toy_runs.configure(project, "mlflow.yml", enabled=True)
    return project


def _client(project: Path) -> MlflowClient:
    return MlflowClient(f"sqlite:///{project}/mlflow.db")


def _runs(project: Path, experiment: str = "base") -> list[Run]:
    """Runs of an experiment, the latest first."""
    client = _client(project)
    found = client.get_experiment_by_name(experiment)
    return list(client.search_runs([found.experiment_id])) if found else []


def _version(project: Path) -> str:
    return sorted(path.name for path in (project / "data/numbers").iterdir())[-1]


def _tracked_run(project: Path, **settings: Any) -> TrackedRun:
    return TrackedRun(TrackingConfig(**settings), project=project, name="a run", tags={})


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory, empty_database: Path) -> Path:
    """A project whose pipeline ran once."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        project = _project(tmp_path_factory.mktemp("finished"), empty_database, monkeypatch)
        assert toy_runs.run(project, "--params=toy.rate=0.25").exit_code == 0
        return project


def test_a_run_is_tracked_under_its_version(finished: Path) -> None:
    (run,) = _runs(finished)
    assert run.info.status == "FINISHED"
    assert run.info.run_name == "all stages, base"
    assert run.data.tags["kedro.run_id"] == _version(finished)
    assert run.data.tags["kedro.pipeline"] == "__default__"
    assert run.data.tags["kedro.env"] == "base"


def test_all_parameters_are_in_an_artefact(finished: Path) -> None:
    (run,) = _runs(finished)
    folder = Path(run.info.artifact_uri.removeprefix("file://"))
    found = yaml.safe_load((folder / "parameters.yaml").read_text())
    assert found["toy.rate"] == 0.25
    assert found["toy.steps"] == [1, 2]
    assert found["toy.what.happens"] == "nothing"
    assert found["parallel.backend"] == "sequential"


def test_the_main_parameters_are_those_of_the_run(project: Path) -> None:
    run = _tracked_run(project)
    run.parameters({"training": {"seed": 3, "tolerance": 0.1}, "clustering": {"number": None}})
    (found,) = _runs(project)
    assert found.data.params == {"training.seed": "3", "clustering.number": "None"}


def test_a_run_is_named_by_experiment_pipelines_and_seed() -> None:
    parameters = {"training": {"seed": 3}}
    assert run_name("sample", [], parameters) == "seed 3, all stages, sample"
    assert run_name("cmu86", ["clustering", "evaluation"], {}) == "clustering+evaluation, cmu86"


def test_scores_may_go_without_the_name_of_their_dataset(project: Path) -> None:
    run = _tracked_run(project)
    settings = Tracked(metrics=True, bare=True)
    run.record("summary", {"given": {"accuracy": 0.5}}, settings, ("file", "summary.json"))
    (found,) = _runs(project)
    assert found.data.metrics == {"given.accuracy": 0.5}


def test_of_many_scores_some_are_recorded(project: Path) -> None:
    run = _tracked_run(project)
    settings = Tracked(metrics=True, bare=True, only=("accuracy",))
    scores = {"given": {"accuracy": 0.5, "nmi": 0.4}, "estimated": {"accuracy": 0.6}}
    run.record("summary", scores, settings, ("file", "summary.json"))
    (found,) = _runs(project)
    assert found.data.metrics == {"given.accuracy": 0.5, "estimated.accuracy": 0.6}


def test_datasets_record_what_they_wish(finished: Path) -> None:
    (run,) = _runs(finished)
    assert run.data.params["fingerprint.sha256"] == "abc"
    assert run.data.metrics == {
        "scores.86_01.accuracy": 0.2,
        "scores.86_02.accuracy": 0.4,
        "table.86_01.pca.ari": 0.5,
        "table.all/86_07.pca.ari": 0.25,
        "history.86_01.loss": 1.0,
        "history.86_01.time": 2.0,
    }
    history = _client(finished).get_metric_history(run.info.run_id, "history.86_01.loss")
    assert [point.step for point in history] == list(range(1500))


def test_saved_files_and_folders_become_artefacts(finished: Path) -> None:
    (run,) = _runs(finished)
    folder = Path(run.info.artifact_uri.removeprefix("file://"))
    assert folder.is_relative_to(finished / "mlartifacts")
    assert (folder / "report/report.html").read_text() == "<p>2 sequences</p>"
    names = sorted(path.name for path in (folder / "numbers").iterdir())
    assert names == ["86_01.json", "86_02.json"]


def test_the_versions_that_were_loaded_are_recorded(project: Path) -> None:
    toy_runs.run(project, "--pipelines=counting")
    first = _version(project)
    toy_runs.run(project, "--pipelines=counting")
    toy_runs.run(project, "--pipelines=judging", f"--load-versions=numbers:{first}")
    latest = _runs(project)[0]
    assert latest.data.tags["kedro.pipeline"] == "judging"
    assert latest.data.tags["kedro.load_version.numbers"] == first
    assert "kedro.load_version.numbers" not in _runs(project)[1].data.tags


def test_the_commit_and_changes_to_it_are_recorded(project: Path) -> None:
    (project / ".gitignore").write_text("data\nmlflow.db\nmlartifacts\n__pycache__\n")
    author = ["-c", "user.name=a", "-c", "user.email=a@b.c", "-c", "commit.gpgsign=false"]
    for command in (["init", "-q"], ["add", "."], [*author, "commit", "-qm", "x"]):
        subprocess.run(["git", *command], cwd=project, check=True)
    toy_runs.run(project, "--pipelines=counting")
    (project / "conf/base/parallel.yml").write_text("parallel: {n_jobs: 1}")
    toy_runs.run(project, "--pipelines=counting")
    changed, clean = _runs(project)
    assert (clean.data.tags["git.dirty"], changed.data.tags["git.dirty"]) == ("false", "true")
    assert len(clean.data.tags["git.commit"]) == 40


def test_a_failed_run_says_why(project: Path) -> None:
    with pytest.raises(ZeroDivisionError):
        toy_runs.run(project, "--params=toy.what.happens=bug")
    (run,) = _runs(project)
    assert run.info.status == "FAILED"
    assert run.data.tags["error"] == "ZeroDivisionError: a bug"


def test_input_or_parameters_that_are_refused_make_no_run(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[Any] = []
    log = logging.getLogger("kinembed.tracking.mlflow")
    monkeypatch.setattr(log, "warning", lambda *words, **_: said.append(words))
    toy_runs.run(project, "--params=toy.what.happens=too short")
    toy_runs.run(project, "--params=toy.rate=-1")
    assert _runs(project) == []
    assert said == []


def test_a_run_that_is_interrupted_is_marked_as_killed(project: Path) -> None:
    command = [sys.executable, "-m", "kedro", "run", "--params=toy.what.happens=SIGINT"]
    ended = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)
    assert ended.returncode == 130
    assert "Traceback" not in ended.stderr
    (run,) = _runs(project)
    assert run.info.status == "KILLED"


def test_an_environment_is_an_experiment_unless_it_names_one(project: Path) -> None:
    (project / "conf/broken/parameters.yml").unlink()
    toy_runs.run(project, "--env=broken", "--pipelines=counting")
    assert _runs(project, "broken")[0].data.tags["kedro.env"] == "broken"
    (project / "conf/broken/mlflow.yml").write_text("experiment: cmu86")
    toy_runs.run(project, "--env=broken", "--pipelines=counting")
    assert len(_runs(project, "cmu86")) == 1


def test_the_variable_of_mlflow_wins(
    project: Path, empty_database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copy(empty_database, tmp_path / "other.db")
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{tmp_path}/other.db")
    toy_runs.run(project, "--pipelines=counting")
    assert _runs(project) == []
    assert MlflowClient(f"sqlite:///{tmp_path}/other.db").get_experiment_by_name("base") is not None


@pytest.mark.parametrize(
    ("uri", "expected"),
    [
        ("sqlite:///mlflow.db", "sqlite:////project/mlflow.db"),
        ("sqlite:////data/mlflow.db", "sqlite:////data/mlflow.db"),
        ("http://server:5000", "http://server:5000"),
        ("sqlite:///elsewhere/mlflow.db", "sqlite:////project/elsewhere/mlflow.db"),
    ],
)
def test_a_relative_database_lies_in_the_project(
    uri: str, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    assert tracking_uri(TrackingConfig(tracking_uri=uri), Path("/project")) == expected


@pytest.mark.parametrize("uri", ["http://127.0.0.1:1", "nonsense://server", "sqlite:////proc/x/y"])
def test_mlflow_that_cannot_be_used_stops_the_run_before_any_work(project: Path, uri: str) -> None:
    toy_runs.configure(project, "mlflow.yml", tracking_uri=uri)
    result = toy_runs.run(project)
    assert result.exit_code == 1
    assert f"Error: MLflow cannot be used at {uri} (" in result.stderr
    assert "or set enabled: false there" in result.stderr
    assert "MLFLOW_HTTP_REQUEST_MAX_RETRIES" not in os.environ
    assert not list((project / "data").glob("[!.]*"))


def test_disabled_tracking_does_not_import_mlflow(project: Path) -> None:
    toy_runs.configure(project, "mlflow.yml", enabled=False)
    script = (
        "import sys; from kedro.framework.session import KedroSession;"
        "from kedro.framework.startup import bootstrap_project;"
        f"bootstrap_project('{project}');"
        f"session = KedroSession.create('{project}'); session.run();"
        "sys.exit('mlflow' in sys.modules)"
    )
    ended = subprocess.run([sys.executable, "-c", script], cwd=project, check=False)
    assert ended.returncode == 0
    assert (project / "data/report.html").exists()


def test_a_start_does_not_import_torch():
    script = (
        "import sys, kinembed.cli, kinembed.settings, kinembed.hooks, kinembed.pipelines.ingestion;"
        "sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


def test_without_a_configuration_nothing_is_tracked(project: Path) -> None:
    (project / "conf/base/mlflow.yml").unlink()
    assert toy_runs.run(project, "--pipelines=counting").exit_code == 0
    assert _runs(project) == []


def test_a_misspelt_wish_stops_the_run_before_any_work(project: Path) -> None:
    entry = {
        "type": "json.JSONDataset",
        "filepath": "data/fingerprint.json",
        "metadata": {"mlflow": {"metric": True}},
    }
    toy_runs.configure(project, "catalog.yml", fingerprint=entry)
    result = toy_runs.run(project)
    assert "catalog entry fingerprint: metadata.mlflow.metric: Extra inputs" in result.stderr
    assert not list((project / "data").glob("[!.]*"))


def test_a_misspelt_setting_is_reported(project: Path) -> None:
    toy_runs.configure(project, "mlflow.yml", tracking_url="x")
    result = toy_runs.run(project)
    assert "wrong settings (TrackingConfig)\n  tracking_url: Extra inputs" in result.stderr


def test_what_mlflow_does_not_take_is_only_warned_about(
    project: Path, caplog: pytest.LogCaptureFixture
) -> None:
    run = _tracked_run(project)
    run.record("scores", [1, 2], Tracked(metrics=True), ("file", "scores.json"))
    assert "MLflow did not record scores (scores: metrics are a mapping" in caplog.text
    run.end("FINISHED")
    assert _runs(project)[0].info.status == "FINISHED"


def test_long_values_are_cut_and_many_are_sent_in_parts(project: Path) -> None:
    run = _tracked_run(project)
    many = {f"parameter_{number}": number for number in range(250)}
    run.params(many | {"long": "x" * 9000, "k" * 300: 1, "odd:key+": 2})
    run.tag("error", "y" * 9000)
    (found,) = _runs(project)
    assert len(found.data.params) == 253
    assert len(found.data.params["long"]) == 6000
    assert found.data.params["k" * 250] == "1"
    assert found.data.params["odd_key_"] == "2"
    assert len(found.data.tags["error"]) == 8000


def test_records_of_before_are_found_when_the_data_lies_elsewhere(
    project: Path, empty_database: Path
) -> None:
    (project / "elsewhere").mkdir()
    uri = f"sqlite:///{project}/elsewhere/mlflow.db"
    assert earlier_records(uri, project) == project / "mlflow.db"
    shutil.copy(empty_database, project / "elsewhere")
    assert earlier_records(uri, project) is None
    (project / "elsewhere/mlflow.db").unlink()
    (project / "mlflow.db").unlink()
    assert earlier_records(uri, project) is None


def test_children_become_runs_within_the_run(project: Path) -> None:
    run = _tracked_run(project)
    children = {
        "wide.seed_1": {
            "params": {"row": "wide", "training": {"network": {"units": 64}}},
            "metrics": {"given": {"accuracy": 0.5, "distance": float("nan")}, "sequences": 7},
        },
        "plain.seed_1": {"params": {"row": "plain"}, "metrics": {}},
    }
    run.record("ablation_runs", children, Tracked(children=True), ("file", "ablation_runs.json"))
    run.end("FINISHED")
    found = {one.info.run_name: one for one in _runs(project)}
    assert set(found) == {"a run", *children}
    wide = found["wide.seed_1"]
    assert wide.data.tags["mlflow.parentRunId"] == found["a run"].info.run_id
    assert wide.data.params == {"row": "wide", "training.network.units": "64"}
    assert wide.data.metrics == {"given.accuracy": 0.5, "sequences": 7}
    assert {one.info.status for one in found.values()} == {"FINISHED"}


def test_children_of_another_shape_are_only_warned_about(
    project: Path, caplog: pytest.LogCaptureFixture
) -> None:
    run = _tracked_run(project)
    run.record("runs", {"one": {"params": {}}}, Tracked(children=True), ("file", "runs.json"))
    assert "MLflow did not record runs (1 validation error" in caplog.text
    assert len(_runs(project)) == 1


@pytest.mark.parametrize("path", ["/store/model.bin", "/store/models"])
def test_artefacts_are_fetched_from_an_object_store(project: Path, path: str) -> None:
    filesystem = fsspec.filesystem("memory")
    filesystem.pipe({"/store/model.bin": b"m", "/store/models/a/b.bin": b"b"})
    run = _tracked_run(project)
    run.record("models", None, Tracked(artifact=True), ("memory", path))
    filesystem.rm("/store", recursive=True)
    (found,) = _runs(project)
    folder = Path(found.info.artifact_uri.removeprefix("file://")) / "models"
    file = "model.bin" if path.endswith(".bin") else "a/b.bin"
    assert (folder / file).read_bytes() == file[-5:-4].replace("l", "m").encode()


def test_a_wish_that_is_no_mapping_is_refused() -> None:
    with pytest.raises(KinembedError, match=r"catalog entry scores: metadata.mlflow: Input should"):
        tracked("scores", {"mlflow": "metrics"})
    assert tracked("scores", {"other": 1}) == Tracked()


def test_results_are_announced_where_they_were_saved(
    project: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="kinembed.hooks.report")
    toy_runs.configure(project, "mlflow.yml", enabled=False)
    scores = {
        "type": "json.JSONDataset",
        "filepath": "data/scores.json",
        "versioned": True,
        "metadata": {"announce": "Scores"},
    }
    toy_runs.configure(project, "catalog.yml", scores=scores)
    toy_runs.run(project)
    announced = [r.getMessage() for r in caplog.records if r.name == "kinembed.hooks.report"]
    assert announced == [
        f"Scores: {project}/data/scores.json/{_version(project)}/scores.json",
        f"Report: {project}/data/report.html",
    ]


def test_what_was_not_saved_is_not_announced(
    project: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="kinembed.hooks.report")
    toy_runs.configure(project, "mlflow.yml", enabled=False)
    toy_runs.run(project, "--pipelines=counting")
    toy_runs.run(project, "--params=toy.what.happens=no data")
    said = [r for r in caplog.records if r.name == "kinembed.hooks.report"]
    assert [record for record in said if record.levelno == logging.INFO] == []


def test_records_under_a_key_are_announced_with_their_role(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="kinembed.hooks.report")
    entry = {
        "type": "json.JSONDataset",
        "filepath": str(tmp_path / "summary.json"),
        "metadata": {"announce_names": {"absent": "Absent"}},
    }
    hook = ReportHook()
    hook.before_pipeline_run(DataCatalog.from_config({"summary": entry}))
    records = [{"name": "86_02", "role": "motion"}, {"name": "86_04", "role": "skeleton"}]
    hook.after_dataset_saved("summary", {"absent": records})
    hook.after_pipeline_run()
    hook.after_dataset_saved("summary", {"absent": []})
    assert [r.getMessage() for r in caplog.records] == ["Absent: 86_02 (motion), 86_04 (skeleton)"]


def test_a_table_of_scores_is_announced_by_method(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="kinembed.hooks.report")
    entry = {
        "type": "pandas.CSVDataset",
        "filepath": str(tmp_path / "scores.csv"),
        "metadata": {"announce_scores": True},
    }
    hook = ReportHook()
    hook.before_pipeline_run(DataCatalog.from_config({"scores": entry}))
    row = {"protocol": "continuous", "method": "ward", "sequence": "a", "accuracy": 0.5}
    hook.after_dataset_saved("scores", pd.DataFrame([row]))
    hook.after_pipeline_run()
    said = ["Mean accuracy of continuous (sequences: 1): ward 0.500"]
    assert [record.getMessage() for record in caplog.records] == said


def test_runs_keep_the_memory_that_is_freed(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bool] = []
    monkeypatch.setattr("kinembed.hooks.memory.keep_freed_memory", lambda: asked.append(True))
    for hook in HOOKS:
        if isinstance(hook, MemoryHook):
            hook.before_pipeline_run()
    assert asked == [True]


# ---- checkpoints ----


def _trained(folder: Path, fail: bool) -> tuple[Pipeline, DataCatalog]:
    """A pipeline that trains, stores a model and, if asked for, fails before it is stored."""

    def train(checkpoints: CheckpointFolder) -> int:
        checkpoints.file("walk", "0" * 16).save(Checkpoint(1, {"weights": torch.zeros(1)}))
        if fail:
            raise KinembedError("the disk is full")
        return 1

    metadata = {"cleared_after": ["model"]}
    entries = {
        "checkpoints": CheckpointsDataset(filepath=str(folder), metadata=metadata),
        "model": MemoryDataset(),
    }
    return pipeline([node(train, "checkpoints", "model")]), DataCatalog(entries)


@pytest.mark.parametrize("fail", [False, True])
def test_checkpoints_go_when_what_they_led_to_is_stored_and_stay_when_it_is_not(tmp_path, fail):
    steps, catalog = _trained(tmp_path, fail)
    hooks = _create_hook_manager()
    _register_hooks(hooks, [CheckpointHook()])
    hooks.hook.before_pipeline_run(run_params={}, pipeline=steps, catalog=catalog)
    with suppress(KinembedError):
        SequentialRunner().run(steps, catalog, hooks)
    assert bool(list(tmp_path.glob("*.safetensors"))) is fail


def test_data_that_no_folder_can_hold_is_one_line_with_the_remedy(project: Path) -> None:
    shutil.rmtree(project / "data", ignore_errors=True)
    (project / "data").write_text("a file")
    refused = toy_runs.run(project)
    assert refused.exit_code == 1
    assert "data cannot hold results (" in refused.stderr
    assert "KINEMBED_DATA" in refused.stderr


def test_a_failed_run_that_trains_says_where_training_goes_on(
    caplog: pytest.LogCaptureFixture,
) -> None:
    training = Pipeline([node(repr, "ablation_checkpoints", "models", name="train")])
    ReportHook().on_pipeline_error(training)
    assert "A training goes on from its last checkpoint." in caplog.text
