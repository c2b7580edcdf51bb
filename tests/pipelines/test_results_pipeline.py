"""An ablation and the results of a short synthetic recording, as a user runs them."""

import json

import pandas as pd
import pytest
from helpers.projects import copy_of_project, kedro_run
from mlflow import MlflowClient

pytestmark = pytest.mark.project

STAGES = "ingestion,expmap,concatenation,training,embedding,clustering,evaluation"
ABLATION = "ablation.only=kinembed ward window_ward,ablation.seeds=0 1"


@pytest.fixture(scope="module")
def project(tmp_path_factory, empty_database):
    """The stages and an ablation in one run, then the results in another."""
    folder = copy_of_project(tmp_path_factory.mktemp("project"), empty_database)
    completed = kedro_run(folder, "--pipelines", f"{STAGES},ablation", "--params", ABLATION)
    assert completed.returncode == 0, completed.stdout + completed.stderr
    completed = kedro_run(folder, "--pipelines", "results", "--params", "results.held_out=sample")
    assert completed.returncode == 0, completed.stdout + completed.stderr
    return folder, completed.stdout + completed.stderr


def only(folder, pattern):
    (path,) = folder.glob(pattern)
    return path


def test_the_unchanged_row_is_what_the_stages_make(project):
    folder, _ = project
    outputs = "data/07_model_output/test"
    swept = pd.read_parquet(only(folder, f"{outputs}/ablation_predictions/*/*/sample.parquet"))
    own = pd.read_parquet(only(folder, f"{outputs}/predictions/*/*/sample.parquet"))
    assert swept["kinembed.seed_0.given"].tolist() == own["given"].tolist()
    assert swept["kinembed.seed_1.given"].tolist() != own["given"].tolist()
    assert not list(folder.glob("data/06_models/test/ablation_checkpoints/*"))


def test_all_scores_stand_in_one_table_once(project):
    folder, output = project
    results = pd.read_csv(only(folder, "data/08_reporting/test/results.csv/*/results.csv"))
    runs = results[["method", "clusters_given", "seed"]].to_numpy().tolist()
    assert runs == [
        ["kinembed", False, 0],
        ["kinembed", True, 0],
        ["kinembed", True, 1],
        ["ward", True, 0],
        ["ward", True, 1],
        ["window_ward", True, 0],
        ["window_ward", True, 1],
    ]
    assert "has not been made: baseline_scores" in output
    text = only(folder, "data/08_reporting/test/results.csv/*/results.csv").read_text()
    assert len(text.splitlines()[1].split(",")[7]) == len("0.1234")


def test_the_code_and_processor_of_each_table_are_stored(project):
    folder, _ = project
    provenance = only(folder, "data/08_reporting/test/results_provenance.json/*/*provenance.json")
    stored = json.loads(provenance.read_text())
    version = only(folder, "data/08_reporting/test/ablation_scores.csv/*").name
    made_with = stored["ablation_scores"][version]
    assert {"commit", "kinembed", "torch", "scikit-learn", "processor"} <= set(made_with)


def test_the_page_is_announced_and_names_what_is_held_out(project):
    folder, output = project
    assert f"Results: {folder}/data/08_reporting/test/results.md" in output
    page = (folder / "data/08_reporting/test/results.md").read_text()
    assert "Synthetic recording" in page
    assert "## Held-out sequences: sample" in page
    assert "| ablation_scores | 1 | " in page
    assert str(folder) not in page
    assert (folder / "data/08_reporting/test/results_overview.png").exists()


def test_rows_are_runs_of_mlflow_within_that_of_the_ablation(project):
    folder, _ = project
    client = MlflowClient(f"sqlite:///{folder / 'mlflow.db'}")
    experiment = client.get_experiment_by_name("test").experiment_id
    runs = {run.info.run_name: run for run in client.search_runs([experiment])}
    children = {name: run for name, run in runs.items() if ".seed_" in name}
    assert set(children) == {
        f"{row}.seed_{seed}" for row in ("kinembed", "ward", "window_ward") for seed in (0, 1)
    }
    (parent,) = {run.data.tags["mlflow.parentRunId"] for run in children.values()}
    version = only(folder, "data/08_reporting/test/ablation_scores.csv/*").name
    assert client.get_run(parent).data.tags["kedro.run_id"] == version
    assert children["ward.seed_1"].data.params["clustering.method"] == "agglomerative"
    scores = pd.read_csv(only(folder, "data/08_reporting/test/ablation_scores.csv/*/*.csv"))
    (row,) = scores.query("method == 'ward' and seed == 1").to_dict("records")
    assert children["ward.seed_1"].data.metrics["given.accuracy"] == row["accuracy"]
