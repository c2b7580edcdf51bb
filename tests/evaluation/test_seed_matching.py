"""Behaviours of two seeds are matched one to one; some return, and some do not."""

import numpy as np
import pytest

from kinembed.core.errors import DataError
from kinembed.evaluation.seed_consensus import find_consensus
from kinembed.evaluation.seed_matching import SeedMatch, behaviours_in_seeds, compare_seeds

OWN = np.repeat([0, 1, 2, -2], [40, 40, 20, 5])
RENUMBERED = np.repeat([2, 0, 1, -2], [40, 40, 20, 5])
SPLIT = np.repeat([0, 1, 2, 3, -2], [40, 20, 20, 20, 5])
JOINED = np.repeat([0, 1, -2], [40, 60, 5])


def test_renumbered_behaviours_are_stable():
    table = behaviours_in_seeds(OWN, [RENUMBERED, RENUMBERED])
    assert table["frames"].tolist() == [40, 40, 20]
    assert table["overlap"].tolist() == table["returns"].tolist() == [1, 1, 1]
    assert table["stable"].all()
    np.testing.assert_array_equal(
        SeedMatch.of(OWN, RENUMBERED).renumber(RENUMBERED), np.where(OWN < 0, -1, OWN)
    )


def test_a_behaviour_that_another_seed_splits_is_unstable():
    table = behaviours_in_seeds(OWN, [RENUMBERED, SPLIT])
    assert table["overlap"].tolist() == [1, 0.75, 1]
    assert table["returns"].tolist() == [1, 0.5, 1]
    assert table["seeds"].tolist() == [2, 2, 2]
    assert table["stable"].tolist() == [True, False, True]
    assert behaviours_in_seeds(OWN, [RENUMBERED, SPLIT, RENUMBERED])["stable"].all()


def test_of_two_that_another_seed_joins_one_has_no_match():
    match = SeedMatch.of(OWN, JOINED)
    assert match.matches.tolist() == [0, 1, -1]
    np.testing.assert_allclose(match.overlaps, [1, 2 / 3, 0])


def test_frames_without_a_behaviour_count_in_no_comparison():
    unseen = np.where(np.arange(105) < 10, -2, OWN)
    (row,) = compare_seeds(unseen, {3: RENUMBERED}).to_dict("records")
    assert row == {"seed": 3, "clusters": 3, "adjusted_rand": 1, "agreement": 1}
    assert behaviours_in_seeds(unseen, [RENUMBERED])["overlap"].tolist() == [0.75, 1, 1]


def test_seeds_are_compared_as_a_whole():
    table = compare_seeds(OWN, {1: RENUMBERED, 2: SPLIT})
    assert table["agreement"].tolist() == [1, 0.8]
    assert table["adjusted_rand"].iloc[1] < 1


def test_most_seeds_decide_in_the_numbers_of_the_run():
    moved = np.repeat([2, 0, 1, -2], [30, 50, 20, 5])
    found = find_consensus(OWN, [moved, moved])
    assert set(found.labels[30:40]) == {1}
    np.testing.assert_array_equal(found.labels[:30], OWN[:30])
    assert found.agreement[[0, 35, 60]].tolist() == [1, 0, 1]


def test_frames_on_which_no_majority_agrees_are_unknown():
    own, one, other = np.repeat([0, 1, 2], 10), np.repeat([0, 1, 2], 10), np.repeat([0, 1, 2], 10)
    one[0], other[0] = 1, 2
    found = find_consensus(own, [one, other])
    assert found.labels.tolist() == [-1, *own[1:]]
    assert found.agreement[0] == 0


def test_what_was_not_seen_stays_so():
    found = find_consensus(OWN, [RENUMBERED, SPLIT])
    assert set(found.labels[100:]) == {-2}
    assert np.isnan(found.agreement[100:]).all()
    assert np.isfinite(found.agreement[:100]).all()


@pytest.mark.parametrize("others", [[], [OWN[:-1]]])
def test_seeds_that_cannot_be_compared_are_refused(others):
    with pytest.raises(DataError, match=r"no other seed|the seeds labelled 104 and 105 frames"):
        behaviours_in_seeds(OWN, others)
