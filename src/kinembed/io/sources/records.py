"""Records of raw files: which are here, which are not, and what identifies their content."""

import hashlib
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from kinembed.core.errors import SourceError
from kinembed.core.limits import LONGEST_NAME

Role = Literal["motion", "skeleton", "annotation"]
"""What a file says about its trial."""

_NOT_IN_NAMES = '/\\:*?"<>|'
_CHUNK_BYTES = 1 << 20


@dataclass(frozen=True)
class RawFile:
    """A file as recorded or published.

    Attributes
    ----------
    name : str
        Name of the trial, safe as the name of a file on any system.
    role : {"motion", "skeleton", "annotation"}
        What the file says about the trial.
    path : Path
        Where it lies.
    sha256 : str
        Hash of its content, in hexadecimal digits.

    Raises
    ------
    SourceError
        When the name is not safe.
    """

    name: str
    role: Role
    path: Path
    sha256: str

    def __post_init__(self) -> None:
        check_name(self.name, where=str(self.path))


@dataclass(frozen=True)
class Absent:
    """A file that belongs to what was asked for and cannot be used.

    Attributes
    ----------
    name : str
        Name of the trial.
    role : {"motion", "skeleton", "annotation"}
        What the file says about the trial.
    address : str
        Where to get it.
    reason : str
        Why it cannot be used.
    """

    name: str
    role: Role
    address: str
    reason: str


@dataclass(frozen=True)
class Acquired:
    """Files that can be used, and files that cannot.

    Attributes
    ----------
    files : tuple of RawFile
        Files that can be used.
    absent : tuple of Absent
        Files that cannot.
    """

    files: tuple[RawFile, ...]
    absent: tuple[Absent, ...]


def check_name(name: str, where: str) -> None:
    """Check that a trial's name can become the name of a visible file.

    Parameters
    ----------
    name : str
        Name of the trial.
    where : str
        Where it comes from, for the message.

    Raises
    ------
    SourceError
        When it is empty, longer than ``LONGEST_NAME``, not in UTF-8, begins with a dot, has outer
        spaces, or holds a control character or one that some system forbids in names.
    """
    if len(name.encode("utf-8", "surrogateescape")) > LONGEST_NAME:
        raise SourceError(
            f"{printable(where)}: a trial's name has at most {LONGEST_NAME} bytes, folders "
            "included; rename the file, or a folder above it"
        )
    visible = bool(name) and name == name.strip() and not name.startswith(".")
    if not (visible and name.isprintable() and not set(name) & set(_NOT_IN_NAMES)):
        raise SourceError(
            f"{printable(where)}: the trial's name {name!r} cannot become the name of a file; "
            f"rename it without a leading dot, outer spaces, control characters and {_NOT_IN_NAMES}"
        )
    if printable(where) != where:
        raise SourceError(f"{printable(where)}: a folder's name is not in UTF-8; rename it")


def printable(path: str) -> str:
    """Show a path of any bytes.

    Parameters
    ----------
    path : str
        As the system gives it.

    Returns
    -------
    str
        Text that can be stored; bytes that are not UTF-8 are shown by their numbers.
    """
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def sha256_of(path: Path) -> str:
    """Compute the sha256 of a file's content.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    str
        In hexadecimal digits.
    """
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def git_blob_id_of(path: Path) -> str:
    """Compute the name that git gives a file's content.

    It is the sha1 of ``"blob <size>"``, a zero byte, and the content.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    str
        In hexadecimal digits.
    """
    head = f"blob {path.stat().st_size}\0".encode()
    digest = hashlib.sha1(head, usedforsecurity=False)
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()


def fingerprint(raw_files: Iterable[RawFile]) -> str:
    """Compute a hash over the names, roles and contents of files.

    Parameters
    ----------
    raw_files : iterable of RawFile
        Files in any order, wherever they lie.

    Returns
    -------
    str
        sha256 in hexadecimal digits.
    """
    lines = sorted(f"{file.name}\t{file.role}\t{file.sha256}\n" for file in raw_files)
    return hashlib.sha256("".join(lines).encode()).hexdigest()
