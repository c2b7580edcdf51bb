import numpy as np
import pandas as pd
import pytest

from kinembed.evaluation.scores import (
    mean_scores,
    measure_separability,
    score_annotated,
    score_methods,
    score_sequence,
    score_table,
)
from kinembed.motion.motion import NOT_LABELLED, Segmentation
from kinembed.segmentation.embedding import Embeddings
from kinembed.segmentation.predictions import NOT_SEEN


@pytest.fixture
def annotation():
    return Segmentation(("walk", "run"), np.array([[40, 50, 60]]), 100, "trial")


@pytest.fixture
def predictions():
    frames = np.arange(100)
    return pd.DataFrame(
        {
            "frame": frames,
            "time_s": frames / 10,
            "given": (frames >= 55).astype(int),
            "estimated": np.repeat([0, 1, 2, 3], 25),
        }
    )


def test_one_row_per_way_of_finding_the_number_of_clusters(predictions, annotation):
    table = score_table(score_sequence("trial", predictions, annotation))
    assert table["clusters_given"].tolist() == [True, False]
    assert table["clusters"].tolist() == [2, 4]
    assert table["behaviours"].tolist() == [2, 2]
    assert set(table["protocol"]) == {"continuous"}
    assert table["accuracy"].tolist() == pytest.approx([0.95, 0.5])
    assert table["boundary_distance_s"].iloc[0] == pytest.approx(0.5)


def test_without_a_given_number_there_is_one_row(predictions, annotation):
    rows = score_sequence("trial", predictions.drop(columns="given"), annotation)
    assert [row["clusters_given"] for row in rows] == [False]


def test_rows_name_the_method_that_predicted(predictions, annotation):
    assert {row["method"] for row in score_sequence("a", predictions, annotation)} == {"kinembed"}
    rows = score_sequence("a", predictions, annotation, "window_ward")
    assert [row["method"] for row in rows] == ["window_ward"] * 2
    network = score_table(score_sequence("a", predictions, annotation))
    pd.testing.assert_frame_equal(score_table(rows), network.assign(method="window_ward"))


def test_rows_name_the_protocol_and_the_seed(predictions, annotation):
    table = score_table(
        score_sequence("a", predictions, annotation, protocol="published_annotated_cuts", seed=3)
    )
    assert set(table["protocol"]) == {"published_annotated_cuts"}
    assert set(table["seed"]) == {3}
    usual = score_table(score_sequence("a", predictions, annotation))
    assert set(usual["seed"]) == {0}
    varied = ["protocol", "seed"]
    pd.testing.assert_frame_equal(table.drop(columns=varied), usual.drop(columns=varied))


def test_several_methods_are_scored_as_each_by_itself(predictions, annotation):
    names = {"given": "one.given", "estimated": "one.estimated"}
    several = predictions.rename(columns=names).assign(**{"two.given": predictions["given"]})
    rows = score_methods("a", several, annotation, ["one", "two"], seed=1)
    assert [(row["method"], row["clusters_given"]) for row in rows] == [
        ("one", True),
        ("one", False),
        ("two", True),
    ]
    assert rows[:2] == score_sequence("a", predictions, annotation, "one", seed=1)


def test_means_over_sequences(predictions, annotation):
    rows = score_sequence("a", predictions, annotation)
    perfect = predictions.assign(given=(predictions["frame"] >= 50).astype(int))
    rows += score_sequence("b", perfect, annotation)
    means = mean_scores(score_table(rows))
    assert means["given"]["accuracy"] == pytest.approx((0.95 + 1) / 2)
    assert means["estimated"]["accuracy"] == pytest.approx(0.5)


def test_annotated_sequences_alone_are_scored(predictions, annotation):
    def never():
        raise AssertionError("predictions of a sequence without annotation are not loaded")

    stored = {"b": lambda: predictions, "other": never, "a": lambda: predictions}
    table = score_annotated(stored, {"a": annotation, "b": annotation}, score_sequence)
    each = [row for name in "ba" for row in score_sequence(name, predictions, annotation)]
    pd.testing.assert_frame_equal(table, score_table(each))


def test_nothing_annotated_gives_an_empty_table_with_its_columns():
    table = score_table([])
    assert list(table.columns[:9]) == [
        "sequence",
        "method",
        "protocol",
        "clusters_given",
        "seed",
        "clusters",
        "behaviours",
        "accuracy",
        "accuracy_by_order",
    ]
    assert mean_scores(table) == {}


def test_separability_needs_no_annotation(predictions):
    """Rows lie at two points, between which the given clusters part them and the others do not."""
    index = np.arange(0, 100, 5)
    values = np.where(index[:, None] < 55, [0.0, 0.0], [3.0, 4.0])
    embeddings = Embeddings(values + 1e-3 * np.arange(20)[:, None], index, 100, 10.0)
    given, estimated = measure_separability("trial", embeddings, predictions)
    assert (given["sequence"], given["clusters_given"], given["clusters"]) == ("trial", True, 2)
    assert given["silhouette"] > 0.99
    assert given["gap"] > 0.99
    assert given["davies_bouldin"] < 0.01
    assert estimated["clusters_given"] is False
    assert estimated["silhouette"] < 0.6


def test_the_log_says_what_share_is_left_out(predictions, annotation, caplog):
    caplog.set_level("INFO")
    score_annotated({"a": lambda: predictions}, {"a": annotation}, score_sequence)
    assert caplog.text == ""
    even = predictions["frame"] % 2 == 0
    half = predictions.assign(estimated=predictions["estimated"].where(even, NOT_SEEN))
    score_annotated({"a": lambda: half}, {"a": annotation}, score_sequence)
    assert "a: 50.0 % of the frames were not seen and are left out" in caplog.text


def test_what_is_not_labelled_is_no_behaviour_and_the_log_says_its_share(predictions, caplog):
    caplog.set_level("INFO")
    partly = Segmentation(("walk", NOT_LABELLED), np.array([[75] * 3]), 100, "a")
    table = score_annotated({"a": lambda: predictions}, {"a": partly}, score_sequence)
    assert set(table["behaviours"]) == {1}
    assert "a: 25.0 % of the frames were not labelled and are left out" in caplog.text
