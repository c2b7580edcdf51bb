"""Every small input of the shared cases that once broke a reader: refused by one line, or read.

Those that are read are whole files that were shortened, and times that are in milliseconds.
"""

import shutil
from functools import partial

import pytest
from helpers.fuzzing import SMALL_READERS, check_message, check_recordings

from kinembed.core.errors import FormatError
from kinembed.io.formats.reader import read_motions
from kinembed.motion.positions import PositionParameters

READ = {
    "amc_absurd_2.bin": (120, 1),
    "bvh_frame_time_in_ms.bvh": (60, 120),
    "csv_absurd_1.bin": (60, 8),
    "csv_absurd_2.bin": (60, 3),
    "txt_absurd_1.bin": (120, 3),
    "txt_absurd_2.bin": (120, 7),
}
"""Rate in Hz, and frames."""
REFUSED = {
    "amc_absurd_1.bin": ":103: expected 3 finite value.* found '4294967296', which is beyond 1e",
    "bvh_absurd_1.bin": ":74: expected three numbers after OFFSET, found '0.01e21', which is",
    "bvh_absurd_2.bin": ":189: .* found '9223372036854775808', which is beyond",
    "bvh_frame_time_1e300.bvh": ":18: .*'Frame Time:', found '1e300', which is beyond",
    "bvh_offset_1e308.bvh": ":8: expected three numbers after OFFSET, found '1e308', which is",
    "bvh_value_1e30.bvh": ":79: .* found '1e30', which is beyond",
    "bvh_value_1e308.bvh": ":79: .* found '1e308', which is beyond",
    "csv_absurd_3.bin": "a position up to .*, found 4.29497e.09 in frame 5, 'knee', axis x",
    "csv_never_seen.csv": "no joint is seen in any frame",
    "csv_true.csv": ":2: expected a number in column 2 .a_x., found 'True'",
    "idx_70_dimensions.idx": "expected at most 4 dimensions, found 70",
    "idx_other_1.bin": "expected 0 x 4294967295 x 4294967295 values, found 0",
    "idx_too_big.idx": "expected 4294967295 x 4294967295 x 4294967295 x 0 values",
    "mat_absurd_1.bin": "expected a position up to 1e.09, found .* channel 'root.ty'",
    "names_date.yml": ":1: '2001-99-99' cannot be read: month must be in 1..12",
    "names_float.yml": ":1: 'x' cannot be read: could not convert string to float",
    "names_nested.yml": ":1: values lie more than 32 deep in one another",
    "newlines_3MB.bvh.gz": "expected text, but the file is empty",
    "npy_1e300_becomes_inf.npy": "expected finite values, found 1 that are not",
    "npy_claims_7TB.npy": "it declares 8000000000000 bytes of values and holds 0",
    "npy_other_1.bin": "expected an array of numbers in .npy, but",
    "parquet_other_1.bin": "expected a Parquet file, but",
    "segfault_loadmat.mat": "expected a variable 'expmapchannels', found|it is broken, or made to",
    "txt_absurd_3.bin": ":6: expected 117 columns .* found '-1e308', which is beyond",
}


@pytest.fixture
def cases(mirror):
    folder = mirror.parent / "cases" / "robustness"
    if not folder.is_dir():
        pytest.skip("there are no shared cases beside the mirror")
    return folder


def read_copy(cases, mirror, name, folder):
    """By the suffix that the name says, else by what stands before its first underscore."""
    stem, _, suffix = name.partition(".")
    suffix = stem.partition("_")[0] if suffix == "bin" else suffix
    path = folder / f"{stem}.{suffix}"
    shutil.copyfile(cases / name, path)
    recording = partial(
        read_motions,
        trial="t",
        skeleton_path=str(mirror / "asf_amc/86/86.asf") if suffix == "amc" else None,
        positions=PositionParameters(frame_rate=30),
    )
    return SMALL_READERS.get(suffix, recording)(str(path))


def test_each_file_is_here(cases):
    assert {path.name for path in cases.iterdir()} - {"README.md"} == READ.keys() | REFUSED.keys()


@pytest.mark.parametrize("name", REFUSED)
def test_it_is_refused_by_one_line_that_names_the_file(cases, mirror, tmp_path, name):
    with pytest.raises(
        FormatError, match=rf"{name.partition('.')[0]}\..*{REFUSED[name]}"
    ) as raised:
        read_copy(cases, mirror, name, tmp_path)
    check_message(raised.value)


@pytest.mark.parametrize("name", READ)
def test_it_is_read_within_the_limits(cases, mirror, tmp_path, name):
    (found,) = read_copy(cases, mirror, name, tmp_path)
    check_recordings([found])
    assert (found.frame_rate, len(found)) == READ[name]
