"""Recordings that were published together in one tar archive."""

import tarfile
from collections.abc import Generator
from pathlib import Path, PurePosixPath

from fsspec.implementations.local import LocalFileSystem

from kinembed.core.atomic_files import whole_folder
from kinembed.core.errors import SourceError
from kinembed.core.limits import SPARE_BYTES, TIGHTEST
from kinembed.io.sources.folder import acquire_tree
from kinembed.io.sources.records import Acquired, sha256_of


def acquire_archive(archive: Path, sha256: str, folder: Path) -> Acquired:
    """Find recordings of a tar archive, which is unpacked unless it has been before.

    Parameters
    ----------
    archive : Path
        The archive.
    sha256 : str
        Hash that its content must have, in hexadecimal digits.
    folder : Path
        Folder below which it is unpacked, under a name made from the hash.

    Returns
    -------
    Acquired
        As :func:`acquire_tree` returns it for the unpacked folder.

    Raises
    ------
    SourceError
        When the archive is absent, has another hash or cannot be unpacked, and as
        :func:`acquire_tree` does.
    """
    if not archive.is_file():
        raise SourceError(
            f"there is no archive {archive}; say in ingestion.archive.path where it is (a path in "
            "a mirror of the public files begins with the variable KINEMBED_MIRROR)"
        )
    found = sha256_of(archive)
    if found != sha256:
        raise SourceError(
            f"{archive} is not the archive that was asked for: expected sha256 {sha256}, found "
            f"{found}; replace it"
        )
    target = folder.absolute() / sha256[:16]
    if not target.is_dir():
        _unpack(archive, target)
    return acquire_tree(target)


def _bounded(files: tarfile.TarFile, stored: int) -> Generator[tarfile.TarInfo, None, None]:
    """Members one by one, as long as together they are no larger than they may be."""
    unpacked = 0
    for member in files:
        unpacked += member.size
        if unpacked > TIGHTEST * stored + SPARE_BYTES:
            raise tarfile.TarError(
                f"its files would fill more than {TIGHTEST} times its {stored} bytes"
            )
        yield member


def _unpack(archive: Path, target: Path) -> None:
    """All or nothing, and nothing outside the target."""
    with whole_folder(LocalFileSystem(), PurePosixPath(target)) as partial:
        try:
            with tarfile.open(archive) as files:
                stored = archive.stat().st_size
                files.extractall(partial, _bounded(files, stored), filter="data")
        except (tarfile.TarError, EOFError, OSError) as problem:
            raise SourceError(f"{archive} cannot be unpacked: {problem}") from problem
