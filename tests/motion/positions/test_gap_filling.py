"""Placeholders for joints in long gaps."""

import numpy as np
import pytest

from kinembed.io.synthetic.person import make_sample
from kinembed.motion.kinematics import forward_kinematics
from kinembed.motion.positions.gap_filling import FEWEST_FRAMES, fill_from_others
from kinembed.motion.visibility import Point, fill

FRAMES = 600
GAP = slice(200, 320)


@pytest.fixture(scope="module")
def body():
    """A synthetic person that walks, at 30 Hz."""
    return forward_kinematics(make_sample(seed=0, duration_s=20.0).motion)[::4][:FRAMES]


def with_gap(positions, joints, gap=GAP):
    """Positions with straight lines through a gap, and what was seen of them."""
    points = np.zeros(positions.shape[:2], np.int8)
    points[gap, joints] = Point.MASKED
    return fill(positions, points == Point.SEEN), points


def filled(positions, points, enough=None):
    enough = np.ones(len(positions), dtype=bool) if enough is None else enough
    return fill_from_others(positions, points, enough)


@pytest.mark.parametrize("joints", [[4], [4, 7, 11]])
def test_other_joints_say_where_a_joint_is(body, joints):
    line, points = with_gap(body, joints)
    found = filled(line, points)
    error, of_line = (
        np.linalg.norm(one - body, axis=2)[GAP, joints].mean() for one in (found, line)
    )
    assert error < 0.3 * of_line
    np.testing.assert_array_equal(found[points == Point.SEEN], body[points == Point.SEEN])


@pytest.fixture(scope="module")
def mouse():
    """Six joints of a synthetic animal that wags, on a round way, seen from above."""
    time = np.arange(900) / 30
    along = np.array([2.0, 1.2, 0.6, 0.0, -1.0, -2.0])
    wag = 0.3 * np.sin(4 * time)[:, None] * np.abs(along) * np.sign(-along)
    body = np.stack([np.broadcast_to(along, wag.shape), np.zeros_like(wag), wag], axis=2)
    heading = 0.4 * time
    turn = np.stack([np.cos(heading), np.sin(heading)], axis=1)
    turned = body.copy()
    turned[..., 0] = turn[:, :1] * body[..., 0] - turn[:, 1:] * body[..., 2]
    turned[..., 2] = turn[:, 1:] * body[..., 0] + turn[:, :1] * body[..., 2]
    way = 20 * np.stack([np.sin(heading), 0 * heading, -np.cos(heading)], axis=1)
    return turned + way[:, None]


@pytest.mark.parametrize("joint", [0, 3, 5])
def test_few_joints_of_an_animal_that_travels_say_it_too(mouse, joint):
    line, points = with_gap(mouse, [joint], slice(300, 450))
    found = filled(line, points)
    error, of_line = (
        np.linalg.norm(one - mouse, axis=2)[300:450, joint].mean() for one in (found, line)
    )
    assert error < 0.1 * of_line
    assert not found[..., 1].any()  # what is flat stays flat


def test_what_is_filled_meets_what_was_seen(body):
    found = filled(*with_gap(body, [4]))[:, 4]
    usual = np.linalg.norm(np.diff(body[:, 4], axis=0), axis=1).max()
    steps = np.linalg.norm(np.diff(found, axis=0), axis=1)
    assert steps[[GAP.start - 1, GAP.stop - 1]].max() < 1.5 * usual


@pytest.mark.parametrize("scale", [0.01, 1000.0])
def test_the_unit_of_length_does_not_matter(body, scale):
    line, points = with_gap(body, [4, 7])
    np.testing.assert_allclose(
        filled(scale * line, points) / scale, filled(line, points), atol=1e-6
    )


def test_a_joint_that_few_frames_show_stays_on_its_line(body):
    line, points = with_gap(body, [4], slice(FEWEST_FRAMES - 1, FRAMES))
    np.testing.assert_array_equal(filled(line, points), line)


def test_frames_of_which_too_little_was_seen_train_nothing(body):
    line, points = with_gap(body, [4])
    wrong, enough = line.copy(), np.ones(FRAMES, dtype=bool)
    enough[400:500] = False
    wrong[400:500, 4] += 100.0
    right, found = filled(line, points, enough), filled(wrong, points, enough)
    assert np.abs(found - right)[GAP, 4].max() < 0.05 * np.ptp(body[:, 4, 1])


def test_a_single_joint_has_no_others(body):
    line, points = with_gap(body[:, :1], [0])
    np.testing.assert_array_equal(filled(line, points), line)
