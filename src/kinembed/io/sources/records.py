"""Records of raw files: which are here, which are not, and what identifies their content."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from kinembed.core.errors import SourceError

Role = Literal["motion", "skeleton", "annotation"]
"""What a file says about its trial."""

_NOT_IN_NAMES = '/\\:*?"<>|'
_CHUNK_BYTES = 1 << 20


@dataclass(frozen=True)
class RawFile:
    """A file as recorded or published. Raises SourceError for a name that is not safe.

    Attributes
    ----------
    name: the trial; safe as the name of a file, on any system.
    role: what the file says about the trial.
    path: where it lies.
    sha256: of its content, in hexadecimal digits.
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
    name: the trial.
    role: what the file says about the trial.
    address: where to get it.
    reason: why it cannot be used.
    """

    name: str
    role: Role
    address: str
    reason: str


@dataclass(frozen=True)
class Acquired:
    """What can be used, and what cannot."""

    files: tuple[RawFile, ...]
    absent: tuple[Absent, ...]


def check_name(name: str, where: str) -> None:
    """Raise SourceError unless a trial's name can become that of a visible file."""
    visible = bool(name) and name == name.strip() and not name.startswith(".")
    if not (visible and name.isprintable() and not set(name) & set(_NOT_IN_NAMES)):
        raise SourceError(
            f"{where}: the trial's name {name!r} cannot become the name of a file; rename it "
            f"without a leading dot, outer spaces, control characters and {_NOT_IN_NAMES}"
        )


def sha256_of(path: Path) -> str:
    """Hash of a file's content, in hexadecimal digits."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def git_blob_id_of(path: Path) -> str:
    """The name git gives a file's content: sha1 of ``"blob <size>"``, a zero byte, the content."""
    head = f"blob {path.stat().st_size}\0".encode()
    digest = hashlib.sha1(head, usedforsecurity=False)
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()


def fingerprint(raw_files: Iterable[RawFile]) -> str:
    """sha256 over the names, roles and contents of files, wherever they lie and in any order."""
    lines = sorted(f"{file.name}\t{file.role}\t{file.sha256}\n" for file in raw_files)
    return hashlib.sha256("".join(lines).encode()).hexdigest()
