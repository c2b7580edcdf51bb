"""Content of files, wherever they lie (fsspec); ``.gz`` after a suffix is undone."""

import re
import zlib
from gzip import GzipFile
from io import SEEK_END, BytesIO
from pathlib import PurePosixPath

import fsspec

from kinembed.core.errors import FormatError
from kinembed.core.limits import LARGEST_FILE, check_unpacked, unpacked_limit

# Bytes that are no text in any encoding that extends ASCII.
_BINARY = re.compile(rb"[\x00-\x08\x0e-\x1f\x7f]")


def read_bytes(path: str) -> bytes:
    """Read a file whole.

    Parameters
    ----------
    path : str
        Path or address; a file whose name ends in ``.gz`` is decompressed.

    Returns
    -------
    bytes
        Its content, which is not empty.

    Raises
    ------
    FormatError
        When the file is missing, empty, cannot be read, is larger than ``LARGEST_FILE``, or
        unpacks to more than recordings of its size may.
    """
    try:
        content = _unpacked(_stored(path), path)
    except FileNotFoundError as problem:
        raise FormatError(path, "expected a file, found none") from problem
    except (OSError, EOFError, zlib.error, ValueError) as problem:
        raise FormatError(path, f"expected a file that can be read, but {problem}") from problem
    if not content:
        raise FormatError(path, "expected content, but the file is empty")
    return content


def _stored(path: str) -> bytes:
    with fsspec.open(path, "rb", expand=False) as stream:
        size = getattr(stream, "size", None) or stream.seek(0, SEEK_END)
        if size > LARGEST_FILE:
            raise OSError(f"it has {size} bytes; the limit is {LARGEST_FILE}")
        stream.seek(0)
        content: bytes = stream.read()
    return content


def _unpacked(stored: bytes, path: str) -> bytes:
    """What is compressed, no further than it may unpack to."""
    if not path.lower().endswith(".gz"):
        return stored
    with GzipFile(fileobj=BytesIO(stored)) as stream:
        content = stream.read(unpacked_limit(len(stored)) + 1)
    check_unpacked(len(content), len(stored), file=path, what="its content")
    return content


def read_text(path: str) -> str:
    """Read a text file whole: UTF-8, or else Latin-1.

    Some AMC files of HDM05 name a folder with an umlaut in Latin-1.

    Parameters
    ----------
    path : str
        Path or address; a file whose name ends in ``.gz`` is decompressed.

    Returns
    -------
    str
        Its text, without a byte order mark.

    Raises
    ------
    FormatError
        When the file is missing, empty or cannot be read, or when it is binary; then with the line.
    """
    content = read_bytes(path)
    binary = _BINARY.search(content)
    if binary is not None:
        line = content[: binary.start()].count(b"\n") + 1
        problem = f"expected text, found binary data (byte 0x{binary[0].hex()})"
        raise FormatError(path, problem, line)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("latin-1")


def suffix_of(path: str) -> str:
    """Find the suffix that tells the format.

    Parameters
    ----------
    path : str
        Path or address of a file.

    Returns
    -------
    str
        In lower case, with its dot, without ``.gz``; empty where the name has none.
    """
    return PurePosixPath(path.lower().removesuffix(".gz")).suffix
