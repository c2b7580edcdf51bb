"""Figures of sequences of which some frames were not seen."""

import pytest
from helpers.made_up import results_of, unseen_in

from kinembed.motion.motion import NOT_LABELLED
from kinembed.report.parameters import ReportParameters
from kinembed.report.sequence import _animation, _confusion, sequence_figures


@pytest.fixture(scope="module")
def results(toy_motion):
    return unseen_in(results_of(toy_motion, "cage/mouse 1"))


def test_the_animation_shows_no_frame_that_was_not_seen(results):
    shown = _animation(results, ReportParameters(title="t", animation_s_per_cluster=10))
    assert shown.frames.tolist() == [*range(120), *range(160, 300)]


def test_frames_that_were_not_seen_are_not_confused(results):
    table = _confusion(results.shown, results.behaviours)
    assert table.to_numpy().sum() == 260
    assert table.columns.tolist() == [0, 1]


def test_frames_that_are_not_labelled_are_not_confused(results):
    behaviours = [NOT_LABELLED, *results.behaviours[1:]]
    assert NOT_LABELLED not in _confusion(results.shown, behaviours).index


def test_pages_of_an_individual_find_their_script(results):
    figures = sequence_figures(results, ReportParameters(title="t", animation_s_per_cluster=0))
    assert b'src="../../../plotly.min.js"' in figures["embedding_2d.html"]
    assert b"not seen" not in figures["embedding_2d.html"]
