"""HDF5 files of other people, opened so that what they declare costs no more than what they hold.

Values are read by h5py (extra ``pose``). Nothing in them is unpickled, and no other file is opened.
"""

from collections.abc import Generator, Iterable, Mapping
from contextlib import contextmanager
from io import BytesIO
from typing import Any

from kinembed.core.errors import FormatError, KinembedError
from kinembed.core.limits import TIGHTEST_HDF5, unpacked_limit
from kinembed.io.formats.local_copy import optional_module

_SCALES = "DIMENSION_LIST"
"""Attribute with a list for each dimension; HDF5 crashes where there are more than dimensions."""


@contextmanager
def open_hdf5(content: bytes, *, file: str, expected: str) -> Generator[Any]:
    """Open the content of an HDF5 file.

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
        hold, it refers to other files, or whatever goes wrong while it is read.
    """
    h5py = optional_module("h5py", file=file)
    try:
        with h5py.File(BytesIO(content), "r") as stored:
            _check_links(stored, h5py.ExternalLink)
            _check_datasets(stored, len(content), h5py.Dataset)
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


def _check_links(stored: Any, external: Any) -> None:
    found: list[str] = []

    def check(name: str, link: Any) -> None:
        if isinstance(link, external):
            found.append(f"{name} lies in another file ({link.filename}); save it as one")

    stored.visititems_links(check)
    if found:
        raise ValueError(found[0])


def _check_datasets(stored: Any, length: int, dataset: Any) -> None:
    found: list[str] = []

    def check(name: str, one: Any) -> None:
        if not isinstance(one, dataset) or one.shape is None:
            return
        if _SCALES in one.attrs and one.attrs.get_id(_SCALES).shape != (one.ndim,):
            found.append(f"{name} names scales of other dimensions than its own")
        elif one.external or one.is_virtual:
            found.append(f"the values of {name} lie in another file; save it as one")
        elif _declared(one) > _possible(one, length):
            found.append(
                f"{name} declares {_declared(one)} bytes, more than a file of {length} bytes can "
                "hold"
            )

    stored.visititems(check)
    if found:
        raise ValueError(found[0])


def _declared(one: Any) -> int:
    """Bytes that reading takes: of all values, and of a chunk."""
    chunk = int(one.dtype.itemsize) if one.chunks else 0
    for length in one.chunks or ():
        chunk *= int(length)
    return max(int(one.nbytes), chunk)


def _possible(one: Any, length: int) -> int:
    if one.chunks is None:
        return length
    return unpacked_limit(min(length, int(one.id.get_storage_size())), TIGHTEST_HDF5)
