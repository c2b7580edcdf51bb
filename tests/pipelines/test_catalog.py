"""The catalog: every dataset of every pipeline is described, by an entry or by a pattern."""

import pytest
from helpers.projects import ROOT
from kedro.config import OmegaConfigLoader
from kedro.io import DataCatalog

from kinembed.hooks.stored import stored_datasets
from kinembed.pipeline_registry import register_pipelines
from kinembed.settings import CONFIG_LOADER_ARGS

# Kept in memory, on purpose: checks, networks with their inputs, and a time that waits for them.
MEMORY = {
    "checked_baselines",
    "checked_names",
    "checked_stability",
    "maximisation_tasks",
    "maximisation_tasks_seq2seq",
    "maximisation_tasks_two_stream",
    "measured_time_scale",
}
PIPELINES = dict(register_pipelines())
DATASETS = sorted(
    name
    for name in set().union(*(pipeline.datasets() for pipeline in PIPELINES.values()))
    if not name.startswith("params:") and name not in MEMORY
)


@pytest.fixture(scope="module")
def catalog():
    loader = OmegaConfigLoader(str(ROOT / "conf"), env="sample", **CONFIG_LOADER_ARGS)
    return DataCatalog.from_config(loader["catalog"])


def where(dataset):
    return str(dataset._describe()["filepath"])


@pytest.mark.parametrize("name", DATASETS)
def test_a_dataset_of_a_pipeline_is_stored_in_the_experiments_folder(name, catalog):
    """Kedro keeps a dataset that nothing describes in memory, and says nothing."""
    assert name in catalog, f"{name}: neither an entry nor a pattern of conf/base/catalog*.yml"
    assert "/sample" in where(catalog.get(name))
    assert catalog.get(name).metadata["kedro-viz"]["layer"]


def test_what_nothing_describes_has_no_entry(catalog):
    assert not {name for name in MEMORY if name in catalog}
    assert "maximisations" not in catalog


def test_no_two_datasets_share_a_file(catalog):
    """But the script that pages load, which two pipelines write alike."""
    shared = {"interpretation_script", "score_tables"}
    paths = [where(catalog.get(name)) for name in DATASETS if name not in shared]
    assert len(paths) == len(set(paths))


@pytest.mark.parametrize(
    ("name", "path", "mlflow"),
    [
        ("two_stream_histories", "06_models/sample/two_stream_histories.parquet", "history"),
        ("baseline_predictions", "07_model_output/sample/baseline_predictions", "artifact"),
        ("published_loss_scores", "08_reporting/sample/published_loss_scores.csv", "artifact"),
        ("results_overview", "08_reporting/sample/results_overview.png", "artifact"),
        ("geometry_figure", "08_reporting/sample/geometry.png", "artifact"),
    ],
)
def test_entries_of_a_pattern_are_tracked_as_entries_of_their_own(name, path, mlflow, catalog):
    (pipeline,) = [one for one in PIPELINES.values() if name in one.all_outputs()][:1]
    dataset = stored_datasets(pipeline, catalog)[name]
    assert where(dataset).endswith(path)
    assert mlflow in dataset.metadata["mlflow"]


def test_an_entry_of_its_own_wins_over_a_pattern(catalog):
    assert catalog.get("recognition_scores").metadata["announce"] == "Recognition"
    assert where(catalog.get("loss_overview")).endswith(".json")
    assert catalog.get("published_annotated_scores").metadata["announce_scores"]
    assert "announce_scores" not in catalog.get("baseline_scores").metadata
