"""Points that are nowhere near the body."""

import numpy as np
import pytest

from kinembed.motion.positions.far_points import far_points


@pytest.fixture
def walk():
    """Five joints of a synthetic animal that travels far, in two dimensions."""
    generator = np.random.default_rng(0)
    body = np.array([[2.0, 0], [1, 0], [0, 1], [0, -1], [-2, 0]])
    way = np.cumsum(generator.normal(size=(200, 1, 2)), axis=0) * 5
    return body + way + generator.normal(scale=0.1, size=(200, 5, 2))


def all_of(values):
    return np.ones(values.shape[:2], dtype=bool)


def test_a_travelling_body_has_none(walk):
    assert not far_points(walk, all_of(walk)).any()


@pytest.mark.parametrize("value", [1e3, -1e5, 1e11])
def test_a_slip_is_found_and_nothing_else(walk, value):
    walk[70, 3, 0] += value
    assert np.argwhere(far_points(walk, all_of(walk))).tolist() == [[70, 3]]


def test_what_always_lies_apart_is_not_far(walk):
    walk[:, 4] += 1e4
    assert not far_points(walk, all_of(walk)).any()


def test_what_was_not_seen_is_not_judged(walk):
    seen = all_of(walk)
    walk[70, 3], seen[70, 3] = np.nan, False
    seen[:, 1] = False
    assert not far_points(walk, seen).any()


@pytest.mark.parametrize("joints", [1, 2])
def test_a_few_joints_say_nothing_of_one_another(walk, joints):
    few = walk[:, :joints]
    few[70, 0] = 1e6
    assert not far_points(few, all_of(few)).any()


def test_joints_at_one_place_are_not_far_from_it():
    still = np.zeros((10, 4, 2))
    assert not far_points(still, all_of(still)).any()
