from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from kinembed.core.errors import DataError
from kinembed.evaluation import baseline_comparison as baseline_comparison
from kinembed.evaluation.baselines import (
    BASELINES,
    ESTIMATING,
    TOGETHER,
    BaselineParameters,
    StageParameters,
)
from kinembed.evaluation.scores import score_sequence, score_table
from kinembed.motion.features import FeatureParameters
from kinembed.motion.motion import Segmentation
from kinembed.segmentation.clustering import ClusteringParameters
from kinembed.segmentation.embedding import EmbeddingParameters
from kinembed.training.motion_prediction import TrainingParameters

STAGES = StageParameters(
    FeatureParameters(),
    TrainingParameters(),
    EmbeddingParameters(),
    ClusteringParameters(number={"toy": 2}),
)


@pytest.fixture
def predictions():
    """A network's: two clusters where told so, three by its own estimate."""
    frames = np.arange(300)
    columns = {"frame": frames, "time_s": frames / 50}
    return pd.DataFrame({**columns, "given": frames // 150, "estimated": frames // 100})


@pytest.fixture
def annotation():
    return Segmentation(("calm", "wild"), np.array([[125, 150, 175]]), 300, "toy")


@pytest.fixture
def asked(monkeypatch):
    """How many clusters each baseline was asked for, with baselines that cut evenly."""
    numbers = {}

    def predict(name, motion, number, parameters, stages):
        numbers.setdefault(name, []).append(number)
        return np.arange(len(motion)) * number // len(motion)

    monkeypatch.setattr(baseline_comparison, "predict", predict)
    return numbers


def predict_baselines(motion, predictions, stages=STAGES):
    return baseline_comparison.predict_baselines(
        "toy", motion, predictions, BaselineParameters(), stages
    )


def test_baselines_are_told_the_number_given_and_the_number_estimated(
    asked, toy_motion, predictions
):
    table = predict_baselines(toy_motion, predictions)
    assert asked == {name: [2, 3] for name in BASELINES}
    assert list(table.columns[:4]) == ["frame", "time_s", "constant.given", "constant.estimated"]
    assert len(table.columns) == 2 + 2 * len(BASELINES)
    assert table["time_s"].equals(predictions["time_s"])
    assert table["untrained.estimated"].equals(predictions["estimated"])


@pytest.mark.parametrize("clustering", [STAGES.clustering, ClusteringParameters()])
def test_without_a_given_number_they_are_told_the_estimate_alone(
    asked, toy_motion, predictions, clustering
):
    if clustering == STAGES.clustering:
        predictions = predictions.drop(columns="given")
    table = predict_baselines(toy_motion, predictions, replace(STAGES, clustering=clustering))
    assert asked == {name: [3] for name in BASELINES}
    assert not table.columns.str.endswith(".given").any()


def test_predictions_of_another_length_are_refused(toy_motion, predictions):
    message = "toy: the motion has 300 frames but the network's predictions have 200; run the stage"
    with pytest.raises(DataError, match=message):
        predict_baselines(toy_motion, predictions.iloc[:200])


def test_recordings_of_one_model_are_clustered_together(monkeypatch, toy_motion, predictions):
    """What stands instead of states estimates the number; others get that of all recordings."""
    asked = {}

    def predict_together(name, motions, numbers, parameters, stages):
        asked[name] = numbers
        return [[np.full(len(motion), at) for at, motion in enumerate(motions)] for _ in numbers]

    monkeypatch.setattr(baseline_comparison, "predict_together", predict_together)
    clustering = ClusteringParameters(number={"all": 4, "toy": 2})
    other = predictions.assign(estimated=predictions["estimated"] + 2)
    tables = baseline_comparison.predict_shared_baselines(
        "all",
        {"toy": toy_motion, "other": toy_motion},
        {"toy": predictions, "other": other},
        BaselineParameters(),
        replace(STAGES, clustering=clustering),
    )
    assert asked == {name: [4, None if name in ESTIMATING else 5] for name in TOGETHER}
    assert set(tables["other"]["window_ward.given"]) == {1}
    assert len(tables["toy"].columns) == 2 + 2 * len(TOGETHER)


@pytest.mark.slow
def test_baselines_are_scored_as_the_network_is(asked, toy_motion, predictions, annotation):
    table = predict_baselines(toy_motion, predictions)
    rows = score_table(baseline_comparison.score_baselines("toy", table, annotation, seed=2))
    assert rows["method"].unique().tolist() == list(BASELINES)
    network = score_table(score_sequence("toy", predictions, annotation, seed=2))
    for _, scores in rows.groupby("method"):
        expected = network.assign(method=scores["method"].iloc[0])
        pd.testing.assert_frame_equal(scores.reset_index(drop=True), expected)


def scores(*rows):
    """Rows of sequence, method, clusters_given and accuracy; other scores are 0."""
    columns = ["sequence", "method", "clusters_given", "accuracy"]
    table = score_table(dict(zip(columns, row, strict=True)) for row in rows)
    return table.assign(protocol="continuous", seed=0).fillna({"clusters": 0, "ari": 0.0})


def test_means_over_sequences_the_best_with_a_given_number_first():
    table = baseline_comparison.compare(
        scores(
            ("a", "worse", True, 0.5),
            ("b", "worse", True, 0.7),
            ("a", "better", True, 0.8),
            ("b", "better", True, 0.8),
            ("a", "worse", False, 0.9),
        )
    )
    found = table[["method", "clusters_given", "sequences", "accuracy"]].to_numpy().tolist()
    assert found == [
        ["better", True, 2, 0.8],
        ["worse", True, 2, pytest.approx(0.6)],
        ["worse", False, 1, 0.9],
    ]


def test_results_of_several_seeds_stay_apart():
    rows = scores(("a", "one", True, 0.5), ("a", "one", True, 0.7)).assign(seed=[0, 1])
    table = baseline_comparison.compare(rows)
    assert table[["seed", "sequences", "accuracy"]].to_numpy().tolist() == [
        [1, 1, 0.7],
        [0, 1, 0.5],
    ]


def test_nothing_annotated_compares_nothing():
    table = baseline_comparison.compare(score_table([]))
    assert table.empty
    assert list(table.columns[:4]) == ["method", "protocol", "clusters_given", "seed"]
