from dataclasses import replace

import numpy as np
import pytest
from helpers.mat_files import parse_expmap_mat
from helpers.tool_files import mat_73_file, mat_file

from kinembed.core.errors import DataError, FormatError
from kinembed.io.formats.expmap_mat import (
    VARIABLE,
    expmap_motion,
    write_expmap_mat,
)
from kinembed.io.formats.reader import read_motions
from kinembed.motion.channels import expmap_channels
from kinembed.motion.layouts.skeletons import cmu_asf_skeleton
from kinembed.motion.motion import Motion, Representation

pytestmark = pytest.mark.slow

SKELETON = cmu_asf_skeleton()
VALUES = np.random.default_rng(0).normal(size=(4, 96))


def parse(content: bytes) -> Motion:
    return parse_expmap_mat(content, file="bad.mat", trial="t", skeleton=SKELETON, frame_rate=120.0)


def with_value(value: float) -> dict[str, np.ndarray]:
    values = VALUES.copy()
    values[2, 5] = value
    return {VARIABLE: values}


def test_columns_are_all_joints_but_the_end_joints() -> None:
    motion = parse(mat_file(expmapchannels=VALUES, other=1))
    np.testing.assert_array_equal(motion.values, VALUES)
    assert motion.channels == tuple(expmap_channels(SKELETON))
    assert motion.channels[3:7] == ("root.ex", "root.ey", "root.ez", "lhipjoint.ex")
    assert motion.representation is Representation.EXPMAP
    assert motion.skeleton == SKELETON


def test_motion_survives_being_written() -> None:
    motion = parse(mat_file(expmapchannels=VALUES))
    np.testing.assert_array_equal(parse(write_expmap_mat(motion)).values, VALUES)
    with pytest.raises(DataError, match="exp-map mat holds the representation 'expmap'"):
        write_expmap_mat(replace(motion, representation=Representation.EULER))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", r"bad\.mat: expected a MATLAB file, but Mat file appears to be truncated"),
        (
            mat_file(expmapchannels=VALUES)[:1000],
            r"bad\.mat: expected a MATLAB file, but could not read",
        ),
        (
            b"MATLAB 7.3 MAT-file".ljust(124) + b"\x00\x02IM" + b"\x89HDF" * 100,
            r"bad\.mat: expected a MATLAB file, but ",
        ),
    ],
)
def test_a_broken_file_is_rejected(content: bytes, message: str) -> None:
    with pytest.raises(FormatError, match=message):
        parse(content)


@pytest.mark.parametrize(
    ("variables", "message"),
    [
        ({"x": VALUES, "y": VALUES}, r"bad\.mat: expected a variable 'expmapchannels', found x, y"),
        ({}, "expected a variable 'expmapchannels', found none"),
        ({VARIABLE: VALUES[:, 1:]}, r"96 columns .*31 joints\), .* shape \(4, 95\)"),
        (
            {VARIABLE: np.zeros((0, 96))},
            "expected at least one row in 'expmapchannels'",
        ),
        (
            {VARIABLE: VALUES[None]},
            r"numbers in 96 columns .* with shape \(1, 4, 96\)",
        ),
        (with_value(np.nan), r"expected finite numbers in 'expmap.*, found nan in row 3, column 6"),
        (
            with_value(-np.inf),
            r"expected finite numbers in 'expmap.*, found -inf in row 3, column 6",
        ),
    ],
)
def test_arrays_of_another_kind_are_rejected(
    variables: dict[str, np.ndarray], message: str
) -> None:
    with pytest.raises(FormatError, match=message):
        expmap_motion(
            variables,
            tuple(variables),
            file="bad.mat",
            trial="t",
            skeleton=SKELETON,
            frame_rate=120.0,
        )


def test_a_variable_without_real_numbers_is_rejected() -> None:
    with pytest.raises(
        FormatError, match="bad.mat: expected 'expmapchannels' to hold real numbers"
    ):
        parse(mat_file(expmapchannels=VALUES * 1j))


def test_a_file_of_version_7_3_is_read_alike(tmp_path) -> None:
    pytest.importorskip("h5py", reason="h5py is not installed: it is in the extra pose")
    path = tmp_path / "poses.mat"
    path.write_bytes(mat_73_file(expmapchannels=VALUES))
    [motion] = read_motions(str(path), trial="t")
    np.testing.assert_array_equal(motion.values, VALUES)
