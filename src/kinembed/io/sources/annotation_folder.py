"""Annotations that lie in a folder of their own, named like the recordings."""

from dataclasses import replace
from pathlib import Path

from kinembed.core.errors import SourceError
from kinembed.io.sources.folder import ANNOTATION_SUFFIXES, by_trial, visible_files
from kinembed.io.sources.records import Absent, Acquired, RawFile, printable, sha256_of


def with_annotations(acquired: Acquired, folder: Path) -> Acquired:
    """Add the annotations of a folder to recordings that were found elsewhere.

    Parameters
    ----------
    acquired : Acquired
        Recordings.
    folder : Path
        Folder of files ``<trial>.csv``, or as they are named beside recordings.

    Returns
    -------
    Acquired
        The same with annotations; those of no recording are reported as absent.

    Raises
    ------
    SourceError
        When it is no folder, or two files annotate one recording.
    """
    found = by_trial(visible_files(folder), (*ANNOTATION_SUFFIXES, ".csv"))
    before = {file.name: file.path for file in acquired.files if file.role == "annotation"}
    for name in found.keys() & before.keys():
        raise SourceError(f"{before[name]} and {found[name]} both annotate {name!r}; remove one")
    motions = {file.name for file in acquired.files if file.role == "motion"}
    files = [
        RawFile(name, "annotation", path, sha256_of(path))
        for name, path in found.items()
        if name in motions
    ]
    absent = [_absent(name, path) for name, path in found.items() if name not in motions]
    return replace(acquired, files=(*acquired.files, *files), absent=(*acquired.absent, *absent))


def _absent(name: str, path: Path) -> Absent:
    reason = f"there is an annotation, {path.name}, but no recording of that name"
    return Absent(printable(name), "motion", printable(str(path.parent)), printable(reason))
