"""Columns of DeepLabCut's tables, in CSV and HDF5: individual, body part, coordinate.

Coordinates are pixels, whose y points down. Parts of no individual (``single``) are left out where
others belong to one.
"""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from jaxtyping import Float

from kinembed.core.errors import FormatError
from kinembed.io.formats.timing import EvenTime
from kinembed.motion.positions.recorded import RecordedPositions

TRAINING_LABELS = (
    "these are training labels of single pictures; give the file of predictions (of analyze_videos)"
)
"""What is said of files ``CollectedData_*``."""
_AXES, _CONFIDENCE = ("x", "y", "z"), "likelihood"
_UNIQUE = "single"
"""What DeepLabCut calls the owner of parts that belong to no animal."""

Columns = dict[str, dict[str, dict[str, int]]]
"""Individual -> body part -> coordinate -> column."""


def individuals_of(
    columns: Columns,
    coordinates: Sequence[str],
    numbers_of: Callable[[int], Float[np.ndarray, "rows"]],
    time: EvenTime,
) -> list[RecordedPositions]:
    """Make individuals of columns.

    Parameters
    ----------
    columns : Columns
        As :func:`columns_of` finds them.
    coordinates : sequence of str
        Names of all coordinates, for a note of those that are passed over.
    numbers_of : callable
        From a column to its numbers, shape (rows,); NaN where a cell is empty.
    time : EvenTime
        Which row is which frame.

    Returns
    -------
    list of RecordedPositions
        Of each individual, keypoints in pixels with confidences; without a frame rate.
    """
    kept = [owner for owner in columns if owner != _UNIQUE or len(columns) == 1]
    notes = (*_passed_over(coordinates), *_without_owner(columns), *time.notes)
    numbers = {
        column: numbers_of(column)
        for owner in kept
        for one in columns[owner].values()
        for column in one.values()
    }
    return [_individual(columns[owner], owner, numbers, time, notes) for owner in kept]


def columns_of(header: Mapping[str, Sequence[str]], *, file: str) -> Columns:
    """Find the columns of each individual's body parts.

    Parameters
    ----------
    header : mapping of str to sequence of str
        ``bodyparts``, ``coords`` and, where there are several, ``individuals``: a word per column,
        of which the first numbers frames.
    file : str
        Name of the file, for messages.

    Returns
    -------
    Columns
        Columns of coordinates and likelihoods.

    Raises
    ------
    FormatError
        When lines differ in length, a part has a coordinate twice, or x or y is absent.
    """
    parts, coordinates = header["bodyparts"], header["coords"]
    owners = header.get("individuals", [""] * len(parts))
    if not len(parts) == len(coordinates) == len(owners):
        raise FormatError(file, "the lines of the header differ in length", 1)
    found: Columns = {}
    for column, (owner, part, name) in enumerate(zip(owners, parts, coordinates, strict=True)):
        if column and name in (*_AXES, _CONFIDENCE):
            of_part = found.setdefault(owner, {}).setdefault(part, {})
            if name in of_part:
                problem = f"column {column + 1}: {part} has two columns {name}"
                raise FormatError(file, f"{problem}; keypoints must be named apart", 1)
            of_part[name] = column
    lacking = [
        part
        for of_owner in found.values()
        for part, one in of_owner.items()
        if not one.keys() >= {"x", "y"}
    ]
    if lacking or not found:
        what = f"x and y of {lacking[0]}" if lacking else "coordinates x and y"
        raise FormatError(file, f"expected {what}, found none", 1)
    return found


def _passed_over(coordinates: Sequence[str]) -> tuple[str, ...]:
    known = {*_AXES, _CONFIDENCE, "coords", ""}
    rest = list(dict.fromkeys(name for name in coordinates if name not in known))
    return (f"coordinates passed over: {', '.join(rest)}",) if rest else ()


def _without_owner(columns: Columns) -> tuple[str, ...]:
    if _UNIQUE not in columns or len(columns) == 1:
        return ()
    return (f"parts of no individual are left out: {', '.join(columns[_UNIQUE])}",)


def _individual(
    parts: dict[str, dict[str, int]],
    owner: str,
    numbers: dict[int, Float[np.ndarray, "rows"]],
    time: EvenTime,
    notes: tuple[str, ...],
) -> RecordedPositions:
    axes = [axis for axis in _AXES if all(axis in one for one in parts.values())]
    values = np.stack(
        [np.stack([numbers[one[axis]] for axis in axes], axis=1) for one in parts.values()], axis=1
    )
    unknown = np.full(len(values), np.nan)
    confidences = [
        numbers[one[_CONFIDENCE]] if _CONFIDENCE in one else unknown for one in parts.values()
    ]
    return RecordedPositions(
        time.apply(values),
        tuple(parts),
        None,
        up="z" if len(axes) == 3 else None,
        confidence=time.apply(np.stack(confidences, axis=1)),
        individual=owner,
        file_frames=time.file_frames,
        notes=notes,
    )
