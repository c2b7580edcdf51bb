import numpy as np
import pytest

from kinembed.evaluation.measures import MEASURES, score_segmentation
from kinembed.evaluation.scores import COLUMNS, score_table
from kinembed.motion.motion import Segmentation
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
