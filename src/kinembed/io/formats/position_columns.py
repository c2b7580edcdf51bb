"""What columns of a table of positions mean, by their names.

Conventions
-----------
* ``<joint>_x``, ``<joint>.x``, ``<joint> x`` and the same in capitals are positions; a last word of
  likelihood, score, confidence, conf, prob or p is the tracker's confidence.
* In the long form, a column names the joint and columns x, y and z its position.
* Columns of times, frame numbers and individuals have one of a few names; all others are passed
  over, and a note names them.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from kinembed.core.errors import FormatError
from kinembed.io.formats.text import shorten

TIMES = ("time", "time_s", "timestamp", "timestamps", "t", "time (seconds)", "time (s)")
FRAMES = ("frame", "frames", "fnum", "frame_idx", "frame_number", "frame_index", "frame#")
INDIVIDUALS = ("individual", "individuals", "track", "animal", "subject", "person", "instance")
JOINTS = ("joint", "bodypart", "bodyparts", "keypoint", "marker", "landmark", "node")
_POSITION = re.compile(r"(.+?)[ _.]([xyz])", re.IGNORECASE)
_CONFIDENCE = re.compile(r"(.+?)[ _.](likelihood|confidence|conf|score|prob|p)", re.IGNORECASE)
_ALONE = ("likelihood", "confidence", "conf", "score", "prob", "p")
NAMED = 8


@dataclass(frozen=True)
class PositionColumns:
    """Indices of columns in a table, from 0.

    Attributes
    ----------
    joints : dict of str to tuple of int
        Columns of each joint's axes x, y and, in three dimensions, z; in the long form, those of
        all joints under ``""``.
    confidences : dict of str to int
        Column of each joint's confidence, where it has one.
    time, frame, individual, joint : int or None
        Columns of times, frame numbers, names of individuals and, in the long form, of joints.
    passed_over : tuple of str
        Names of columns that mean nothing here.
    """

    joints: dict[str, tuple[int, ...]]
    confidences: dict[str, int]
    time: int | None
    frame: int | None
    individual: int | None
    joint: int | None
    passed_over: tuple[str, ...]

    @property
    def notes(self) -> tuple[str, ...]:
        """What the log is to say of columns that are passed over.

        Returns
        -------
        tuple of str
            One note, or none.
        """
        if not self.passed_over:
            return ()
        named = ", ".join(map(shorten, self.passed_over[:NAMED]))
        more = len(self.passed_over) - NAMED
        return (f"columns passed over: {named}" + (f" and {more} more" if more > 0 else ""),)


def columns_of(names: Sequence[str], *, file: str, line: int | None) -> PositionColumns:
    """Find what the columns of a table mean.

    Parameters
    ----------
    names : sequence of str
        Names of all columns, in order.
    file : str
        Name of the file, for messages.
    line : int or None
        Line of the header, for messages.

    Returns
    -------
    PositionColumns
        Columns of positions, confidences, time and names.

    Raises
    ------
    FormatError
        When two columns have one name, no column is a position, or a joint lacks an axis.
    """
    _check_distinct(names, file, line)
    known = {
        kind: _first(names, words)
        for kind, words in (
            ("time", TIMES),
            ("frame", FRAMES),
            ("individual", INDIVIDUALS),
            ("joint", JOINTS),
        )
    }
    if known["joint"] is not None and _first(names, ("x",)) is not None:
        joints, confidences = _long(names, file, line)
    else:
        joints, confidences = _wide(names, file, line)
    positions = (column for axes in joints.values() for column in axes)
    used = {*positions, *confidences.values(), *known.values()}
    rest = (name for column, name in enumerate(names) if name and column not in used)
    return PositionColumns(joints, confidences, **known, passed_over=tuple(rest))


def names_positions(names: Sequence[str]) -> bool:
    """Tell whether a header names a position.

    Parameters
    ----------
    names : sequence of str
        Names of columns.

    Returns
    -------
    bool
        Whether one of them is that of a position, or the table is in the long form.
    """
    lower = [name.lower() for name in names]
    long = any(name in JOINTS for name in lower) and "x" in lower and "y" in lower
    return long or any(_POSITION.fullmatch(name) for name in names)


def _check_distinct(names: Sequence[str], file: str, line: int | None) -> None:
    for number, name in enumerate(names, start=1):
        if name and name in names[: number - 1]:
            raise FormatError(file, f"column {number}, {shorten(name)}, comes twice", line)


def _first(names: Sequence[str], words: Sequence[str]) -> int | None:
    """The column that has one of some names, the first of them before the others."""
    lower = [name.lower() for name in names]
    return next((lower.index(word) for word in words if word in lower), None)


def _long(
    names: Sequence[str], file: str, line: int | None
) -> tuple[dict[str, tuple[int, ...]], dict[str, int]]:
    axes = [_first(names, (axis,)) for axis in "xyz"]
    found = tuple(axis for axis in axes if axis is not None)
    if axes[1] is None:
        raise FormatError(file, "expected a column y beside x", line)
    confidence = _first(names, _ALONE)
    return {"": found}, {} if confidence is None else {"": confidence}


def _wide(
    names: Sequence[str], file: str, line: int | None
) -> tuple[dict[str, tuple[int, ...]], dict[str, int]]:
    axes: dict[str, dict[str, int]] = {}
    for column, name in enumerate(names):
        if match := _POSITION.fullmatch(name):
            axes.setdefault(match[1], {})[match[2].lower()] = column
    if not axes:
        raise FormatError(file, "expected columns <joint>_x and <joint>_y, found none", line)
    wanted = "xyz" if any("z" in found for found in axes.values()) else "xy"
    for joint, found in axes.items():
        lacking = [axis for axis in wanted if axis not in found]
        if lacking:
            problem = f"joint {shorten(joint)} lacks a column {joint}_{lacking[0]}"
            raise FormatError(file, problem, line)
    confidences = {}
    for column, name in enumerate(names):
        match = _CONFIDENCE.fullmatch(name)
        if match and match[1] in axes:
            confidences[match[1]] = column
    joints = {joint: tuple(found[axis] for axis in wanted) for joint, found in axes.items()}
    return joints, confidences
