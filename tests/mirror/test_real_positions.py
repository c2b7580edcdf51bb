"""Real recordings, turned into tables of positions by forward kinematics and read again."""

from pathlib import Path

import numpy as np
import pytest

from kinembed.io.formats.position_table import write_position_csv
from kinembed.io.formats.reader import read_motion
from kinembed.motion.kinematics import forward_kinematics
from kinembed.motion.positions import body_positions, position_motion


@pytest.mark.parametrize("name", ["02_01", "05_01"])
def test_positions_read_back_are_those_of_forward_kinematics(
    mirror: Path, tmp_path: Path, name: str
) -> None:
    recorded = read_motion(str(mirror / "bvh_cmu" / f"{name}.bvh.gz"), trial=name)
    positions = forward_kinematics(recorded)
    rate, joints = recorded.frame_rate, recorded.skeleton.joints
    moved = position_motion(positions, joints, frame_rate=rate, trial=name)
    (tmp_path / f"{name}.csv").write_text(write_position_csv(moved))
    again = read_motion(str(tmp_path / f"{name}.csv"), trial=name)
    assert (again.skeleton.joints, again.frame_rate) == (joints, pytest.approx(rate, rel=1e-3))
    np.testing.assert_array_equal(forward_kinematics(again), positions)
    assert len(again.skeleton.links) == len(joints) - 1
    # As seen from the body, a walk is the same stride after stride: it neither travels nor turns.
    seen = body_positions(again)
    assert np.ptp(seen.mean(axis=1), axis=0).max() < 1e-9
    assert seen.std(axis=0).max() < 0.5 * positions.std(axis=0).max()
