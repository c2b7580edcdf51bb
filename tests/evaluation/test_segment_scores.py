"""Agreement of named segments."""

import pytest

from kinembed.evaluation.segment_scores import edit_score, segment_f1

KNOWN = list("aaaabbbbcccc")


def test_the_same_segments_agree():
    assert edit_score(KNOWN, KNOWN) == segment_f1(KNOWN, KNOWN, 0.5) == 1.0


@pytest.mark.parametrize(
    ("found", "score"),
    [
        ("aabbbbbbbbcc", 1.0),  # lengths do not count
        ("aaaacccccccc", 1 - 1 / 3),  # one is lacking
        ("aaaabbaabbbbcccc", 1 - 2 / 5),  # two too many
        ("xxxxxxxxxxxx", 0.0),
        ("ccccbbbbaaaa", 1 - 2 / 3),
    ],
)
def test_the_edit_score_compares_orders(found, score):
    assert edit_score(list(found), KNOWN) == pytest.approx(score)


def test_a_segment_counts_where_it_overlaps_enough():
    found = list("aabbbbbbcccc")  # a: 2 of 4, b: 4 of 6, c: 4 of 4
    assert segment_f1(found, KNOWN, 0.5) == 1.0
    assert segment_f1(found, KNOWN, 0.6) == pytest.approx(2 / 3)
    assert segment_f1(found, KNOWN, 0.9) == pytest.approx(1 / 3)


def test_a_segment_is_found_once():
    found = list("aaaabbcbcccc")  # two parts of b: one of them is right
    assert segment_f1(found, KNOWN, 0.1) == pytest.approx(2 * 3 / (5 + 3))


def test_other_names_never_agree():
    assert segment_f1(list("bbbbccccaaaa"), KNOWN, 0.1) == 0.0
