"""The whole project as a user runs it, on a short synthetic recording."""

import json
import subprocess
import sys
import time

import numpy as np
import pandas as pd
import pytest
from helpers.notebooks import execute, kinds, outputs
from helpers.projects import copy_of_project, environment, kedro_run, start

pytestmark = pytest.mark.project


@pytest.fixture(scope="module")
def project(tmp_path_factory, empty_database):
    """A copy of the project without data, and a first full run in it."""
    folder = copy_of_project(tmp_path_factory.mktemp("project"), empty_database)
    completed = kedro_run(folder)
    assert completed.returncode == 0, completed.stdout + completed.stderr
    return folder, completed


def newest(folder, pattern):
    return max(folder.glob(pattern), key=lambda path: path.parts)


def weights(folder):
    return newest(folder, "data/06_models/test/models/*/models/sample.safetensors").read_bytes()


def test_a_full_run_ends_with_the_path_of_a_report(project):
    folder, completed = project
    output = completed.stdout + completed.stderr
    assert f"Report: {folder}/data/08_reporting/test/report.html" in output
    page = (folder / "data/08_reporting/test/report.html").read_text()
    assert "Synthetic" in page
    figures = {
        path.name for path in (folder / "data/08_reporting/test/sequences/sample").glob("[!.]*")
    }
    assert figures - {"animation.mp4"} == {
        "training_curve.png",
        "confusion.png",
        "embedding_2d.html",
        "embedding_3d.html",
        "animation.gif",
    }


def test_the_run_is_tracked(project):
    import mlflow

    folder, completed = project
    assert "MLflow did not record" not in completed.stdout + completed.stderr
    mlflow.set_tracking_uri(f"sqlite:///{folder / 'mlflow.db'}")
    (run,) = mlflow.search_runs(search_all_experiments=True, output_format="list")
    version = newest(folder, "data/08_reporting/test/scores.csv/*").name
    assert run.info.status == "FINISHED"
    assert run.data.tags["kedro.run_id"] == version
    assert run.data.params["training.network.units"] == "16"
    assert any("accuracy" in name for name in run.data.metrics)


def test_evaluation_of_stored_versions_gives_identical_scores(project):
    folder, _ = project
    before = newest(folder, "data/08_reporting/test/scores.csv/*/scores.csv")
    version = newest(folder, "data/07_model_output/test/predictions/*").name
    completed = kedro_run(
        folder, "--pipelines", "evaluation", "--load-versions", f"predictions:{version}"
    )
    assert completed.returncode == 0, completed.stderr
    after = newest(folder, "data/08_reporting/test/scores.csv/*/scores.csv")
    assert after != before
    assert after.read_bytes() == before.read_bytes()


def test_a_run_killed_in_training_continues_to_the_same_weights(project, tmp_path):
    folder, _ = project
    killed = copy_of_project(tmp_path / "project")
    process = start(killed, tmp_path, "--to-nodes", "train_models")
    checkpoints = killed / "data/06_models/test/checkpoints"
    deadline = time.monotonic() + 120
    while not list(checkpoints.glob("*.safetensors")) and time.monotonic() < deadline:
        time.sleep(0.01)
    process.kill()
    process.join()
    assert list(checkpoints.glob("sample-*.safetensors"))
    assert not list(killed.glob("data/06_models/test/models/*/models"))
    completed = kedro_run(killed, "--pipelines", "training")
    assert completed.returncode == 0, completed.stderr
    assert "Continuing at step" in completed.stdout + completed.stderr
    assert weights(killed) == weights(folder)
    assert not list(checkpoints.glob("*.safetensors"))


@pytest.mark.parametrize(
    ("setting", "message"),
    [("clustering.methd=kmeans", "methd"), ("preset=huge", "huge")],
)
def test_a_bad_parameter_fails_before_anything_runs(project, setting, message):
    folder, _ = project
    files = sorted(folder.glob("data/**/*"))
    completed = kedro_run(folder, "--params", setting)
    output = completed.stdout + completed.stderr
    assert completed.returncode != 0
    assert message in output
    assert "Traceback" not in output
    assert sorted(folder.glob("data/**/*")) == files


def test_an_unknown_pipeline_fails_before_anything_runs(project):
    folder, _ = project
    files = sorted(folder.glob("data/**/*"))
    completed = kedro_run(folder, "--pipelines", "trainign")
    assert completed.returncode == 1
    assert "trainign" in completed.stderr
    assert sorted(folder.glob("data/**/*")) == files


def test_a_second_full_run_gives_identical_labels(project):
    folder, _ = project
    before = newest(folder, "data/07_model_output/test/predictions/*/predictions/sample.parquet")
    completed = kedro_run(folder, "--params", "reporting.animation_s_per_cluster=0")
    assert completed.returncode == 0, completed.stderr
    after = newest(folder, "data/07_model_output/test/predictions/*/predictions/sample.parquet")
    assert after != before
    pd.testing.assert_frame_equal(pd.read_parquet(after), pd.read_parquet(before))
    summary = json.loads((folder / "data/02_intermediate/test/ingestion_summary.json").read_text())
    assert summary["trials"] == ["sample"]


