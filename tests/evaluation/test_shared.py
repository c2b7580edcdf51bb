"""Recordings that share a vocabulary, scored under one assignment."""

import numpy as np
import pandas as pd
import pytest

from kinembed.core.errors import DataError
from kinembed.evaluation.shared import ALL, COLUMNS, score_shared, shared_score_table
from kinembed.motion.motion import Segmentation
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
    rows = score_shared("all", predictions, ANNOTATIONS, "kinembed", seed=3)
    return shared_score_table(rows).set_index("sequence")


def test_one_cluster_is_one_behaviour_in_all_recordings():
    table = scored({"a": prediction(0, 1), "b": prediction(1, 0, 2)})
    assert (table["accuracy"] == 1).all()
    assert (table[["edit", "f1_50", "boundary_f1"]] == 1).all().all()
    assert table.loc[ALL, "clusters"] == table.loc[ALL, "behaviours"] == 3
    assert set(table["protocol"]) == {"shared"}
    assert set(table["seed"]) == {3}


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


def test_a_prediction_of_another_length_is_refused():
    with pytest.raises(
        DataError, match="b: the annotation has 30 frames but the prediction has 20"
    ):
        scored({"a": prediction(0, 1), "b": prediction(1, 0)})


def test_there_is_a_table_without_rows():
    assert shared_score_table([]).columns.tolist() == COLUMNS
