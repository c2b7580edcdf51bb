"""Published files: found or fetched, and compared with what was published before any use.

* A *registry* is a table with the columns of :class:`RegistryEntry`, tab-separated: facts about
  files, and nothing of what is in them.
* A *mirror* is a folder laid out like the paths of a registry. It is only ever read.
* The *cache* has the same layout and holds what was downloaded before.
"""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from fnmatch import fnmatchcase
from functools import partial
from importlib.resources import files as files_of_package
from pathlib import Path
from typing import get_args

import pooch
from tqdm import tqdm

from kinembed.core.errors import FormatError, SourceError
from kinembed.core.listing import listed_near
from kinembed.io.sources.records import (
    Absent,
    Acquired,
    RawFile,
    Role,
    check_name,
    git_blob_id_of,
    sha256_of,
)

_SECONDS_TO_CONNECT_AND_READ = (10, 30)


@dataclass(frozen=True)
class RegistryEntry:
    """A published file.

    Attributes
    ----------
    name : str
        Name of the trial.
    role : {"motion", "skeleton", "annotation"}
        What the file says about the trial.
    path : str
        Where it lies in a mirror and in the cache, with forward slashes.
    git_blob_sha1 : str
        Name that git gives its content, or ``""`` if it is not known.
    sha256 : str
        Hash of its content, or ``""`` if only git's is known.
    address : str
        Where it was published (HTTP).

    Raises
    ------
    SourceError
        When the name is not safe, or neither hash is known.
    """

    name: str
    role: Role
    path: str
    git_blob_sha1: str
    sha256: str
    address: str

    def __post_init__(self) -> None:
        check_name(self.name, where=self.path)
        if not self.sha256 and not self.git_blob_sha1:
            raise SourceError(f"{self.path}: neither its sha256 nor its git blob id is known")


def load_registry(name: str) -> tuple[RegistryEntry, ...]:
    """Load a registry that comes with the package.

    Parameters
    ----------
    name : str
        ``"cmu_mocap"``: the exponential maps of the trials of CMU subject 86 (``86_01``) with their
        annotations, and the clips of single actions (``train_walking_1``). ``"cmu_raw"``: trials of
        subject 86 as recorded (AMC, ASF).

    Returns
    -------
    tuple of RegistryEntry
        In the order of the table.

    Raises
    ------
    SourceError
        When there is no registry of that name.
    """
    folder = files_of_package("kinembed.io") / "registries"
    known = sorted(path.name.removesuffix(".tsv") for path in folder.iterdir())
    if name not in known:
        raise SourceError(f"there is no registry {name!r}; there are {', '.join(known)}")
    return parse_registry((folder / f"{name}.tsv").read_text("utf-8"), f"{name}.tsv")


def parse_registry(text: str, file: str) -> tuple[RegistryEntry, ...]:
    """Read the entries of a registry from tab-separated text.

    Parameters
    ----------
    text : str
        Content of the file; its first line names the columns.
    file : str
        Name of the file, for messages.

    Returns
    -------
    tuple of RegistryEntry
        In the order of the table.

    Raises
    ------
    FormatError
        When columns are others, a role is not known, a name is not safe, or no hash is given; with
        the line.
    """
    columns = [field.name for field in fields(RegistryEntry)]
    head, *rows = csv.reader(text.splitlines() or [""], delimiter="\t")
    if head != columns:
        raise FormatError(file, f"expected the columns {', '.join(columns)}", line=1)
    return tuple(_entry(row, file, line) for line, row in enumerate(rows, start=2))


def _entry(row: list[str], file: str, line: int) -> RegistryEntry:
    columns = [field.name for field in fields(RegistryEntry)]
    if len(row) != len(columns):
        raise FormatError(file, f"expected {len(columns)} columns, not {len(row)}", line)
    name, role, path, git_blob_sha1, sha256, address = row
    try:
        return RegistryEntry(name, _role(role), path, git_blob_sha1, sha256, address)
    except SourceError as problem:
        raise FormatError(file, str(problem), line) from problem


def _role(text: str) -> Role:
    roles: tuple[Role, ...] = get_args(Role)
    for role in roles:
        if role == text:
            return role
    raise SourceError(f"expected a role ({', '.join(roles)}), not {text!r}")


def select(entries: Sequence[RegistryEntry], patterns: Sequence[str]) -> tuple[RegistryEntry, ...]:
    """Select entries by patterns of their trials' names.

    Parameters
    ----------
    entries : sequence of RegistryEntry
        Entries to choose from.
    patterns : sequence of str
        Such as ``86_*``; case counts.

    Returns
    -------
    tuple of RegistryEntry
        Entries whose trial fits a pattern.

    Raises
    ------
    SourceError
        When no trial fits one of the patterns.
    """
    names = sorted({entry.name for entry in entries})
    for pattern in patterns:
        if not any(fnmatchcase(name, pattern) for name in names):
            raise SourceError(f"no trial fits {pattern!r}; there are {listed_near(pattern, names)}")
    return tuple(
        entry for entry in entries if any(fnmatchcase(entry.name, one) for one in patterns)
    )


