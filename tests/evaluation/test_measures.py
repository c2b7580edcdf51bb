import numpy as np
import pytest

from kinembed.evaluation.measures import MEASURES, score_segmentation
from kinembed.evaluation.scores import COLUMNS, score_table
from kinembed.motion.motion import NOT_LABELLED, Segmentation
from kinembed.segmentation.predictions import NOT_SEEN


def test_tables_of_scores_have_a_column_for_every_measure():
    columns = list(score_table([]).columns)
    assert columns == [*COLUMNS, *(measure.name for measure in MEASURES)]


def test_names_and_headings_tell_measures_apart():
    assert len({measure.name for measure in MEASURES}) == len(MEASURES)
    assert len({measure.heading for measure in MEASURES}) == len(MEASURES)


def test_boundaries_keep_their_time_where_frames_were_not_seen():
    """Frames 10 to 13 were not seen; the cluster changes at frame 15."""
    annotation = Segmentation(("a", "b"), np.array([[10, 10, 10]]), 30, "t")
    predicted = np.repeat([0, NOT_SEEN, 0, 1], [10, 4, 1, 15])
    scores = score_segmentation(predicted, annotation, 1.0)
    assert scores["accuracy"] == pytest.approx(25 / 26)
    assert scores["boundary_distance_s"] == 1
    later = Segmentation(("a", "b"), np.array([[8, 8, 8]]), 30, "t")
    scores = score_segmentation(predicted, later, 1.0)
    assert scores["boundary_distance_s"] == 7
    assert scores["boundary_f1_1s"] == 0


def partly_labelled():
    """Frames 5 to 14 are not labelled, and 20 to 24 neither."""
    names = ("a", NOT_LABELLED, "b", NOT_LABELLED, "b")
    edges = np.array([[5] * 3, [15] * 3, [20] * 3, [25] * 3])
    return Segmentation(names, edges, 30, "t")


def test_frames_that_are_not_labelled_are_not_scored():
    """Cluster 2 lies only where nothing is labelled, so it is no mistake."""
    perfect = np.repeat([0, 2, 1, 2, 1], [5, 10, 5, 5, 5])
    scores = score_segmentation(perfect, partly_labelled(), 1.0)
    wanted = ("accuracy", "accuracy_by_order", "ari", "ami", "nmi", "v_measure")
    assert [scores[name] for name in wanted] == pytest.approx([1.0] * 6)
    # The change from a to b lies somewhere among frames without a label, as predicted.
    assert (scores["boundary_f1"], scores["boundary_distance_s"]) == (1, 0)


def test_a_mistake_counts_by_its_share_of_the_labelled_frames():
    late = np.repeat([0, 1], [18, 12])
    scores = score_segmentation(late, partly_labelled(), 1.0)
    assert scores["accuracy"] == pytest.approx(12 / 15)
    assert (scores["boundary_f1"], scores["boundary_distance_s"]) == (0, 3)