def test_names_survive_a_rerun_and_a_wrong_one_is_told(project):
    folder, _ = project
    names = folder / "data/08_reporting/test/names.yml"
    names.write_text("sample: {estimated: {names: {0: first thing}}}")
    try:
        completed = kedro_run(folder, "--pipelines", "clustering,reporting")
        assert completed.returncode == 0, completed.stderr
        exports = names.parent / "exports"
        segments = pd.read_csv(exports / "segments.csv", dtype=str)
        estimated = segments[segments["tier"] == "estimated"].set_index("clusters")
        assert set(estimated.loc[["0"], "label"]) == {"first thing"}
        assert "first thing" in (exports / "elan/sample.eaf").read_text()
        assert "first thing" in (names.parent / "report.html").read_text()
        predicted = newest(folder, "data/07_model_output/test/predictions/*/predictions/*.parquet")
        probabilities = {"given_probability", "estimated_probability"}
        columns = {"frame", "time_s", "given", "estimated"} | probabilities
        assert set(pd.read_parquet(predicted)) == columns

        names.write_text("sample: {estimated: {names: {99: x}}}")
        completed = kedro_run(folder, "--pipelines", "reporting")
        assert completed.returncode == 1
        assert "sample.estimated.names.99: there is no cluster 99; there are 0" in completed.stderr
    finally:
        names.unlink()


def executed(name, folder, monkeypatch):
    """Outputs of a notebook on the results of the first run, one after the other."""
    monkeypatch.setenv("KEDRO_ENV", "test")
    return outputs(execute(name, folder))


def test_the_first_look_notebook_runs_on_the_results(project, monkeypatch):
    folder, _ = project
    shown = kinds(executed("01_first_look.ipynb", folder, monkeypatch))
    assert {"text/html", "image/png", "application/vnd.plotly.v1+json"} <= set(shown)


def test_the_notebook_on_ones_own_recordings_names_and_labels_them(project, monkeypatch):
    """The folder of recordings is that of the sample, so its own labels are found again."""
    folder, _ = project
    monkeypatch.setenv("KINEMBED_RECORDINGS", str(folder / "data/01_raw/test/recording"))
    names = folder / "data/08_reporting/test/names.yml"
    try:
        shown = executed("02_your_own_recordings.ipynb", folder, monkeypatch)
        assert "first behaviour" in names.read_text()
    finally:
        names.unlink(missing_ok=True)
    assert kinds(shown).count("text/html") == 4
    assert "first behaviour" in shown[-1]["data"]["text/html"]
    labels, predictions = (
        pd.read_parquet(newest(folder, f"data/07_model_output/test/{kind}/*/{kind}/sample.parquet"))
        for kind in ("labels", "predictions")
    )
    assert (labels["cluster"] == predictions["given"]).mean() >= 0.95


def test_the_notebook_on_the_embedding_shows_all_its_figures(project, monkeypatch):
    folder, _ = project
    shown = executed("03_inside_the_embedding.ipynb", folder, monkeypatch)
    assert kinds(shown).count("image/png") == 5


def test_a_stored_model_labels_its_own_recording_as_it_was_discovered(project):
    folder, _ = project
    completed = kedro_run(folder, "--pipelines", "inference")
    output = completed.stdout + completed.stderr
    assert completed.returncode == 0, output
    assert "The model of sample labels sample" in output
    assert "train_models" not in output
    labels, predictions = (
        pd.read_parquet(newest(folder, f"data/07_model_output/test/{kind}/*/{kind}/sample.parquet"))
        for kind in ("labels", "predictions")
    )
    assert (labels["cluster"] == predictions["given"]).mean() >= 0.95
    assert "sample" in newest(folder, "data/08_reporting/test/labels/segments.csv").read_text()


def test_mlflow_predicts_as_the_pipeline_labels(project, tmp_path):
    """By its own command in a new process, and loaded from the run that logged it."""
    import mlflow

    folder, _ = project
    frames = pd.read_parquet(newest(folder, "data/03_primary/test/expmaps/sample.parquet"))
    frames.to_csv(tmp_path / "frames.csv", index=False)
    model = newest(folder, "data/06_models/test/pyfunc/*/pyfunc")
    subprocess.run(
        [
            *(sys.executable, "-m", "mlflow", "models", "predict", "--env-manager", "local"),
            *("-m", model, "-t", "csv", "-i", tmp_path / "frames.csv"),
            *("-o", tmp_path / "out.json"),
        ],
        check=True,
        cwd=tmp_path,
        env={name: value for name, value in environment().items() if name != "PYTHONPATH"},
    )
    predicted = pd.DataFrame(json.loads((tmp_path / "out.json").read_text())["predictions"])
    mlflow.set_tracking_uri(f"sqlite:///{folder / 'mlflow.db'}")
    logged, *_ = mlflow.search_logged_models(output_format="list", experiment_ids=["1"])
    loaded = mlflow.pyfunc.load_model(logged.model_uri).predict(frames)
    labels = newest(folder, "data/07_model_output/test/labels/*/labels/sample.parquet")
    expected = pd.read_parquet(labels)
    for found in (predicted, loaded):
        assert found["cluster"].tolist() == expected["cluster"].tolist()
        assert np.allclose(found["distance"], expected["distance"], atol=1e-6)
