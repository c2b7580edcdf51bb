"""Runs on the same data, one after another and at once: nothing is mixed, and nothing stays."""

import json
from contextlib import suppress

import pytest
from helpers import toy_runs
from helpers.projects import start
from mlflow import MlflowClient

from kinembed.core.run_claims import claim_of, take
from kinembed.settings import HOOKS

pytestmark = pytest.mark.slow

LATER = "2999-01-01T00.00.00.000Z"


@pytest.fixture
def project(tmp_path, monkeypatch):
    monkeypatch.setenv("DO_NOT_TRACK", "1")
    yield toy_runs.copy(tmp_path)
    for hook in HOOKS:
        with suppress(AttributeError):
            hook._release()


def _stored(project, name, version, content):
    """A version of the partitioned dataset `numbers`, or of a file."""
    place = project / "data" / name / version / name
    if name == "numbers":
        place, content = place / "86_01.json", content["86_01"]
    place.parent.mkdir(parents=True)
    place.write_text(json.dumps(content))


def _run_id(project):
    return _lineage(project / "data/.report.html.lineage.json")["run"]


def _lineage(path):
    return json.loads(path.read_text())


def _strays(project):
    hidden = [path for path in (project / "data").rglob(".*") if "lineage" not in path.name]
    return sorted(str(path.relative_to(project / "data")) for path in hidden)


def test_a_run_reads_what_it_wrote_though_a_later_version_is_there(project, caplog):
    _stored(project, "numbers", LATER, {"86_01": 100})
    _stored(project, "scores.json", LATER, {})
    assert toy_runs.run(project).exit_code == 0
    assert (project / "data/report.html").read_text() == "<p>2 sequences</p>"
    run = _run_id(project)
    scores = json.loads((project / f"data/scores.json/{run}/scores.json").read_text())
    assert scores["86_01"]["accuracy"] == 0.2
    assert f"--load-versions=numbers:{run},scores:{run}" in caplog.text


def test_only_what_is_missing_is_made_of_what_is_there(project):
    _stored(project, "numbers", LATER, {"86_01": 100})
    assert toy_runs.run(project, "--only-missing-outputs").exit_code == 0
    assert (project / "data/report.html").read_text() == "<p>1 sequences</p>"
    assert _lineage(project / "data/.report.html.lineage.json")["inputs"] == {
        "scores": _run_id(project)
    }


def test_what_is_stored_says_of_what_it_was_made(project):
    toy_runs.run(project, "--pipelines=counting")
    (first,) = [path.name for path in (project / "data/numbers").iterdir()]
    toy_runs.run(project, "--pipelines=counting")
    toy_runs.run(project, "--pipelines=judging", f"--load-versions=numbers:{first}")
    run = _run_id(project)
    stored = _lineage(project / f"data/scores.json/{run}/lineage.json")
    assert {"kinembed", "torch", "processor"} <= stored.pop("made_with").keys()
    assert stored == {
        "run": run,
        "node": "judge",
        "commit": "",
        "inputs": {"numbers": first},
    }
    assert _lineage(project / f"data/numbers/{first}/lineage.json")["inputs"] == {}


def test_a_second_run_is_refused_while_the_first_one_lives(project):
    claim = claim_of("the_first", writes=frozenset({"report.html"}))
    held = take(project / "data/.runs", claim)
    refused = toy_runs.run(project)
    assert refused.exit_code == 1
    assert "Error: run the_first (process" in refused.stderr
    assert "still runs and uses report.html; wait" in refused.stderr
    assert not (project / "data/numbers").exists()
    assert toy_runs.run(project, "--pipelines=counting").exit_code == 0
    held.release()
    assert toy_runs.run(project).exit_code == 0
    assert _strays(project) == [".runs"]


@pytest.mark.parametrize("protocol", ["s3", "gs", "memory", "file"])
def test_an_object_store_is_refused_at_the_start(project, protocol):
    globals_file = project / "conf/base/globals.yml"
    globals_file.write_text(f"data: {protocol}://bucket/data\n")
    refused = toy_runs.run(project)
    assert refused.exit_code == 1
    assert f"Error: {protocol}://bucket/data is no folder of this machine" in refused.stderr
    globals_file.write_text(f"models: {protocol}://bucket/models\n")
    assert "set KINEMBED_MODELS to a folder" in toy_runs.run(project).stderr
    assert not (project / f"{protocol}:").exists()
    assert not (project / "data").exists()


def test_what_killed_runs_left_is_cleared_up(project):
    left = project / "data/numbers/2020-01-01T00.00.00.000Z/.numbers.partial"
    left.mkdir(parents=True)
    (project / "data/.fingerprint.json.4711").touch()
    assert toy_runs.run(project).exit_code == 0
    assert _strays(project) == [".runs"]
    assert not left.parent.exists()


def test_sigterm_closes_everything(project):
    result = toy_runs.run(project, "--params=toy.what.happens=SIGTERM")
    assert result.exit_code == 143
    assert "Stopped. Results that were stored are kept" in result.stderr
    assert not list((project / "data").glob("numbers/*/*"))
    assert toy_runs.run(project).exit_code == 0


def test_inputs_that_were_not_made_of_one_another_are_named(project, caplog):
    toy_runs.configure(project, "catalog.yml", **_entries())
    toy_runs.run(project)
    toy_runs.run(project, "--pipelines=counting")
    toy_runs.run(project, "--pipelines=comparing")
    assert "Inputs were not made of one another: scores (of numbers 20" in caplog.text
    assert "or add to --load-versions: numbers:20" in caplog.text
    newest = max(path.name for path in (project / "data/numbers").glob("20*"))
    toy_runs.run(project, "--pipelines=comparing", f"--load-versions=numbers:{newest}")
    assert "or add to --load-versions: scores:<version>" in caplog.text


def _entries():
    return {"difference": {"type": "json.JSONDataset", "filepath": "data/difference.json"}}


@pytest.mark.slow
@pytest.mark.project
def test_two_first_starts_at_once(project, tmp_path):
    toy_runs.configure(project, "mlflow.yml", enabled=True)
    written = [tmp_path / "one", tmp_path / "other"]
    for folder in written:
        folder.mkdir()
    started = [start(project, folder, env=None) for folder in written]
    for process in started:
        process.join()
    said = [(folder / "stderr").read_text() for folder in written]
    finished = [process.exitcode == 0 for process in started]
    assert any(finished)
    assert all(
        "still runs and uses" in text for text, ok in zip(said, finished, strict=True) if not ok
    )
    client = MlflowClient(f"sqlite:///{project}/mlflow.db")
    experiment = client.get_experiment_by_name("base")
    runs = client.search_runs([experiment.experiment_id])
    assert [run.info.status for run in runs] == ["FINISHED"] * sum(finished)
    assert _strays(project) == [".runs"]
    assert sorted(path.name for path in project.glob("mlflow.db*")) == [
        "mlflow.db",
        "mlflow.db-lock",
    ]
