"""Files and folders that are either whole or not there."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from glob import escape
from pathlib import Path, PurePosixPath

from fsspec import AbstractFileSystem
from fsspec.implementations.local import LocalFileSystem


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
    partial = _partial(target)
    fresh = not filesystem.exists(str(target.parent))
    repair_folder(filesystem, target)
    filesystem.makedirs(str(partial), exist_ok=True)
    try:
        yield partial
        _move_to_target(filesystem, partial, target)
    except BaseException:
        _remove(filesystem, partial)
        if fresh:
            with suppress(OSError):  # another file came to lie there meanwhile
                filesystem.rmdir(str(target.parent))
        raise


def repair_folder(filesystem: AbstractFileSystem, target: PurePosixPath) -> None:
    """Undo what a process left that was killed within :func:`whole_folder`.

    An earlier folder that was out of the way comes back, unless the new one has its name by
    then. Nobody else may be writing `target`.

    Parameters
    ----------
    filesystem : AbstractFileSystem
        Where the folder lies.
    target : PurePosixPath
        Final name of the folder.

    Raises
    ------
    OSError
        When something cannot be moved or removed.
    """
    earlier = _earlier(target)
    if filesystem.exists(str(earlier)) and not filesystem.exists(str(target)):
        filesystem.mv(str(earlier), str(target), recursive=True)
    _remove(filesystem, earlier)
    _remove(filesystem, _partial(target))


def clear_leftovers(target: Path) -> None:
    """Undo what a killed process left of a local file or folder, beside it.

    Nobody else may be writing `target`.

    Parameters
    ----------
    target : Path
        Final name of what :func:`whole_folder` or :func:`write_bytes` was writing.

    Raises
    ------
    OSError
        When something cannot be moved or removed.
    """
    repair_folder(LocalFileSystem(), PurePosixPath(target))
    digest = f".{target.name.removeprefix('.')}.sha256"
    for name in (target.name, digest):
        for file in _temporary_files(target.parent, name):
            file.unlink(missing_ok=True)


def clear_temporary_files(folder: Path) -> None:
    """Remove the temporary files that :func:`write_bytes` left in a folder when it was killed.

    Parameters
    ----------
    folder : Path
        Its folders are searched, too; nobody may be writing there.

    Raises
    ------
    OSError
        When a file cannot be removed.
    """
    for inner in {path.parent for path in folder.rglob(".*")}:
        for file in _temporary_files(inner, "*"):
            file.unlink(missing_ok=True)


def _temporary_files(folder: Path, name: str) -> list[Path]:
    pattern = "*" if name == "*" else escape(name)
    found = folder.glob(f".{pattern}.*")
    return [path for path in found if path.suffix[1:].isdigit() and path.is_file()]


def _partial(target: PurePosixPath) -> PurePosixPath:
    return target.with_name(f".{target.name}.partial")


def _earlier(target: PurePosixPath) -> PurePosixPath:
    return target.with_name(f".{target.name}.earlier")


def _move_to_target(
    filesystem: AbstractFileSystem, partial: PurePosixPath, target: PurePosixPath
) -> None:
    """Rename, an earlier folder first out of the way and back again if that fails."""
    earlier = _earlier(target)
    replacing = filesystem.exists(str(target))
    if replacing:
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
