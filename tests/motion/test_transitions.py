"""Motions that go over into one another, on a smooth body of two joints with axes of its own."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from kinembed.core.errors import DataError
from kinembed.motion.kinematics import forward_kinematics, heading, local_rotations
from kinembed.motion.motion import Motion, Representation
from kinembed.motion.skeleton import Skeleton
from kinembed.motion.transitions import blended

AXES = Rotation.from_euler("xyz", [[0.3, 0.2, -0.4], [1.0, 0.5, 0.1], [0.0, 0.0, 0.0]]).as_matrix()
SKELETON = Skeleton(
    joints=("hips", "arm", "tip"),
    parents=(-1, 0, 1),
    offsets=np.array([[0.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.5, 0.0, 0.0]]),
    axes=AXES,
    rotation_orders=("zyx", "zyx", ""),
)
CHANNELS = tuple(f"{joint}{axis}" for joint in ("hips.t", "hips.e", "arm.e") for axis in "xyz")


def moving(seed, frames=120):
    """A body that travels and turns smoothly, from a place and heading of its own."""
    draws = np.random.default_rng(seed)
    time = np.arange(frames)[:, None] / 60
    places = draws.normal(scale=[3, 0.1, 3]) + draws.normal(scale=[1, 0.1, 1]) * time
    swings = draws.normal(scale=0.2, size=6) + 0.4 * np.sin(draws.uniform(2, 6, size=6) * time)
    values = np.hstack([places, swings])
    return Motion(values, CHANNELS, SKELETON, 60.0, f"clip_{seed}", Representation.EXPMAP)


def joined(motions, blend_frames=30):
    return replace(motions[0], values=np.vstack(blended(motions, blend_frames)))


def speeds(motion):
    return np.linalg.norm(np.diff(forward_kinematics(motion), axis=0), axis=2)


def test_no_joint_jumps_or_jerks_at_a_join():
    clips = [moving(0), moving(1), moving(2)]
    usual = max(speeds(clip).max() for clip in clips)
    recorded = replace(clips[0], values=np.vstack([clip.values for clip in clips]))
    assert speeds(recorded).max() > 20 * usual
    found = speeds(joined(clips))
    assert found.max() < 1.5 * usual
    assert np.abs(np.diff(found, axis=0)).max() < usual / 4


def test_frames_away_from_joins_move_as_recorded():
    """But for place and heading: all other channels stay as they are, to the last bit."""
    clips = [moving(0), moving(1)]
    parts = blended(clips, 30)
    assert [len(part) for part in parts] == [120, 120]
    np.testing.assert_array_equal(parts[0][:-15], clips[0].values[:-15])
    np.testing.assert_array_equal(parts[1][15:, 6:], clips[1].values[15:, 6:])
    np.testing.assert_array_equal(parts[1][15:, 1], clips[1].values[15:, 1])
    moved = replace(clips[1], values=parts[1])
    np.testing.assert_allclose(speeds(moved)[15:], speeds(clips[1])[15:])


def test_the_next_clip_goes_on_in_the_heading_and_place_of_the_one_before():
    """Without blending the first frame stands where the last, evenly continued, would be."""
    clips = [moving(0), moving(1)]
    found = joined(clips, blend_frames=0)
    headings = np.unwrap(heading(local_rotations(found)[:, 0]))
    steps = np.diff(headings)
    assert abs(steps[119] - steps[118]) < 1e-3
    places = found.values[:, [0, 2]]
    np.testing.assert_allclose(places[120] - places[119], places[119] - places[118])


def test_rotations_take_the_shortest_arc():
    """From 170 degrees to -170 the joint turns by 20, not by 340."""
    clips = [moving(0), moving(0)]
    for clip, angle in zip(clips, (170, -170), strict=True):
        clip.values[:, 6:] = np.radians([angle, 0, 0])
    turned = Rotation.from_rotvec(joined(clips).values[:, 6:]).as_euler("xyz", degrees=True)[:, 0]
    assert np.abs(turned).min() > 169
    assert np.linalg.norm(joined(clips).values[:, 6:], axis=1).max() <= np.pi


def test_half_of_a_short_clip_is_blended_at_most_and_one_frame_not_at_all():
    clips = [moving(0), moving(1, frames=9), moving(2), moving(3, frames=1)]
    parts = blended(clips, 30)
    assert [len(part) for part in parts] == [120, 9, 120, 1]
    np.testing.assert_array_equal(parts[0][:-4], clips[0].values[:-4])
    np.testing.assert_array_equal(parts[1][4, 6:], clips[1].values[4, 6:])
    np.testing.assert_array_equal(parts[3][:, 6:], clips[3].values[:, 6:])
    np.testing.assert_array_equal(clips[1].values, moving(1, frames=9).values)


def test_the_same_motion_cut_in_two_is_nearly_itself():
    whole = moving(4)
    halves = [replace(whole, values=part) for part in np.split(whole.values, 2)]
    np.testing.assert_allclose(joined(halves, 10).values, whole.values, atol=0.02)


def test_positions_are_refused():
    clip = replace(moving(0), representation=Representation.POSITIONS)
    with pytest.raises(
        DataError, match=r"clip_0: only rotations .* concatenation.join to continue"
    ):
        blended([clip, clip], 30)
