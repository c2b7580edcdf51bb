"""Labels of least cost beside all labels there are, and beside a plain loop over rows."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kinembed.segmentation.viterbi import cheapest_labels


def total(costs, penalties, labels):
    changes = np.flatnonzero(np.diff(labels)) + 1
    return costs[np.arange(len(costs)), labels].sum() + penalties[changes].sum()


def loop(costs, penalties):
    """Every predecessor of every label of every row: time K^2 per row."""
    best, came_from = costs[0], []
    for cost, penalty in zip(costs[1:], penalties[1:], strict=True):
        ways = best[:, None] + np.where(np.eye(len(cost)), 0.0, penalty)
        came_from.append(ways.argmin(axis=0))
        best = ways.min(axis=0) + cost
    labels = [int(best.argmin())]
    for back in reversed(came_from):
        labels.append(int(back[labels[-1]]))
    return np.array(labels[::-1])


@pytest.mark.parametrize("penalty", [0.0, 0.05, 0.5, 2.0])
def test_no_labels_are_cheaper(penalty):
    costs, penalties = np.random.default_rng(1).uniform(size=(7, 3)), np.full(7, penalty)
    sums = {labels: total(costs, penalties, labels) for labels in product(range(3), repeat=7)}
    assert tuple(cheapest_labels(costs, penalties).tolist()) == min(sums, key=sums.get)


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 400), st.integers(1, 6), st.floats(0.01, 30.0))
def test_it_gives_what_a_loop_over_rows_gives(seed, rows, labels, penalty):
    """Also with free changes at some rows, as where a recording is cut."""
    generator = np.random.default_rng(seed)
    costs = generator.uniform(size=(rows, labels))
    penalties = np.where(generator.uniform(size=rows) < 0.05, 0.0, penalty)
    found = cheapest_labels(costs, penalties)
    np.testing.assert_array_equal(found, loop(costs, penalties))


def test_labels_that_hardly_differ_reach_across_many_blocks():
    """What the first rows say decides all: no block forgets the one before it."""
    costs = np.full((2000, 3), 0.5)
    costs[:20, 2] = 0.0
    assert cheapest_labels(costs, np.full(2000, 50.0)).tolist() == [2] * 2000


def test_changes_that_are_forbidden_are_not_made():
    costs = np.random.default_rng(0).uniform(size=(500, 4))
    penalties = np.full(500, np.inf)
    penalties[[0, 120, 300]] = 0.0
    labels = cheapest_labels(costs, penalties)
    means = [costs[start:stop].sum(axis=0) for start, stop in ((0, 120), (120, 300), (300, 500))]
    assert labels[[0, 120, 300]].tolist() == [int(sums.argmin()) for sums in means]
    assert set(np.flatnonzero(np.diff(labels)) + 1) <= {120, 300}


def test_of_equal_labels_the_first_ends_and_the_last_goes_before_a_change():
    costs = np.array([[0.0, 0.0, 9.0]] * 3 + [[9.0, 9.0, 0.0]] * 3)
    assert cheapest_labels(costs, np.full(6, 1.0)).tolist() == [1, 1, 1, 2, 2, 2]
    assert cheapest_labels(costs[:3], np.full(3, 1.0)).tolist() == [0, 0, 0]
