from dataclasses import replace

import numpy as np
import pytest

from kinembed.core.errors import DataError
from kinembed.motion.features import FeatureParameters, channel_weights, network_features
from kinembed.motion.motion import Representation
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


def test_euler_angles_are_refused(toy_motion):
    euler = replace(toy_motion, representation=Representation.EULER)
    with pytest.raises(DataError, match="toy: convert the motion to exponential maps first"):
        network_features(euler, FeatureParameters())


def test_a_channel_weighs_what_is_known_of_its_joint(toy_motion):
    points = np.zeros((len(toy_motion), 3), np.int8)
    points[3, 1], points[4, 1] = Point.INTERPOLATED, Point.MASKED
    sure = np.full(points.shape, 0.5)
    frames = np.ones(len(points), dtype=bool)
    channels = ("arm.ex", "hips.ground_speed", "body.ground_speed")

    def weights(confidence):
        visible = Visibility(points, frames, confidence)
        return channel_weights(replace(toy_motion, visibility=visible), channels)

    assert toy_motion.skeleton.joints[1] == "arm"
    np.testing.assert_array_equal(weights(None)[2:5, 0], [1, 0, 0])
    np.testing.assert_array_equal(weights(sure)[2:5, 0], [0.5, 0, 0])
    np.testing.assert_array_equal(weights(sure)[2:5, 1], [0.5, 0.5, 0.5])
    np.testing.assert_allclose(weights(sure)[2:5, 2], [1 / 2, 1 / 3, 1 / 3])


def test_nothing_is_weighed_where_all_was_seen(toy_motion):
    points = np.zeros((len(toy_motion), 3), np.int8)
    seen = replace(toy_motion, visibility=Visibility(points, np.ones(len(points), dtype=bool)))
    assert channel_weights(toy_motion, ["arm.ex"]) is None
    assert channel_weights(seen, ["arm.ex"]) is None
