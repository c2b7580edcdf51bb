"""Bodies whose lengths are in different units."""

from dataclasses import replace

import numpy as np
import pytest

from kinembed.motion.positions import position_motion
from kinembed.motion.units import warn_of_other_unit


def positions(unit):
    """A body that walks, in a unit of length."""
    body = np.random.default_rng(0).normal(size=(1, 4, 3)) + np.arange(20)[:, None, None] / 10
    return position_motion(body * unit, ("a", "b", "c", "d"), frame_rate=30.0, trial="walk")


def told(motion, other, caplog):
    warn_of_other_unit(motion, other.skeleton, "run")
    return [record.getMessage() for record in caplog.records]


@pytest.mark.parametrize("unit", [1000, 0.01])
def test_positions_in_another_unit_are_told(unit, caplog):
    [line] = told(positions(unit), positions(1), caplog)
    assert line.startswith(f"walk: its body is {unit:.3g} times as large as that of run")
    assert "ingestion.positions.scale=body" in line


def test_large_and_small_bodies_are_of_one_unit(caplog):
    assert told(positions(2.5), positions(1), caplog) == []


def test_rotations_in_another_unit_are_told_wherever_the_body_stands(toy_motion, caplog):
    skeleton = toy_motion.skeleton
    moved = replace(skeleton, offsets=np.add(skeleton.offsets, [[1000, 0, 0], *2 * [[0, 0, 0]]]))
    assert told(replace(toy_motion, skeleton=moved), toy_motion, caplog) == []
    larger = replace(toy_motion, skeleton=replace(skeleton, offsets=100 * skeleton.offsets))
    [line] = told(larger, toy_motion, caplog)
    assert line.endswith("convert the file")


def test_bodies_without_a_joint_in_common_are_not_compared(toy_motion, caplog):
    assert told(toy_motion, positions(1), caplog) == []
