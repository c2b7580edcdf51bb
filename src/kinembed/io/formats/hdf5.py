"""HDF5 files of other people, opened so that what they declare costs no more than what they hold.

Values are read by h5py (extra ``pose``). Nothing in them is unpickled, and no other file is opened.
"""

from collections.abc import Generator, Iterable, Mapping
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

from kinembed.core.errors import FormatError, KinembedError
from kinembed.core.limits import LARGEST_FILE, SPARE_BYTES, TIGHTEST_HDF5
from kinembed.io.formats.child_process import check_by_child
from kinembed.io.formats.local_copy import optional_module

_CHILD = Path(__file__).with_name("hdf5_child.py")
_LIMITS = (str(LARGEST_FILE), str(SPARE_BYTES), str(TIGHTEST_HDF5))


@contextmanager
def open_hdf5(content: bytes, *, file: str, expected: str) -> Generator[Any]:
    """Open the content of an HDF5 file, which a process of its own has been through before.

    Parameters
    ----------
    content : bytes
        Content of the file.
    file : str
        Name of the file, for messages.
    expected : str
        What it should be, for messages: ``"a file of SLEAP"``.

    Yields
    ------
    h5py.File
        The file, to be read.

    Raises
    ------
    FormatError
        When h5py is not installed, the file is no HDF5 file, it declares more values than it can
        hold, it refers to other files, HDF5 crashes on it or does not end, or whatever goes wrong
        while it is read.
    """
    h5py = optional_module("h5py", file=file)
    check_by_child(_CHILD, content, *_LIMITS, suffix=".h5", file=file, expected=expected)
    try:
        with h5py.File(BytesIO(content), "r") as stored:
            yield stored
    except KinembedError:
        raise
    except Exception as problem:  # h5py lets out whatever a broken file makes go wrong
        raise FormatError(file, f"expected {expected}, but {problem}") from problem


def is_group(one: Any) -> bool:
    """Tell a group from a dataset, of which ``in`` would compare all values one by one.

    Parameters
    ----------
    one : h5py.Group or h5py.Dataset
        An object of a file.

    Returns
    -------
    bool
        Whether it holds others.
    """
    return isinstance(one, Mapping)


def texts(values: Iterable[Any]) -> tuple[str, ...]:
    """Decode texts, which h5py reads as bytes.

    Parameters
    ----------
    values : iterable of bytes or str
        Texts of a dataset or an attribute.

    Returns
    -------
    tuple of str
        Texts without outer blanks.
    """
    return tuple(text_of(one) for one in values)


def text_of(value: Any) -> str:
    """Decode a text, which h5py reads as bytes.

    Parameters
    ----------
    value : bytes, str or None
        A text of a dataset or an attribute.

    Returns
    -------
    str
        The text without outer blanks; empty for None.
    """
    if value is None:
        return ""
    shown = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
    return shown.strip("\0").strip()
