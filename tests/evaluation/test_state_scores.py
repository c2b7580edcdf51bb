"""Scores of papers on state detection, on series that can be counted by hand."""

import numpy as np
import pytest

from kinembed.core.errors import DataError
from kinembed.evaluation.state_scores import covering, state_matching_score

KNOWN = list("aaaabbbbcccc")


def clusters(letters):
    return np.array([ord(letter) for letter in letters])


@pytest.mark.parametrize("score", [covering, state_matching_score])
def test_the_same_segments_score_1_whatever_their_names(score):
    assert score(clusters("zzzzbbbbyyyy"), KNOWN) == 1.0


def test_one_segment_covers_each_by_its_share():
    assert covering(clusters("zzzzzzzzzzzz"), KNOWN) == pytest.approx(4 / 12)


def test_covering_weighs_segments_by_their_length():
    found = clusters("aaabbbbbcccc")  # a: 3 of 4, b: 4 of 5, c: all
    assert covering(found, KNOWN) == pytest.approx((3 / 4 + 4 / 5 + 1) / 3)


@pytest.mark.parametrize(
    ("found", "cost"),
    [
        ("aaaaabbbcccc", 1 * (1 + 0.1)),  # delay: a goes on for a frame
        ("aaabbbbbcccc", 1 * (1 + 0.1)),  # b begins a frame early
        ("aaaabxbbcccc", 1 * (1 + 0.8 * 2 * 1 / 24)),  # isolation, a frame from the boundary
        ("aaaxxbbbcccc", 2 * (1 + 0.3 * 2 * 3 / 24)),  # transition, three frames from the edges
        ("aaaxxxxxxccc", 6 * (1 + 0.5 * (1 - 1.5 / 3))),  # b is missing between a and c
    ],
)
def test_errors_cost_by_their_kind(found, cost):
    rest = "ddddddddbbbb"  # where b has its match
    score = state_matching_score(clusters(found + rest), KNOWN + list(rest))
    assert score == pytest.approx(1 - cost / 24)


def test_another_length_is_no_comparison():
    with pytest.raises(DataError, match="12"):
        state_matching_score(clusters("aaa"), KNOWN)