def acquire_registry(
    entries: Iterable[RegistryEntry], *, mirror: Path | None, cache: Path, download: bool
) -> Acquired:
    """Find each file in the mirror, else in the cache, else (if allowed) at its address.

    A cached or downloaded file that is not the published one is deleted, and absent.

    Parameters
    ----------
    entries : iterable of RegistryEntry
        Files that are wanted.
    mirror : Path or None
        Folder laid out like the public sources, which is only read; None for none.
    cache : Path
        Folder of what was downloaded.
    download : bool
        Whether files are downloaded.

    Returns
    -------
    Acquired
        Files that were found, and those that were not.

    Raises
    ------
    SourceError
        When the mirror is no folder, a file in it is not the published one, or no motion is left.
    """
    if mirror is not None and not mirror.is_dir():
        raise SourceError(f"the mirror {mirror} is not a folder; name one or leave it out")
    found = [_acquire(entry, mirror, cache, download) for entry in entries]
    absent = tuple(one for one in found if isinstance(one, Absent))
    files = tuple(one for one in found if isinstance(one, RawFile))
    if not any(file.role == "motion" for file in files):
        names = ", ".join(dict.fromkeys(one.name for one in absent))
        raise SourceError(
            f"none of the recordings {names} is here: {absent[0].reason}. Name a mirror of the "
            "public files (KINEMBED_MIRROR) or allow downloading (ingestion.registry.download); "
            f"the first is published at {absent[0].address}"
        )
    return Acquired(files, absent)


def _acquire(
    entry: RegistryEntry, mirror: Path | None, cache: Path, download: bool
) -> RawFile | Absent:
    if mirror is not None and (mirror / entry.path).is_file():
        return _from_mirror(entry, mirror / entry.path)
    cached = _from_cache(entry, cache / entry.path)
    if cached is not None:
        return cached
    if download:
        return _download(entry, cache)
    searched = f"the cache {cache}" if mirror is None else f"the mirror {mirror}, the cache {cache}"
    return _absent(entry, f"not in {searched}, and downloading is off")


def _from_mirror(entry: RegistryEntry, path: Path) -> RawFile:
    mismatch = _mismatch(entry, path)
    if mismatch:
        raise SourceError(
            f"{path} is not the published file: {mismatch}; replace it by {entry.address}"
        )
    return _raw_file(entry, path)


def _from_cache(entry: RegistryEntry, path: Path) -> RawFile | None:
    if not path.is_file():
        return None
    if _mismatch(entry, path):
        path.unlink()
        return None
    return _raw_file(entry, path)


def _download(entry: RegistryEntry, cache: Path) -> RawFile | Absent:
    shelf = pooch.Pooch(
        cache, base_url="", registry={entry.path: None}, urls={entry.path: entry.address}
    )
    try:
        shelf.fetch(entry.path, downloader=partial(_download_verified, entry))
    except (SourceError, OSError) as problem:  # every error of requests is an OSError
        return _absent(entry, f"the download failed: {problem}")
    return _raw_file(entry, cache / entry.path)


def _download_verified(
    entry: RegistryEntry, address: str, temporary: str, shelf: pooch.Pooch
) -> None:
    """Downloader of pooch, which moves the temporary file into the cache only if this returns."""
    # A total is set because a bar without one has no truth value, which pooch asks for.
    with tqdm(total=1, desc=entry.name, unit="B", unit_scale=True, disable=None) as bar:
        fetch = pooch.HTTPDownloader(progressbar=bar, timeout=_SECONDS_TO_CONNECT_AND_READ)
        fetch(address, temporary, shelf)
    mismatch = _mismatch(entry, Path(temporary))
    if mismatch:
        raise SourceError(f"what came is not the published file: {mismatch}")


def _mismatch(entry: RegistryEntry, path: Path) -> str:
    """How a file differs from the published one, "" if it does not."""
    if entry.sha256:
        kind, expected, found = "sha256", entry.sha256, sha256_of(path)
    else:
        kind, expected, found = "git blob id", entry.git_blob_sha1, git_blob_id_of(path)
    return "" if found == expected else f"expected {kind} {expected}, found {found}"


def _raw_file(entry: RegistryEntry, path: Path) -> RawFile:
    return RawFile(entry.name, entry.role, path, sha256_of(path))


def _absent(entry: RegistryEntry, reason: str) -> Absent:
    return Absent(entry.name, entry.role, entry.address, reason)
