"""What HDF5 files declare, in small files that h5py writes."""

from io import BytesIO

import pytest

from kinembed.core.errors import FormatError
from kinembed.io.formats.hdf5 import is_group, open_hdf5, text_of, texts

pytestmark = pytest.mark.slow

h5py = pytest.importorskip("h5py", reason="h5py is not installed: it is in the extra pose")


def stored(write):
    content = BytesIO()
    with h5py.File(content, "w") as file:
        write(file)
    return content.getvalue()


def opened(content):
    with open_hdf5(content, file="a.h5", expected="a file of ours") as file:
        return {name: file[name][()].tolist() for name in file}


def test_values_are_read():
    def write(file):
        file["values"] = [1.0, 2.0]
        file.create_dataset("packed", data=[[0.0] * 10_000], compression="gzip")

    assert opened(stored(write))["values"] == [1, 2]
    assert len(opened(stored(write))["packed"][0]) == 10_000


@pytest.mark.parametrize(
    ("write", "message"),
    [
        (
            lambda file: file.create_dataset("x", (10**9,), "f4"),
            "x declares 4000000000 bytes, more than",
        ),
        (
            lambda file: file.create_dataset(
                "x", (10**12,), "f4", chunks=(1000,), compression="gzip"
            ),
            "x declares 12192000000000 bytes",
        ),
        (
            lambda file: file.create_dataset("x", (1,), "f4", maxshape=(None,), chunks=(10**8,)),
            "x declares 400000000 bytes",
        ),
        (
            lambda file: file.create_dataset("x", (2,), "f4", external=[("b.raw", 0, 8)]),
            "the values of x lie in another file; save it as one",
        ),
        (
            lambda file: file.__setitem__("x", h5py.ExternalLink("b.h5", "/y")),
            r"x lies in another file \(b.h5\); save it as one",
        ),
    ],
)
def test_what_a_file_cannot_hold_is_refused(write, message):
    with pytest.raises(FormatError, match=f"^a.h5: expected a file of ours, but {message}"):
        opened(stored(write))


def test_texts_that_stand_for_one_long_one_are_refused():
    """20,000 references to a megabyte would be read as 20 GB."""
    long_and_short = ["a" * 2**20, *"b" * 19_999]
    content = bytearray(stored(lambda file: file.create_dataset("x", data=long_and_short)))
    with h5py.File(BytesIO(content)) as file:
        start = file["x"].id.get_offset()
    content[start : start + 16 * 20_000] = content[start : start + 16] * 20_000
    with pytest.raises(FormatError, match="^a.h5: expected a file of ours, but"):
        opened(bytes(content))


def test_what_is_no_file_of_hdf5_is_refused():
    with pytest.raises(FormatError, match="expected a file of ours, but"):
        opened(b"no file of HDF5")


def test_texts_are_decoded():
    assert texts([b"nose\0\0", "tail "]) == ("nose", "tail")
    assert text_of(None) == ""


def test_scales_of_other_dimensions_are_refused():
    """HDF5 itself crashes on them."""

    def write(file):
        file["x"] = [[1.0, 2.0]]
        file["y"] = [1.0]
        file["y"].make_scale()
        file["x"].dims[0].attach_scale(file["y"])
        scales = file["x"].attrs["DIMENSION_LIST"]
        kind = file["x"].attrs.get_id("DIMENSION_LIST").dtype
        del file["x"]
        file["x"] = [1.0]
        file["x"].attrs.create("DIMENSION_LIST", scales, dtype=kind)

    with pytest.raises(FormatError, match="a.h5: .* x names scales of other dimensions than its"):
        opened(stored(write))


def test_a_dataset_is_no_group():
    content = stored(lambda file: file.create_dataset("x", data=[1.0]))
    with open_hdf5(content, file="a.h5", expected="a file of ours") as file:
        assert is_group(file)
        assert not is_group(file["x"])
