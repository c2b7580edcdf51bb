"""A folder of recordings: which file is which role of which trial.

The names decide, in upper or lower case: ``<trial>`` and a suffix of
:data:`kinembed.io.formats.table.FORMATS` is a motion, ``.asf`` a skeleton, and
``<trial>_annotation.txt``, ``<trial>_ground_truth.txt`` and ``<trial>.labels.csv`` are annotations.
Of OpenPose's ``<trial>_<number>_keypoints.json``, one per frame, the first stands for all. Hidden
files and what a run wrote (:mod:`kinembed.io.sources.own_files`) are passed over.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from kinembed.core.errors import SourceError
from kinembed.io.formats.openpose import frame_of
from kinembed.io.formats.openpose_folder import frames_beside
from kinembed.io.formats.position_table import is_headerless
from kinembed.io.formats.table import BY_SUFFIX, format_of
from kinembed.io.sources.own_files import is_own
from kinembed.io.sources.records import Absent, Acquired, RawFile, Role, printable, sha256_of

SKELETON_SUFFIXES = (".asf",)
_BEGINNING = 1 << 16
"""Characters of JSON in which names of its content must come."""
NAMED = 3
"""Files that a message names, at most."""
ANNOTATION_SUFFIXES = ("_annotation.txt", "_ground_truth.txt", ".labels.csv")


@dataclass(frozen=True)
class _Contents:
    """Files of a folder by trial, and the texts and tables that are no recordings."""

    motions: dict[str, Path]
    skeletons: tuple[dict[str, Path], ...]  # of the folder itself, then of those above it
    annotations: dict[str, Path]
    prose: dict[Path, str]  # with the reason why each is no recording


def acquire_folder(folder: Path, *, headerless: bool = False) -> Acquired:
    """Find recordings that lie directly in a folder, with their skeletons and annotations.

    An AMC file moves the skeleton ``<trial>.asf``, else the one named like the trial up to one of
    its ``_`` (the longest such name), else the only ASF file there. A text that does not begin with
    a number (a README), a CSV file that names no position, and an annotation without a recording
    are reported as absent.

    Parameters
    ----------
    folder : Path
        Folder of recordings.
    headerless : bool, default False
        Whether tables of numbers without a header are recordings.

    Returns
    -------
    Acquired
        Files that can be used, and those that cannot.

    Raises
    ------
    SourceError
        When there is no recording, two files are the same role of one trial, an AMC file has no
        skeleton, or a name is not safe.
    """
    contents = _sort(visible_files(folder), headerless)
    if not contents.motions:
        raise _no_recording(folder, "directly in it", _absent(contents))
    return _acquired(contents, prefix="")


def acquire_tree(folder: Path, *, headerless: bool = False) -> Acquired:
    """Find recordings in a folder and in all below it, each with the nearest folder's skeletons.

    An AMC file that has no skeleton in its own folder moves one of the folder above, and so on. The
    name of a trial begins with the names of the folders it lies in: ``S1/walking_1.txt`` is
    ``S1_walking_1``.

    Parameters
    ----------
    folder : Path
        Uppermost folder.
    headerless : bool, default False
        Whether tables of numbers without a header are recordings.

    Returns
    -------
    Acquired
        Files that can be used, and those that cannot.

    Raises
    ------
    SourceError
        As :func:`acquire_folder` does, or when two trials get the same name.
    """
    visible_files(folder)
    parts, skeletons = [], dict[Path, dict[str, Path]]()
    for each in folders_below(folder):
        prefix = "".join(f"{part}_" for part in each.relative_to(folder).parts)
        above = [skeletons[one] for one in each.parents if one in skeletons]
        contents = _sort(visible_files(each), headerless, above)
        skeletons[each] = contents.skeletons[0]
        parts.append(_acquired(contents, prefix))
    together = Acquired(
        files=tuple(file for part in parts for file in part.files),
        absent=tuple(entry for part in parts for entry in part.absent),
    )
    _check_tree(together, folder)
    return together


def folders_below(folder: Path) -> list[Path]:
    """Find a folder and the visible ones below it, each once, wherever links lead.

    Parameters
    ----------
    folder : Path
        Uppermost folder.

    Returns
    -------
    list of Path
        Sorted, folders before those in them. A folder that also lies below goes by its own name,
        not by that of a link; a link to a folder above leads nowhere new.
    """
    found: dict[Path, Path] = {}
    waiting, linked = [folder], list[Path]()
    while waiting or linked:
        current = (waiting or linked).pop(0)
        if found.setdefault(current.resolve(), current) is not current:
            continue
        inside = sorted(path for path in current.iterdir() if path.is_dir())
        for path in inside:
            if not path.name.startswith("."):
                (linked if path.is_symlink() else waiting).append(path)
    return sorted(found.values())


def _check_tree(acquired: Acquired, folder: Path) -> None:
    motions = [file for file in acquired.files if file.role == "motion"]
    if not motions:
        raise _no_recording(folder, "in or below it", acquired.absent)
    paths: dict[str, Path] = {}
    for motion in motions:
        other = paths.setdefault(motion.name, motion.path)
        if other != motion.path:
            raise SourceError(f"{other} and {motion.path} are both trial {motion.name!r}")


def _no_recording(folder: Path, where: str, absent: Iterable[Absent]) -> SourceError:
    reasons = [entry.reason for entry in absent]
    said = "".join(f"; {reason}" for reason in reasons[:NAMED])
    more = f"; and {len(reasons) - NAMED} more" if len(reasons) > NAMED else ""
    looked_for = ", ".join(BY_SUFFIX)
    problem = f"{folder} holds no recording: no file {where} has {looked_for}"
    return SourceError(f"{problem}{said}{more}")


def _acquired(contents: _Contents, prefix: str) -> Acquired:
    return Acquired(
        files=tuple(
            RawFile(prefix + trial, role, path, _hash_of(path))
            for trial, role, path in _roles(contents)
        ),
        absent=tuple(replace(entry, name=prefix + entry.name) for entry in _absent(contents)),
    )


def visible_files(folder: Path) -> list[Path]:
    """List the files of a folder that a user put there.

    Parameters
    ----------
    folder : Path
        The folder.

    Returns
    -------
    list of Path
        Sorted; without hidden ones and those that a run wrote.

    Raises
    ------
    SourceError
        When it is no folder.
    """
    if not folder.is_dir():
        raise SourceError(f"{folder} is not a folder; name the one that holds the recordings")
    paths = sorted(folder.iterdir())
    visible = [path for path in paths if path.is_file() and not path.name.startswith(".")]
    return [path for path in visible if not is_own(path)]


def _sort(
    paths: Sequence[Path], headerless: bool, above: Sequence[dict[str, Path]] = ()
) -> _Contents:
    paths = _without_further_frames(paths)
    annotations = by_trial(paths, ANNOTATION_SUFFIXES)
    annotation_paths = set(annotations.values())
    rest = [path for path in paths if path not in annotation_paths]
    reasons = {path: _why_prose(path, headerless) for path in rest}
    return _Contents(
        motions=by_trial([path for path in rest if not reasons[path]], tuple(BY_SUFFIX)),
        skeletons=(by_trial(rest, SKELETON_SUFFIXES), *above),
        annotations=annotations,
        prose={path: reason for path, reason in reasons.items() if reason},
    )


def by_trial(paths: Iterable[Path], suffixes: Sequence[str]) -> dict[str, Path]:
    """Index files by the trial that their names begin with.

    Parameters
    ----------
    paths : iterable of Path
        Files of one folder.
    suffixes : sequence of str
        Ends of names, in lower case; files with none of them are passed over.

    Returns
    -------
    dict of str to Path
        Trial -> its file.

    Raises
    ------
    SourceError
        When two files are of one trial.
    """
    found: dict[str, Path] = {}
    for path in paths:
        suffix = next((one for one in suffixes if path.name.lower().endswith(one)), None)
        if suffix is None:
            continue
        frame = frame_of(path.name)
        trial = path.name[: -len(suffix)] if frame is None else frame[0]
        if trial in found:
            raise SourceError(
                f"{path.parent}: {found[trial].name} and {path.name} are both of trial {trial!r}; "
                "leave one of them there"
            )
        found[trial] = path
    return found


def _why_prose(path: Path, headerless: bool) -> str:
    """Why a file is no recording; "" for what is one, or belongs to one."""
    if path.name.lower().endswith(SKELETON_SUFFIXES):
        return ""
    known = format_of(path.name)
    if known is None:
        return f"{path.name} is of no known format, so it is not read"
    if known.why_not is None:
        return ""
    line = _first_line(path)
    if headerless and known.headerless and is_headerless(line):
        return ""
    reason = known.why_not(line)
    return f"{path.name} {reason}, so it is not taken for a recording" if reason else ""


def _first_line(path: Path) -> str:
    with path.open(encoding="utf-8-sig", errors="replace") as stream:
        return stream.read(_BEGINNING) if path.suffix.lower() == ".json" else stream.readline()


def _without_further_frames(paths: Sequence[Path]) -> list[Path]:
    """Leave the first frame of a recording that has a file per frame, for all of them."""
    found: dict[tuple[str, str], Path] = {}
    for path in paths:
        frame = frame_of(path.name)
        found.setdefault((path.name, "file") if frame is None else (frame[0], "frames"), path)
    return list(found.values())


def _hash_of(path: Path) -> str:
    """The hash of a file, or of the hashes of all frames of which it is the first."""
    if frame_of(path.name) is None:
        return sha256_of(path)
    hashes = "".join(
        sha256_of(path.with_name(PurePosixPath(one).name))
        for one in frames_beside(str(path)).values()
    )
    return hashlib.sha256(hashes.encode()).hexdigest()


def _roles(contents: _Contents) -> Iterable[tuple[str, Role, Path]]:
    for trial, path in contents.motions.items():
        yield trial, "motion", path
        known = format_of(path.name)
        if known is not None and known.needs_skeleton:
            yield trial, "skeleton", _skeleton(trial, path, contents.skeletons)
        if trial in contents.annotations:
            yield trial, "annotation", contents.annotations[trial]


def _skeleton(trial: str, motion: Path, skeletons: Sequence[dict[str, Path]]) -> Path:
    parts = trial.split("_")
    stems = ["_".join(parts[:count]) for count in range(len(parts), 0, -1)]
    for of_folder in skeletons:
        named = next((of_folder[stem] for stem in stems if stem in of_folder), None)
        if named is not None:
            return named
        if len(of_folder) == 1:
            return next(iter(of_folder.values()))
    found = [path.name for of_folder in skeletons for path in of_folder.values()]
    raise SourceError(
        f"{motion}: trial {trial!r} needs its skeleton beside it, as {trial}.asf or "
        f"{parts[0]}.asf; there is {', '.join(found) or 'no .asf file'}"
    )


def _absent(contents: _Contents) -> Iterable[Absent]:
    for path, reason in contents.prose.items():
        yield Absent(printable(path.stem), "motion", printable(str(path)), printable(reason))
    for trial in sorted(contents.annotations.keys() - contents.motions.keys()):
        path = contents.annotations[trial]
        reason = f"there is an annotation, {path.name}, but no recording of that name"
        yield Absent(trial, "motion", str(path.parent), reason)
