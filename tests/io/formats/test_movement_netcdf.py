"""Poses that movement saves as netCDF."""

import numpy as np
import pytest

from kinembed.core.errors import FormatError
from kinembed.io.formats.movement_netcdf import parse_movement_netcdf

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("quick_children")]

pytest.importorskip("movement", reason="movement is not installed: it is in the extra pose")

POSITIONS = np.random.default_rng(0).uniform(1, 100, (6, 3, 3, 2))
"""Frame, axis, joint, individual."""
JOINTS = ["nose", "spine", "tail"]


def tracks(axes=2, names=("ann", "bob"), fps=30, confidence=None):
    from movement.io import load_poses

    values = POSITIONS[:, :axes, :, : len(names)]
    made = load_poses.from_numpy(values, confidence, list(names), JOINTS, fps=fps)
    return made.assign_attrs(source_software="ours")


def parse(made, tmp_path):
    made.to_netcdf(tmp_path / "a.nc")
    return parse_movement_netcdf((tmp_path / "a.nc").read_bytes(), file="a.nc")


@pytest.mark.parametrize("axes", [2, 3])
def test_every_individual_comes_back(tmp_path, axes):
    sure = np.random.default_rng(1).uniform(size=(6, 3, 2))
    ann, bob = parse(tracks(axes, confidence=sure), tmp_path)
    assert (ann.individual, bob.individual, ann.joints) == ("ann", "bob", tuple(JOINTS))
    assert (ann.frame_rate, ann.file_frames.tolist()) == (30.0, list(range(6)))
    np.testing.assert_array_equal(bob.values, POSITIONS[:, :axes, :, 1].transpose(0, 2, 1))
    np.testing.assert_array_equal(bob.confidence, sure[..., 1])


def test_one_individual_that_movement_named_has_no_name(tmp_path):
    [found] = parse(tracks(names=("id_0",), fps=None), tmp_path)
    assert (found.individual, found.frame_rate, found.confidence) == ("", None, None)


def test_frames_that_were_left_out_are_not_seen(tmp_path):
    ann, _ = parse(tracks().isel(time=[0, 1, 4, 5]), tmp_path)
    assert (len(ann.values), ann.frame_rate) == (6, 30.0)
    assert np.isnan(ann.values[2:4]).all()
    half, _ = parse(tracks().isel(time=[0, 2, 4]), tmp_path)
    assert (len(half.values), half.frame_rate) == (3, 15.0)


def test_what_holds_no_poses_is_refused(tmp_path):
    with pytest.raises(FormatError, match="expected poses that movement saved .* not none"):
        parse(tracks().drop_vars("position"), tmp_path)
    boxes = tracks().isel(keypoints=0, drop=True)
    with pytest.raises(FormatError, match=r"positions by .*keypoints, space, not time, space, ind"):
        parse(boxes, tmp_path)
    with pytest.raises(FormatError, match="expected poses that movement saved as netCDF 4, but"):
        parse_movement_netcdf(b"CDF\x01", file="a.nc")
