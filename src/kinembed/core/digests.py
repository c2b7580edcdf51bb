"""A digest lies beside every stored file, and is compared whenever the file is read.

``.<name>.sha256`` beside ``<name>``, as the program sha256sum writes it::

    9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08  86_01.parquet

Both are compared as they are, so a flipped bit in either is an error. A file without one is read:
an earlier release wrote it, or the digest was deleted on purpose.
"""

import hashlib
import logging
from collections.abc import Collection
from multiprocessing import parent_process
from pathlib import Path, PurePosixPath

from fsspec import AbstractFileSystem
from fsspec.implementations.local import LocalFileSystem

from kinembed.core.atomic_files import write_bytes
from kinembed.core.errors import DamagedError

SUFFIX = ".sha256"
_FIRST: list[str] = []
"""The file without a digest that the log has named."""


def digest_path(path: str) -> str:
    """Name the file that holds the digest of another.

    Parameters
    ----------
    path : str
        Path of a stored file.

    Returns
    -------
    str
        A hidden file beside it.
    """
    file = PurePosixPath(path)
    return str(file.with_name(f".{file.name.removeprefix('.')}{SUFFIX}"))


def write_stored(filesystem: AbstractFileSystem, path: str, content: bytes) -> None:
    """Replace a file, all or nothing, and its digest.

    Object stores do so anyway; a local file is written beside the final name and moved. A process
    that is killed between the two leaves a file without a digest, never one with another's.

    Parameters
    ----------
    filesystem : AbstractFileSystem
        Where the file lies.
    path : str
        Its path, without the protocol; absent folders are made.
    content : bytes
        All that the file is to hold.

    Raises
    ------
    OSError
        When the file cannot be written.
    """
    digest = digest_path(path)
    if filesystem.exists(digest):
        filesystem.rm_file(digest)
    _replace(filesystem, path, content)
    _replace(filesystem, digest, _digest_of(path, content))


def read_stored(filesystem: AbstractFileSystem, path: str) -> bytes:
    """Read a file and compare it with its digest.

    Parameters
    ----------
    filesystem : AbstractFileSystem
        Where the file lies.
    path : str
        Its path, without the protocol.

    Returns
    -------
    bytes
        Content of the file; the log says once when a file has no digest.

    Raises
    ------
    DamagedError
        When file or digest are not what was written.
    OSError
        When the file is absent or cannot be read.
    """
    content: bytes = filesystem.cat_file(path)
    digest = digest_path(path)
    try:
        expected: bytes = filesystem.cat_file(digest)
    except FileNotFoundError:
        say_unchecked(path)
        return content
    if expected != _digest_of(path, content):
        raise _damaged(path, PurePosixPath(digest).name)
    return content


def read_local(path: Path) -> bytes:
    """Read a file of this machine, as :func:`read_stored`.

    Parameters
    ----------
    path : Path
        A stored file.

    Returns
    -------
    bytes
        Content of the file.

    Raises
    ------
    DamagedError
        When file or digest are not what was written.
    OSError
        When the file is absent or cannot be read.
    """
    return read_stored(LocalFileSystem(), path.as_posix())


def write_local(path: Path, content: bytes) -> None:
    """Replace a file of this machine, as :func:`write_stored`.

    Parameters
    ----------
    path : Path
        Final name of the file.
    content : bytes
        All that the file is to hold.

    Raises
    ------
    OSError
        When the file cannot be written.
    """
    write_stored(LocalFileSystem(), path.as_posix(), content)


def say_if_unchecked(files: Collection[PurePosixPath]) -> None:
    """Say it when a file of a listing has no digest: workers that read it say nothing.

    Parameters
    ----------
    files : collection of PurePosixPath
        All files of a folder; hidden ones are not stored files.
    """
    listed = set(map(str, files))
    stored = sorted(str(path) for path in files if not path.name.startswith("."))
    without = next((path for path in stored if digest_path(path) not in listed), None)
    if without is not None:
        say_unchecked(without)


def say_unchecked(path: str) -> None:
    """Say in the log that files have no digest: once, and not in each worker.

    Parameters
    ----------
    path : str
        The first of them.
    """
    if parent_process() is None and not _FIRST:
        _FIRST.append(path)
        logging.getLogger(__name__).warning(
            f"{path} has no digest (an earlier release wrote it, or it was copied without hidden "
            "files) and is read unchecked, as are others like it. What is written anew gets one.",
            extra={"markup": False},
        )


def _digest_of(path: str, content: bytes) -> bytes:
    """What the digest's file holds; names may be of any bytes."""
    line = f"{hashlib.sha256(content).hexdigest()}  {PurePosixPath(path).name}\n"
    return line.encode("utf-8", "surrogateescape")


def _damaged(path: str, digest: str) -> DamagedError:
    return DamagedError(
        path,
        f"its content is not what was written (by its digest, {digest}): a disk or a copy damaged "
        "it, or it was edited. Write it anew, copy it again from where it came, or delete "
        f"{digest} to use the file as it is",
    )


def _replace(filesystem: AbstractFileSystem, path: str, content: bytes) -> None:
    if isinstance(filesystem, LocalFileSystem):
        write_bytes(Path(path), content)
    else:
        filesystem.pipe_file(path, content)
