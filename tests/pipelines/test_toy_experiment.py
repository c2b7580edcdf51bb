"""The synthetic toy as a user meets it: its experiment, and the notebook about it."""

import pandas as pd
import pytest
from helpers.notebooks import execute
from helpers.projects import copy_of_project, kedro_run

pytestmark = pytest.mark.project

FEW_STEPS = (
    "training.steps=40,training.network.units=16,embedding.stride=10,parallel.backend=sequential"
)


def test_the_experiment_goes_through_all_stages(tmp_path):
    project = copy_of_project(tmp_path)
    completed = kedro_run(project, "--params", FEW_STEPS, env="toy")
    assert completed.returncode == 0, completed.stdout + completed.stderr
    (scores,) = project.glob("data/08_reporting/toy/scores.csv/*/scores.csv")
    table = pd.read_csv(scores)
    assert table["sequence"].tolist() == ["toy", "toy"]
    assert table["behaviours"].tolist() == [2, 2]
    (page,) = project.glob("data/08_reporting/toy/report.html")
    assert "Synthetic" in page.read_text()
    assert not list(project.glob("data/08_reporting/toy/sequences/*/video.*"))


@pytest.fixture(scope="module")
def executed(tmp_path_factory):
    folder = tmp_path_factory.mktemp("notebook")
    return execute("04_circles_and_ellipses.ipynb", folder, {"steps=600": "steps=400"})


def texts(notebook):
    return [
        output["data"]["text/plain"]
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if "text/plain" in output.get("data", {})
    ]


def test_the_notebook_ends_with_clusters_that_are_exactly_right(executed):
    (progress,) = (text for text in texts(executed) if "silhouette" in text)
    first, *_, last = (line.split() for line in progress.splitlines()[1:])
    assert last[-1] == "1.000"
    assert float(first[-1]) < 0.5
    assert float(last[-2]) > float(first[-2])


def test_the_notebook_shows_its_figures_and_says_that_they_are_synthetic(executed):
    pictures = [
        output
        for cell in executed.cells
        for output in cell.get("outputs", [])
        if "image/png" in output.get("data", {})
    ]
    assert len(pictures) == 4
    assert "synthetic" in executed.cells[0]["source"]
