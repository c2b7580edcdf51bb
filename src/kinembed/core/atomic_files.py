"""Files and folders that are either whole or not there."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath

from fsspec import AbstractFileSystem


def write_bytes(path: Path, content: bytes) -> None:
    """Write beside the final name, then move into place; an earlier file stays until then.

    Parameters
    ----------
    path : Path
        Final name of the file; absent parent folders are made.
    content : bytes
        The whole content.

    Raises
    ------
    OSError
        When the folder or file cannot be written; no temporary file stays behind.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with temporary.open("wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


@contextmanager
def whole_folder(filesystem: AbstractFileSystem, target: PurePosixPath) -> Iterator[PurePosixPath]:
    """A hidden folder to fill, which becomes `target` at the end and vanishes on an error.

    An earlier `target` stays until then. Where the filesystem can rename, a process that is
    killed leaves `target` as it was; an object store copies and deletes instead.

    Parameters
    ----------
    filesystem : AbstractFileSystem
        Where the folder lies.
    target : PurePosixPath
        Final name of the folder; absent parent folders are made.

    Yields
    ------
    PurePosixPath
        The empty hidden folder to fill, ``.<name>.partial`` beside `target`.

    Raises
    ------
    OSError
        When the folder cannot be written or moved into place.
    """
    partial = target.with_name(f".{target.name}.partial")
    fresh = not filesystem.exists(str(target.parent))
    _remove(filesystem, partial)
    filesystem.makedirs(str(partial), exist_ok=True)
    try:
        yield partial
        _put_in_place(filesystem, partial, target)
    except BaseException:
        _remove(filesystem, partial)
        if fresh:
            with suppress(OSError):  # another file came to lie there meanwhile
                filesystem.rmdir(str(target.parent))
        raise


def _put_in_place(
    filesystem: AbstractFileSystem, partial: PurePosixPath, target: PurePosixPath
) -> None:
    """Rename, an earlier folder first out of the way and back again if that fails."""
    earlier = target.with_name(f".{target.name}.earlier")
    replacing = filesystem.exists(str(target))
    if replacing:
        _remove(filesystem, earlier)
        filesystem.mv(str(target), str(earlier), recursive=True)
    try:
        filesystem.mv(str(partial), str(target), recursive=True)
    except BaseException:
        _remove(filesystem, target)
        if replacing:
            filesystem.mv(str(earlier), str(target), recursive=True)
        raise
    if replacing:
        _remove(filesystem, earlier)


def _remove(filesystem: AbstractFileSystem, folder: PurePosixPath) -> None:
    if filesystem.exists(str(folder)):
        filesystem.rm(str(folder), recursive=True)
