"""Markers with names, as motion capture stores them: whose they are, and names that come twice."""

from collections.abc import Sequence
from itertools import count

import numpy as np
from jaxtyping import Float, Int

from kinembed.core.errors import FormatError
from kinembed.motion.positions.recorded import RecordedPositions, Up

NAMED = 8
"""Markers that a note lists, at most."""
_STANDS = 2.0
"""How much longer along one axis than along another markers must be to stand along it."""


def individuals_of_markers(
    values: Float[np.ndarray, "frames markers 3"],
    names: Sequence[str],
    *,
    file: str,
    frame_rate: float,
    up: Up,
    file_frames: Int[np.ndarray, "frames"] | None = None,
    notes: Sequence[str] = (),
) -> list[RecordedPositions]:
    """Sort markers by the subjects that wear them.

    Parameters
    ----------
    values : ndarray of float, shape (frames, markers, 3)
        Positions, NaN where a marker was not seen.
    names : sequence of str
        Name of each marker; ``""`` and names that begin with ``*`` are of unlabelled ones, which
        are left out.
    file : str
        Name of the file, for messages.
    frame_rate : float
        Hz.
    up : {"y", "-y", "z", "-z"}
        Axis that points up.
    file_frames : ndarray of int, shape (frames,), optional
        Number of each frame in the file's counting.
    notes : sequence of str
        What else the log is to say.

    Returns
    -------
    list of RecordedPositions
        One individual, or one for each prefix where several subjects have markers such as
        ``Ann:LASI`` and ``Bob:LASI``; markers without a prefix are then left out.

    Raises
    ------
    FormatError
        When no marker has a name, there is no frame, or the frame rate is not positive.
    """
    labelled = [index for index, name in enumerate(names) if name and not name.startswith("*")]
    if not labelled or len(values) == 0:
        raise FormatError(file, "expected markers with names, found none")
    if not (np.isfinite(frame_rate) and frame_rate > 0):
        raise FormatError(file, f"expected a frame rate above 0, found {frame_rate:g}")
    joints, twice = _distinct([names[index] for index in labelled])
    found = {
        subject: RecordedPositions(
            np.ascontiguousarray(values[:, [labelled[index] for index in own]]),
            tuple(joints[index].removeprefix(f"{subject}:" if subject else "") for index in own),
            frame_rate,
            up,
            individual=subject,
            file_frames=file_frames,
            notes=(*notes, *twice, *_left_out(joints, subject)),
        )
        for subject, own in _subjects(joints).items()
    }
    return list(found.values())


def note_of_up(values: Float[np.ndarray, "frames markers 3"], up: Up) -> tuple[str, ...]:
    """Say where a body stands along another axis than the one that is up by custom alone.

    Parameters
    ----------
    values : ndarray of float, shape (frames, markers, 3)
        Positions, NaN where a marker was not seen.
    up : {"y", "z"}
        Axis that is read as up.

    Returns
    -------
    tuple of str
        One note, where markers are twice as far apart along the other of y and z; or none.
    """
    seen = values[np.isfinite(values).all(axis=2).any(axis=1)]
    if len(seen) == 0:
        return ()
    extents = np.median(np.nanmax(seen, axis=1) - np.nanmin(seen, axis=1), axis=0)
    along_x, along_y, along_z = extents.tolist()
    other = "z" if up == "y" else "y"
    along, across = (along_z, along_y) if up == "y" else (along_y, along_z)
    if along <= max(_STANDS * across, along_x):
        return ()
    found = f"markers stand along {other} and {up} is read as up"
    return (f"{found}; if {other} is, set ingestion.positions.up={other}",)


def _distinct(names: Sequence[str]) -> tuple[list[str], tuple[str, ...]]:
    """Names of their own: the second ``LANK`` becomes ``LANK-2``."""
    taken, distinct = set(names), list(names)
    twice: dict[str, str] = {}
    for at, name in enumerate(names):
        if name in names[:at]:
            number = next(each for each in count(2) if f"{name}-{each}" not in taken)
            distinct[at] = f"{name}-{number}"
            taken.add(distinct[at])
            twice.setdefault(name, distinct[at])
    if not twice:
        return distinct, ()
    now = _listed([f"{name} (now {other})" for name, other in twice.items()])
    return distinct, (f"markers of one name are numbered: {now}",)


def _subjects(joints: Sequence[str]) -> dict[str, list[int]]:
    """Markers by prefix where there are several; else all of them, under no name."""
    prefixes = [name.rpartition(":")[0] for name in joints]
    subjects = list(dict.fromkeys(prefix for prefix in prefixes if prefix))
    if len(subjects) < 2:
        return {"": list(range(len(joints)))}
    return {
        subject: [index for index, prefix in enumerate(prefixes) if prefix == subject]
        for subject in subjects
    }


def _left_out(joints: Sequence[str], subject: str) -> tuple[str, ...]:
    """Markers of no subject, where others belong to one."""
    rest = [name for name in joints if subject and ":" not in name]
    return (f"markers of no subject are left out: {_listed(rest)}",) if rest else ()


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more
