from io import BytesIO

import numpy as np
import pytest

from kinembed.core.errors import FormatError
from kinembed.io.formats.npy import parse_features


def npy(values, **options):
    stream = BytesIO()
    np.save(stream, values, **options)
    return stream.getvalue()


VALUES = np.arange(6.0).reshape(3, 2)


@pytest.mark.parametrize("kind", [np.float64, np.float16, np.int32, np.uint8, ">f4"])
def test_features_are_read_in_single_precision(kind):
    read = parse_features(npy(VALUES.astype(kind)), file="a")
    assert read.dtype == np.float32
    np.testing.assert_array_equal(read, VALUES)


def test_the_order_of_axes_in_memory_does_not_matter():
    np.testing.assert_array_equal(parse_features(npy(np.asfortranarray(VALUES)), file="a"), VALUES)


def with_holes():
    holed = VALUES.copy()
    holed[1, 1], holed[2, 0] = np.nan, np.inf
    return holed


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"no array", "expected an array of numbers in .npy, but"),
        (npy(VALUES * 1e300), "expected finite values, found 5 that are not, or are beyond"),
        (npy(VALUES)[:20], "expected an array of numbers in .npy, but"),
        (npy(VALUES)[:-8], "expected an array of numbers in .npy, but"),
        (
            npy(np.array([{}], dtype=object), allow_pickle=True),
            "expected an array of numbers in .npy, but Object arrays cannot be loaded",
        ),
        (npy(VALUES[0]), "expected frames x features, .* found an array of 2$"),
        (npy(VALUES[None]), "expected frames x features, .* found an array of 1 x 3 x 2"),
        (npy(np.float64(3)), "expected frames x features, .* found an array of no dimension"),
        (npy(VALUES[:0]), "expected frames x features, .* found an array of 0 x 2"),
        (npy(VALUES[:, :0]), "expected frames x features, .* found an array of 3 x 0"),
        (npy(VALUES.astype(complex)), "expected real numbers, found values of type complex128"),
        (npy(VALUES.astype(str)), "expected real numbers, found values of type <U"),
        (
            npy(with_holes()),
            "expected finite values, found 2 that are not, or are beyond 3.4e.38, the first in "
            "frame 1, feature 1; leave",
        ),
    ],
)
def test_what_holds_no_features_is_refused(content, message):
    with pytest.raises(FormatError, match=f"clip.npy: {message}"):
        parse_features(content, file="clip.npy")
