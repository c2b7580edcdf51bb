import gzip
import struct

import numpy as np
import pytest

from kinembed.core.errors import FormatError
from kinembed.io.formats.idx import parse_idx
from kinembed.io.formats.opening import read_bytes


def idx(values, kind=0x08):
    head = struct.pack(f">BBBB{values.ndim}I", 0, 0, kind, values.ndim, *values.shape)
    return head + values.tobytes()


VALUES = np.arange(24, dtype=np.uint8).reshape(2, 3, 4)


@pytest.mark.parametrize("values", [VALUES, VALUES[0, 0]])
def test_arrays_of_bytes_are_read(values):
    read = parse_idx(idx(values), file="a")
    np.testing.assert_array_equal(read, values)
    assert read.shape == values.shape


HUGE = struct.pack(">BBBBIIII", 0, 0, 8, 4, *[2**32 - 1] * 4)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"PNG is not this", "expected an IDX file, found one that begins 504e4720"),
        (b"\0\0\x08", "expected an IDX file"),
        (idx(VALUES, kind=0x0D), "expected values of type 0x08 \\(bytes\\), found 0x0d"),
        (idx(VALUES)[:10], "expected a head of 16 bytes, found a file of 10"),
        (idx(VALUES)[:-1], "expected 2 x 3 x 4 values, found 23; the file is damaged"),
        (idx(VALUES) + b"\0", "expected 2 x 3 x 4 values, found 25"),
        (idx(VALUES[:0]), "expected values, found 0 x 3 x 4"),
        (HUGE, "expected 4294967295 x .* values, found 0; the file is damaged"),
    ],
)
def test_what_is_not_whole_is_refused(content, message):
    with pytest.raises(FormatError, match=f"digits.idx: {message}"):
        parse_idx(content, file="digits.idx")


@pytest.mark.parametrize("damage", [lambda gz: gz[:-9], lambda gz: gz[:20] + b"\xff" + gz[21:]])
def test_damaged_compression_is_one_error(damage, tmp_path):
    path = tmp_path / "digits.idx.gz"
    path.write_bytes(damage(gzip.compress(idx(VALUES))))
    with pytest.raises(FormatError, match="expected a file that can be read"):
        parse_idx(read_bytes(str(path)), file=str(path))
