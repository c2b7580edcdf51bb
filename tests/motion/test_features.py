from dataclasses import replace

import numpy as np
import pytest

from kinembed.core.errors import DataError
from kinembed.motion.features import FeatureParameters, network_features
from kinembed.motion.motion import Representation


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
