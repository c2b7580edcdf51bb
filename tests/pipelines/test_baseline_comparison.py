"""Pipeline ``baseline_comparison`` on a catalog in memory: every baseline, on a synthetic toy
motion.
"""

from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd
import pytest
from kedro.io import DataCatalog, MemoryDataset
from kedro.runner import SequentialRunner

from kinembed.core.errors import DataError
from kinembed.core.parallel import ParallelConfig
from kinembed.evaluation.baselines import BASELINES, BaselineParameters
from kinembed.evaluation.scores import score_sequence, score_table
from kinembed.motion.features import FeatureParameters
from kinembed.motion.motion import Segmentation
from kinembed.pipeline_registry import register_pipelines
from kinembed.pipelines import baseline_comparison
from kinembed.pipelines.baseline_comparison.nodes import score_shared_baselines
from kinembed.report.parameters import ReportParameters
from kinembed.segmentation.clustering import ClusteringParameters
from kinembed.segmentation.embedding import EmbeddingParameters
from kinembed.segmentation.time_scale import TimeScaleParameters
from kinembed.training.assignment import ModelAssignment
from kinembed.training.motion_prediction import TrainingParameters

FRAMES = np.arange(300)
NETWORK = pd.DataFrame(
    {
        "frame": FRAMES,
        "time_s": FRAMES / 50,
        "given": (FRAMES >= 160).astype(int),
        "estimated": np.digitize(FRAMES, [100, 200]),
    }
)
ANNOTATION = Segmentation(("calm", "wild"), np.array([[125, 150, 175]]), 300, "a")


def same(value):
    return value


def parameters():
    return {
        "features": FeatureParameters(),
        "training": TrainingParameters(
            network={"units": 12}, windows={"source": 12, "target": 8}, device="cpu"
        ),
        "embedding": EmbeddingParameters(stride=4, steps=2, summary_s=0.5, device="cpu"),
        "clustering": ClusteringParameters(number={"a": 2}, components=4, minimum_duration_s=0.4),
        "baseline_comparison": BaselineParameters(
            window_s=0.5, components=3, neighbours=8, stay_s=1.0
        ),
        "time_scale": TimeScaleParameters(),
        "parallel": ParallelConfig(backend="sequential"),
        "reporting": ReportParameters(title="toy", note="synthetic"),
    }


@pytest.fixture(scope="module")
def entries(toy_motion):
    """Sequence ``a`` is annotated and its number of clusters given; ``b`` is neither."""
    groups = {f"params:{name}": group for name, group in parameters().items()}
    return groups | {
        "sequences": {name: partial(same, replace(toy_motion, trial=name)) for name in "ab"},
        "predictions": {
            "a": partial(same, NETWORK),
            "b": partial(same, NETWORK.drop(columns="given")),
        },
        "model_of_recording": ModelAssignment({"a": "a", "b": "b"}),
        "sequence_annotations": {"a": ANNOTATION},
        "scores": score_table(score_sequence("a", NETWORK, ANNOTATION)),
    }


@pytest.fixture(scope="module")
def results(entries):
    """What the nodes make, one after the other; the baselines' predictions are computed once."""
    made = dict(entries)
    pipeline = baseline_comparison.create_pipeline()
    for node in pipeline.nodes:
        outputs = SequentialRunner().run(pipeline.only_nodes(node.name), in_memory(made))
        made |= {name: dataset.load() for name, dataset in outputs.items()}
        if node.name == "predict_baselines":
            stored = dict(made["baseline_predictions"].stream())
            made["baseline_predictions"] = {
                key: partial(same, table) for key, table in stored.items()
            }
    return made


def in_memory(entries):
    return DataCatalog({name: MemoryDataset(value) for name, value in entries.items()})


def test_every_sequence_has_a_column_for_each_baseline_and_variant(results):
    stored = {name: load() for name, load in results["baseline_predictions"].items()}
    assert [len(table) for table in stored.values()] == [300, 300]
    of_a = [f"{name}.{variant}" for name in BASELINES for variant in ("given", "estimated")]
    assert list(stored["a"].columns) == ["frame", "time_s", *of_a]
    assert list(stored["b"].columns) == ["frame", "time_s", *of_a[1::2]]
    assert stored["a"]["window_ward.given"].nunique() == 2
    assert stored["b"]["window_ward.estimated"].nunique() == 3


def test_annotated_sequences_are_scored_like_the_network(results, entries):
    scores = results["baseline_scores"]
    assert list(scores.columns) == list(entries["scores"].columns)
    assert set(scores["sequence"]) == {"a"}
    assert set(scores["protocol"]) == {"continuous"}
    given = scores[scores["clusters_given"]].set_index("method")["accuracy"]
    assert given["constant"] == pytest.approx(0.5)
    assert given["changepoints_window_3"] > 0.85


def test_sequences_with_models_of_their_own_have_no_shared_scores(results):
    assert results["shared_baseline_scores"].empty
    assert "recall" in results["shared_baseline_recalls"]


def test_baselines_of_one_model_are_scored_under_one_assignment():
    table = NETWORK[["frame", "time_s"]].assign(**{"window_ward.given": NETWORK["given"]})
    swapped = table.assign(**{"window_ward.given": 1 - NETWORK["given"]})
    scores, recalls = score_shared_baselines(
        {"a": lambda: table, "b": lambda: swapped},
        {"a": ANNOTATION, "b": replace(ANNOTATION, trial="b")},
        ModelAssignment({"a": "all", "b": "all"}),
        BaselineParameters(seed=4),
        ReportParameters(title="toy", experiment="toy"),
    )
    rows = scores.set_index("sequence")
    assert rows.loc["all", "accuracy"] == pytest.approx(0.5)
    assert set(scores["method"]) == {"window_ward"}
    assert set(scores["seed"]) == set(recalls["seed"]) == {4}
    assert set(recalls["experiment"]) == {"toy"}


def test_the_comparison_has_the_network_among_the_baselines(results, entries):
    comparison = results["comparison"]
    assert len(comparison) == 2 * (len(BASELINES) + 1)
    network = comparison[comparison["method"] == "kinembed"].set_index("clusters_given")
    expected = entries["scores"].set_index("clusters_given")
    assert network["accuracy"].to_dict() == pytest.approx(expected["accuracy"].to_dict())


def test_the_figure_shows_every_method(results):
    axes = results["comparison_overview"].axes
    assert [len(ax.patches) for ax in axes] == [len(BASELINES) + 1] * 2


def test_without_annotations_nothing_is_computed(entries):
    entries = entries | {"sequence_annotations": {}, "predictions": {}}
    with pytest.raises(DataError, match="no sequence of this experiment is annotated"):
        SequentialRunner().run(baseline_comparison.create_pipeline(), in_memory(entries))


def test_a_sequence_without_predictions_is_named(entries):
    entries = entries | {"predictions": {"a": partial(same, NETWORK)}}
    with pytest.raises(DataError, match="nothing is stored of the recordings b, but of a"):
        SequentialRunner().run(baseline_comparison.create_pipeline(), in_memory(entries))


def test_it_runs_only_when_asked_for():
    pipelines = register_pipelines()
    nodes = {node.name for node in pipelines["baseline_comparison"].nodes}
    assert nodes
    assert nodes.isdisjoint(node.name for node in pipelines["__default__"].nodes)


def test_annotations_reach_no_baseline():
    (predict,) = baseline_comparison.create_pipeline().only_nodes("predict_baselines").nodes
    assert not any("annotation" in name for name in predict.inputs)
