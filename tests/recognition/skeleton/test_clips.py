from dataclasses import replace

import numpy as np
import pytest

from kinembed.core.errors import DataError
from kinembed.io.formats.reader import read_motion
from kinembed.motion.exponential_maps import to_expmap
from kinembed.motion.kinematics import forward_kinematics, root_relative
from kinembed.motion.motion import Motion, Representation
from kinembed.networks.skeleton_graph import SkeletonGraph
from kinembed.recognition.skeleton import Clips, JointClip, joint_clip
from kinembed.recognition.skeleton.clips import held


def turned(motion, heading):
    """A body that stands still but for turning about the vertical, from a heading."""
    values = np.zeros_like(motion.values)
    values[:, 4] = -(heading + np.linspace(0, 1, len(values)))  # stored vectors are transposed
    values[:, 0] = np.arange(len(values))
    return replace(motion, values=values)


def test_place_and_first_heading_are_taken_away_and_turning_stays(toy_motion):
    tilted = replace(toy_motion.skeleton, offsets=np.array([[0.0] * 3, [1.0, 0, 0], [0, 1.0, 0]]))
    body = replace(toy_motion, skeleton=tilted)
    one, other = (joint_clip(turned(body, heading), 50.0).positions for heading in (0.0, 2.1))
    np.testing.assert_allclose(one, other, atol=1e-5)
    np.testing.assert_allclose(one[0, 1], [1, 0, 0], atol=1e-6)
    np.testing.assert_allclose(one[-1, 1], [np.cos(1), 0, -np.sin(1)], atol=1e-6)


def test_a_clip_has_the_distinct_joints_at_the_rate_asked_for(toy_motion):
    doubled = replace(
        toy_motion.skeleton, offsets=np.array([[0.0] * 3, [0.0, 1.0, 0.0], [0.0] * 3])
    )
    clip = joint_clip(replace(toy_motion, skeleton=doubled), 25.0)
    assert clip.graph.joints == ("hips", "arm")
    assert clip.positions.shape == (150, 2, 3)
    assert clip.positions.dtype == np.float32


def test_euler_angles_are_refused(toy_motion):
    with pytest.raises(DataError, match="convert the motion to exponential maps first"):
        joint_clip(replace(toy_motion, representation=Representation.EULER), 25.0)


def test_a_short_clip_is_held_at_its_last_pose():
    clip = np.arange(3 * 2 * 3, dtype=np.float32).reshape(3, 2, 3)
    longer = held(clip, 5)
    np.testing.assert_array_equal(longer[:3], clip)
    np.testing.assert_array_equal(longer[3:], np.stack([clip[-1]] * 2))
    np.testing.assert_array_equal(held(clip, 2), clip)


def test_clips_are_collected_by_name_and_chosen_in_the_order_asked_for(clips):
    by_name = dict(zip(clips.names, clips.positions, strict=True))
    shuffled = {name: JointClip(by_name[name], clips.graph) for name in sorted(by_name)[::-1]}
    again = Clips.of(shuffled, 20.0)
    assert again.names == clips.names
    assert again.lengths.tolist() == [12, 20, 31] * 2
    chosen = again.only(["slow_1", "fast_0"])
    assert chosen.names == ("slow_1", "fast_0")
    assert chosen.lengths.tolist() == [20, 12]


def test_clips_that_do_not_fit_together_are_named(clips):
    other = SkeletonGraph(("hips", "leg", "foot"), np.arange(3), (-1, 0, 1))
    mixed = {
        "a": JointClip(clips.positions[0], clips.graph),
        "b": JointClip(clips.positions[1], other),
    }
    with pytest.raises(
        DataError, match="clip 'b' has the distinct joints hips, leg, foot, but 'a'"
    ):
        Clips.of(mixed, 20.0)
    with pytest.raises(DataError, match="there is no clip to collect"):
        Clips.of({}, 20.0)
    with pytest.raises(DataError, match="there are no clips nobody"):
        clips.only(["fast_0", "nobody"])


def test_a_real_recording_keeps_heights_and_distances_from_the_root(mirror):
    """All that turning about the vertical leaves as it is."""
    folder = mirror / "asf_amc" / "86"
    raw = read_motion(
        str(folder / "86_01.amc"),
        trial="86_01",
        skeleton_path=str(folder / "86.asf"),
        frame_rate=120.0,
    )
    short = Motion(
        raw.values[:240], raw.channels, raw.skeleton, 120.0, raw.trial, raw.representation
    )
    clip = joint_clip(to_expmap(short), 20.0)
    expected = root_relative(forward_kinematics(short))[::6][:, clip.graph.kept]
    assert clip.positions.shape == (40, 31, 3)
    lengths = np.linalg.norm(expected, axis=2)
    np.testing.assert_allclose(np.linalg.norm(clip.positions, axis=2), lengths, atol=1e-4)
    np.testing.assert_allclose(clip.positions[..., 1], expected[..., 1], atol=1e-4)
