from dataclasses import replace

import numpy as np
import pytest
from helpers.tool_files import mat_73_file, mat_file

from kinembed.core.errors import DataError, FormatError
from kinembed.io.formats.expmap_mat import parse_expmap_mat, write_expmap_mat
from kinembed.io.formats.reader import read_motions
from kinembed.motion.channels import expmap_channels
from kinembed.motion.layouts.skeletons import cmu_asf_skeleton
from kinembed.motion.motion import Motion, Representation

SKELETON = cmu_asf_skeleton()
VALUES = np.random.default_rng(0).normal(size=(4, 96))


def parse(content: bytes) -> Motion:
    return parse_expmap_mat(content, file="bad.mat", trial="t", skeleton=SKELETON, frame_rate=120.0)


def with_value(value: float) -> bytes:
    values = VALUES.copy()
    values[2, 5] = value
    return mat_file(expmapchannels=values)


def test_columns_are_all_joints_but_the_end_joints() -> None:
    motion = parse(mat_file(expmapchannels=VALUES, other=1))
    np.testing.assert_array_equal(motion.values, VALUES)
    assert motion.channels == tuple(expmap_channels(SKELETON))
    assert motion.channels[3:7] == ("root.ex", "root.ey", "root.ez", "lhipjoint.ex")
    assert motion.representation is Representation.EXPMAP
    assert motion.skeleton == SKELETON


def test_variable_may_have_another_name() -> None:
    motion = parse_expmap_mat(
        mat_file(poses=VALUES.astype(np.float32)),
        file="a.mat",
        trial="t",
        skeleton=SKELETON,
        frame_rate=60.0,
        variable="poses",
    )
    assert (motion.frame_rate, motion.values.dtype) == (60.0, np.float64)


def test_motion_survives_being_written() -> None:
    motion = parse(mat_file(expmapchannels=VALUES))
    np.testing.assert_array_equal(parse(write_expmap_mat(motion)).values, VALUES)
    with pytest.raises(DataError, match="exp-map mat holds the representation 'expmap'"):
        write_expmap_mat(replace(motion, representation=Representation.EULER))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", r"bad\.mat: expected a MATLAB file, but Mat file appears to be truncated"),
        (b"hello world " * 100, r"bad\.mat: expected a MATLAB file, but Unknown mat file type"),
        (
            mat_file(expmapchannels=VALUES)[:1000],
            r"bad\.mat: expected a MATLAB file, but could not read",
        ),
        (
            b"MATLAB 7.3 MAT-file".ljust(124) + b"\x00\x02IM" + b"\x89HDF" * 100,
            r"bad\.mat: expected a MATLAB file of version 4 to 7, found version 7\.3; save it with",
        ),
        (mat_file(x=VALUES, y=1), r"bad\.mat: expected a variable 'expmapchannels', found x, y"),
        (mat_file(), "expected a variable 'expmapchannels', found none"),
        (mat_file(expmapchannels=VALUES[:, 1:]), r"96 columns .*31 joints\), .* shape \(4, 95\)"),
        (
            mat_file(expmapchannels=np.zeros((0, 96))),
            "expected at least one row in 'expmapchannels'",
        ),
        (
            mat_file(expmapchannels=VALUES[None]),
            r"numbers in 96 columns .* with shape \(1, 4, 96\)",
        ),
        (
            mat_file(expmapchannels="poses"),
            "to hold numbers in 96 columns .* found an array of <U5",
        ),
        (
            mat_file(expmapchannels=VALUES * 1j),
            "to hold numbers in 96 columns .* found .* complex128",
        ),
        (with_value(np.nan), r"expected finite numbers in 'expmap.*, found nan in row 3, column 6"),
        (
            with_value(-np.inf),
            r"expected finite numbers in 'expmap.*, found -inf in row 3, column 6",
        ),
    ],
)
def test_bad_file_is_rejected(content: bytes, message: str) -> None:
    with pytest.raises(FormatError, match=message):
        parse(content)


def test_a_file_of_version_7_3_is_told_how_to_be_saved(tmp_path) -> None:
    """Whatever the bytes say that follow the text it begins with."""
    path = tmp_path / "poses.mat"
    path.write_bytes(mat_73_file(expmapchannels=VALUES))
    with pytest.raises(FormatError, match=r"poses\.mat: .* found version 7\.3; .* option -v7"):
        read_motions(str(path), trial="t")
