"""Recordings that share a vocabulary, scored under one assignment."""

import numpy as np
import pandas as pd
import pytest

from kinembed.core.errors import DataError
from kinembed.evaluation.shared import (
    ALL,
    COLUMNS,
    RECALL_COLUMNS,
    join_shared,
    score_shared,
    score_shared_methods,
)
from kinembed.motion.motion import NOT_LABELLED, Segmentation
from kinembed.segmentation.predictions import NOT_SEEN


def annotation(trial, *behaviours):
    """Segments of ten frames."""
    edges = 10 * np.arange(1, len(behaviours))
    boundaries = np.column_stack([edges] * 3)
    return Segmentation(behaviours, boundaries, 10 * len(behaviours), trial)


def prediction(*clusters):
    labels = np.repeat(clusters, 10)
    return pd.DataFrame(
        {"frame": range(len(labels)), "time_s": np.arange(len(labels)) / 10, "estimated": labels}
    )


ANNOTATIONS = {"a": annotation("a", "walk", "hop"), "b": annotation("b", "hop", "walk", "sit")}


def scored(predictions):
    found = score_shared(predictions, ANNOTATIONS, "kinembed", experiment="toy", seed=3)
    return found.scores.set_index("sequence")


def test_one_cluster_is_one_behaviour_in_all_recordings():
    table = scored({"a": prediction(0, 1), "b": prediction(1, 0, 2)})
    assert (table["accuracy"] == 1).all()
    assert (table[["edit", "f1_50", "boundary_f1"]] == 1).all().all()
    assert table.loc[ALL, "clusters"] == table.loc[ALL, "behaviours"] == 3
    assert set(table["protocol"]) == {"shared"}
    assert set(table["seed"]) == {3}
    assert set(table["experiment"]) == {"toy"}


def test_numbers_that_change_from_recording_to_recording_count_as_wrong():
    table = scored({"a": prediction(0, 1), "b": prediction(0, 1, 2)})
    assert table.loc["a", "ari"] == table.loc["b", "ari"] == 1
    assert table.loc[ALL, "accuracy"] == pytest.approx(3 / 5)
    assert table.loc[["a", "b"], "accuracy"].min() < 0.5
    assert table.loc[ALL, "edit"] == pytest.approx(table.loc[["a", "b"], "edit"].mean())


def test_frames_that_were_not_seen_are_left_out():
    half = prediction(1, 0, 2)
    half.loc[5:9, "estimated"] = NOT_SEEN
    table = scored({"a": prediction(0, 1), "b": half})
    assert (table["accuracy"] == 1).all()
    assert table.loc[ALL, "clusters"] == 3


def test_frames_that_are_not_labelled_count_neither_for_nor_against(monkeypatch):
    """Clusters 3 and 4 lie only where nothing is labelled."""
    unknown = {
        "a": annotation("a", "walk", NOT_LABELLED, "hop"),
        "b": annotation("b", NOT_LABELLED, "hop", "walk", "sit"),
    }
    tables = {"a": prediction(0, 3, 1), "b": prediction(4, 1, 0, 2)}
    found = score_shared(tables, unknown, "kinembed")
    scores = found.scores.set_index("sequence")
    perfect = ["accuracy", "ari", "ami", "edit", "f1_10", "f1_50", "boundary_f1", "macro_recall"]
    assert (scores[perfect] == 1).all().all()
    assert scores.loc[ALL, "clusters"] == scores.loc[ALL, "behaviours"] == 3
    assert set(found.recalls["behaviour"]) == {"walk", "hop", "sit"}
    assert found.recalls["frames"].sum() == 2 * 50
    renamed = {
        name: table.rename(columns={"estimated": "ward.estimated"})
        for name, table in tables.items()
    }
    methods = score_shared_methods(renamed, unknown, ["ward"]).scores
    assert (methods[perfect] == 1).all().all()


def test_a_prediction_of_another_length_is_refused():
    with pytest.raises(
        DataError, match="b: the annotation has 30 frames but the prediction has 20"
    ):
        scored({"a": prediction(0, 1), "b": prediction(1, 0)})


def test_there_is_a_table_without_rows():
    nothing = join_shared([])
    assert nothing.scores.columns.tolist() == COLUMNS
    assert nothing.recalls.columns.tolist() == RECALL_COLUMNS


def test_each_behaviour_counts_once_in_macro_recall():
    """Walk and hop have twenty frames each, sit has ten and no cluster of its own."""
    found = score_shared({"a": prediction(0, 1), "b": prediction(1, 0, 0)}, ANNOTATIONS, "kinembed")
    scores, recalls = found.scores.set_index("sequence"), found.recalls
    assert scores.loc[ALL, "macro_recall"] == pytest.approx(2 / 3)
    assert scores.loc[ALL, "accuracy"] == pytest.approx(4 / 5)
    assert scores.loc["a", "macro_recall"] == 1
    of_all = recalls[recalls["sequence"] == ALL].set_index("behaviour")
    assert of_all["recall"].to_dict() == {"walk": 1, "hop": 1, "sit": 0}
    assert of_all["frames"].to_dict() == {"walk": 20, "hop": 20, "sit": 10}
    assert set(recalls[recalls["sequence"] == "a"]["behaviour"]) == {"walk", "hop"}


def test_methods_are_scored_as_the_network_is():
    ours = {"a": prediction(0, 1), "b": prediction(1, 0, 2)}
    renamed = {
        name: table.rename(columns={"estimated": "ward.estimated"}) for name, table in ours.items()
    }
    found = score_shared_methods(renamed, ANNOTATIONS, ["ward", "absent"]).scores
    expected = score_shared(ours, ANNOTATIONS, "ward").scores
    pd.testing.assert_frame_equal(found, expected)
