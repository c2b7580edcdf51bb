from dataclasses import replace

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from kinembed.core.errors import DataError
from kinembed.motion.features import FeatureParameters, channel_weights, network_features
from kinembed.motion.kinematics import forward_kinematics
from kinembed.motion.motion import Representation
from kinembed.motion.positions import position_motion
from kinembed.motion.visibility import Point, Visibility


def test_absolute_keeps_every_channel(toy_motion):
    features = network_features(toy_motion, FeatureParameters(root="absolute"))
    assert features.channels == toy_motion.channels
    np.testing.assert_array_equal(features.values, toy_motion.values)


def test_none_leaves_the_root_out(toy_motion):
    features = network_features(toy_motion, FeatureParameters(root="none"))
    assert features.channels == ("arm.ex", "arm.ey", "arm.ez")


def test_ground_is_the_same_wherever_the_body_stands(toy_motion):
    moved = toy_motion.values.copy()
    moved[:, [0, 2]] += [30.0, -7.0]
    here, there = (
        network_features(motion, FeatureParameters(root="ground"))
        for motion in (toy_motion, replace(toy_motion, values=moved))
    )
    assert here.channels[-2:] == ("hips.height", "hips.ground_speed")
    np.testing.assert_allclose(here.values, there.values, atol=1e-9)


def test_ground_speed_is_in_units_per_second(toy_motion):
    values = np.zeros_like(toy_motion.values)
    values[:, 0] = 2 * np.arange(300) / toy_motion.frame_rate
    features = network_features(replace(toy_motion, values=values), FeatureParameters())
    np.testing.assert_allclose(features.values[5:-5, -1], 2.0)


def test_a_centred_recording_is_the_same_for_every_build(toy_motion):
    """A body that is taller, and whose joints rest at other angles, moves alike."""
    other = toy_motion.values.copy()
    other[:, 1] += 0.3
    other[:, 6:] += [0.2, -0.1, 0.4]
    one, same = (
        network_features(motion, FeatureParameters(centre="recording"))
        for motion in (toy_motion, replace(toy_motion, values=other))
    )
    np.testing.assert_allclose(one.values, same.values, atol=1e-9)
    np.testing.assert_allclose(np.median(one.values[:, :-1], axis=0), 0, atol=1e-9)
    as_is = network_features(toy_motion, FeatureParameters())
    np.testing.assert_array_equal(one.values[:, -1], as_is.values[:, -1])  # a speed


def test_frames_that_were_not_seen_move_no_centre(toy_motion, points):
    hidden = toy_motion.values.copy()
    hidden[:200, 6:] += 9.0
    seen = Visibility(points, np.arange(len(points)) >= 200)
    centred = FeatureParameters(centre="recording")
    found = network_features(replace(toy_motion, values=hidden, visibility=seen), centred)
    alone = network_features(replace(toy_motion, values=toy_motion.values[200:]), centred)
    np.testing.assert_allclose(found.values[200:, :3], alone.values[:, :3], atol=1e-9)


def test_joints_are_seen_where_they_are_whichever_way_the_body_faces(toy_motion):
    by_places = FeatureParameters(joints="positions")
    turned = toy_motion.values.copy()
    root = Rotation.from_rotvec(turned[:, 3:6]) * Rotation.from_euler("y", -1.2)  # a transpose
    turned[:, 3:6] = root.as_rotvec()
    here, there = (
        network_features(motion, by_places)
        for motion in (toy_motion, replace(toy_motion, values=turned))
    )
    assert here.channels[:3] == ("arm.tx", "arm.ty", "arm.tz")
    assert here.channels[6:] == ("hips.height", "hips.ground_speed")
    np.testing.assert_allclose(here.values, there.values, atol=1e-9)
    lengths = np.linalg.norm(here.values[:, 3:6] - here.values[:, :3], axis=1)
    np.testing.assert_allclose(lengths, 0.5)


def test_euler_angles_are_refused(toy_motion):
    euler = replace(toy_motion, representation=Representation.EULER)
    with pytest.raises(DataError, match="toy: convert the motion to exponential maps first"):
        network_features(euler, FeatureParameters())


def weights(motion, channels, points, confidence=None):
    visible = Visibility(points, np.ones(len(points), dtype=bool), confidence)
    return channel_weights(replace(motion, visibility=visible), channels)


@pytest.fixture
def points(toy_motion):
    """The second of three joints is interpolated in frame 3 and masked in frame 4."""
    found = np.zeros((len(toy_motion), 3), np.int8)
    found[3, 1], found[4, 1] = Point.INTERPOLATED, Point.MASKED
    return found


def test_a_channel_weighs_what_is_known_of_its_joint(toy_motion, points):
    channels, sure = ("arm.ex", "hips.ground_speed"), np.full(points.shape, 0.5)
    assert toy_motion.skeleton.joints[1] == "arm"
    found = weights(toy_motion, channels, points)[2:5]
    np.testing.assert_array_equal(found, [[1, 1], [0, 1], [0, 1]])
    found = weights(toy_motion, channels, points, sure)[2:5]
    np.testing.assert_array_equal(found, [[0.5, 0.5], [0, 0.5], [0, 0.5]])


def test_a_channel_of_the_whole_body_weighs_the_mean(toy_motion, points):
    joints = ("hips", "body", "tip")  # one is called like the whole
    positions = forward_kinematics(toy_motion)
    motion = position_motion(positions, joints, frame_rate=50.0, trial="a")
    channels = network_features(motion, FeatureParameters()).channels
    found = dict(zip(channels, weights(motion, channels, points)[3], strict=True))
    assert found["body.tx"] == 0
    assert found["body.height"] == found["body.ground_speed"] == pytest.approx(2 / 3)


def test_a_tracker_that_is_never_sure_but_believed_weighs_what_it_saw(toy_motion, points):
    found = weights(toy_motion, ("arm.ex",), points, np.zeros(points.shape))
    assert found[2:5, 0].tolist() == [1, 0, 0]


def test_nothing_is_weighed_where_all_was_seen(toy_motion):
    points = np.zeros((len(toy_motion), 3), np.int8)
    seen = replace(toy_motion, visibility=Visibility(points, np.ones(len(points), dtype=bool)))
    assert channel_weights(toy_motion, ["arm.ex"]) is None
    assert channel_weights(seen, ["arm.ex"]) is None
