"""What was seen: which gaps are interpolated, which stay masked, which frames are used."""

import numpy as np

from kinembed.motion.visibility import (
    Point,
    Visibility,
    enough_seen,
    fill,
    gaps,
    joined,
    judge_points,
)

S, F, M = Point.SEEN, Point.INTERPOLATED, Point.MASKED


def seen_of(*rows):
    """Joints by frames, as a text of 1 and 0 for each joint."""
    return np.array([[one == "1" for one in row] for row in rows]).T


def test_short_gaps_are_interpolated_and_long_ones_masked():
    points = judge_points(seen_of("1100111", "1000011", "0111110"), 2)
    assert points[:, 0].tolist() == [S, S, F, F, S, S, S]
    assert points[:, 1].tolist() == [S, M, M, M, M, S, S]
    assert points[:, 2].tolist() == [F, S, S, S, S, S, F]


def test_a_frame_is_used_unless_too_many_joints_are_masked():
    points = judge_points(seen_of("1000", "1001", "1111"), 0)
    assert enough_seen(points, 0.0).tolist() == [True, False, False, False]
    assert enough_seen(points, 0.34).tolist() == [True, False, False, True]
    assert enough_seen(points, 0.9).all()


def test_gaps_are_filled_joint_by_joint():
    steps = np.arange(10.0)
    positions = np.stack([steps, steps**2, 0 * steps, steps], axis=1).reshape(10, 2, 2)
    gappy = positions.copy()
    gappy[3:5, 0] = np.nan
    gappy[0, 1, 1] = np.nan
    gappy[8:, 1] = np.nan
    filled = fill(gappy, np.isfinite(gappy).all(axis=2))
    np.testing.assert_allclose(filled[2:6, 0], np.linspace([2, 4], [5, 25], 4))
    assert filled[0, 1].tolist() == [0, 1]
    assert filled[8:, 1].tolist() == [[0, 7], [0, 7]]


def test_a_joint_that_is_never_seen_lies_among_the_others():
    positions = np.zeros((2, 3, 2))
    positions[:, 0], positions[:, 1], positions[:, 2] = 1.0, 3.0, np.nan
    filled = fill(positions, np.isfinite(positions).all(axis=2))
    assert filled[:, 2].tolist() == [[2, 2], [2, 2]]
    assert np.isfinite(fill(positions[:, 2:], np.zeros((2, 1), dtype=bool))).all()


def test_gaps_by_hand():
    assert gaps(seen_of("10011", "11110")).tolist() == [[0, 1, 2], [1, 4, 1]]


def test_between_frames_the_worse_neighbour_decides():
    points = np.array([[S, S], [F, S], [M, S]], dtype=np.int8)
    sure = np.array([[1.0, 0.9], [0.0, 0.8], [0.0, 0.7]])
    seen = Visibility(points, np.array([True, True, False]), sure)
    half = seen.between(np.array([0, 1, 2]), np.array([1, 2, 2]))
    assert half.points[:, 0].tolist() == [F, M, M]
    assert half.frames.tolist() == [True, False, False]
    assert half.confidence[:, 1].tolist() == [0.8, 0.7, 0.7]


def test_joined_recordings_without_marks_were_seen():
    marked = Visibility(np.full((2, 3), M, np.int8), np.zeros(2, dtype=bool))
    values = [np.zeros((2, 9)), np.zeros((3, 9))]
    whole = joined([marked, None], values)
    assert whole.frames.tolist() == [False, False, True, True, True]
    assert (whole.points[2:] == S).all()
    assert joined([None, None], values) is None
