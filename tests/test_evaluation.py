import numpy as np
import pandas as pd
import pytest

from kinembed.evaluation import mean_scores, score_sequence, score_table
from kinembed.motion import Segmentation


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


def test_means_over_sequences(predictions, annotation):
    rows = score_sequence("a", predictions, annotation)
    perfect = predictions.assign(given=(predictions["frame"] >= 50).astype(int))
    rows += score_sequence("b", perfect, annotation)
    means = mean_scores(score_table(rows))
    assert means["given"]["accuracy"] == pytest.approx((0.95 + 1) / 2)
    assert means["estimated"]["accuracy"] == pytest.approx(0.5)


def test_nothing_annotated_gives_an_empty_table_with_its_columns():
    table = score_table([])
    assert list(table.columns[:3]) == ["sequence", "method", "protocol"]
    assert mean_scores(table) == {}
