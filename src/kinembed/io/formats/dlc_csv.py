"""Tables that DeepLabCut, Lightning Pose and EKS export as CSV.

Lines of header name scorers, individuals where there are several, body parts and coordinates; the
first column numbers frames. Coordinates are pixels, whose y points down. Parts of no individual
(``single``) are left out where others belong to one.
"""

import csv
from collections.abc import Sequence
from io import StringIO

import numpy as np
import pandas as pd
from jaxtyping import Float

from kinembed.core.errors import FormatError
from kinembed.io.formats.text import Line, is_number, read_lines, shorten
from kinembed.io.formats.timing import EvenTime, even_frames
from kinembed.motion.positions.recorded import RecordedPositions

HEADER = ("scorer", "individuals", "bodyparts", "coords")
_AXES, _CONFIDENCE = ("x", "y", "z"), "likelihood"
_UNIQUE = "single"
"""What DeepLabCut calls the owner of parts that belong to no animal."""
_MISSING = ("", "nan", "NaN", "NA")

Columns = dict[str, dict[str, dict[str, int]]]
"""Individual -> body part -> coordinate -> column."""


def parse_dlc_csv(text: str, *, file: str) -> list[RecordedPositions]:
    """Read the predictions in a CSV file of DeepLabCut or of programs that write alike.

    Parameters
    ----------
    text : str
        Content of the file.
    file : str
        Name of the file, for messages.

    Returns
    -------
    list of RecordedPositions
        Of each individual, keypoints in pixels with confidences; without a frame rate. Frames that
        the first column leaves out are not seen.

    Raises
    ------
    FormatError
        When the header is another, frames have names of pictures (training labels), a cell is no
        number, or frame numbers do not rise; with the line.
    """
    lines = read_lines(text, file)
    header, first = _header(lines, file)
    columns = _columns(header, file)
    rows = lines[first:]
    if not rows:
        raise FormatError(file, "expected rows below the header, found none", lines[-1].number)
    cells = _cells(rows, len(header["coords"]), file)
    time = _time(cells[0], rows, file)
    kept = [owner for owner in columns if owner != _UNIQUE or len(columns) == 1]
    notes = (*_passed_over(header["coords"]), *_without_owner(columns), *time.notes)
    numbers = {
        column: _numbers(cells[column], rows, column, file)
        for owner in kept
        for coordinates in columns[owner].values()
        for column in coordinates.values()
    }
    return [_individual(columns[owner], owner, numbers, time, notes) for owner in kept]


def _header(lines: Sequence[Line], file: str) -> tuple[dict[str, list[str]], int]:
    """Lines of the header by their first word, and the first line of the table."""
    found: dict[str, list[str]] = {}
    for line in lines[: len(HEADER)]:
        words = [word.strip() for word in next(csv.reader([line.text]))]
        if words[0].lower() not in HEADER:
            break
        found[words[0].lower()] = words
    for wanted in ("scorer", "bodyparts", "coords"):
        if wanted not in found:
            raise FormatError(file, f"expected a line {wanted!r} in the header of DeepLabCut", 1)
    return found, len(found)


def _columns(header: dict[str, list[str]], file: str) -> Columns:
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


def _cells(rows: Sequence[Line], columns: int, file: str) -> pd.DataFrame:
    for line in rows:
        found = line.text.count(",") + 1
        if found != columns:
            problem = f"expected {columns} columns, as the header has, found {found}"
            raise FormatError(file, problem, line.number)
    return pd.read_csv(
        StringIO("\n".join(line.text for line in rows)),
        header=None,
        dtype=str,
        keep_default_na=False,
        skip_blank_lines=False,
        quoting=csv.QUOTE_NONE,
    )


def _time(cells: "pd.Series[str]", rows: Sequence[Line], file: str) -> EvenTime:
    first = str(cells.iloc[0])
    if not is_number(first.strip()):
        raise FormatError(
            file,
            f"expected a frame number, found {shorten(first)}: these are training labels of single "
            "pictures; give the file of predictions (of analyze_videos)",
            rows[0].number,
        )
    numbers = _numbers(cells, rows, 0, file)
    return even_frames(
        numbers, file=file, line_of=lambda row: rows[row].number, column="frame numbers"
    )


def _numbers(
    cells: "pd.Series[str]", rows: Sequence[Line], column: int, file: str
) -> Float[np.ndarray, "rows"]:
    texts = cells.str.strip()
    values = pd.to_numeric(texts, errors="coerce").to_numpy(dtype=np.float64)
    for row in np.flatnonzero(~np.isfinite(values)).tolist():
        if texts.iloc[row] not in _MISSING:
            problem = f"expected a number in column {column + 1}, found {shorten(texts.iloc[row])}"
            raise FormatError(file, problem, rows[row].number)
    return values


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
    sure = [numbers[one[_CONFIDENCE]] if _CONFIDENCE in one else unknown for one in parts.values()]
    return RecordedPositions(
        time.apply(values),
        tuple(parts),
        None,
        up="z" if len(axes) == 3 else None,
        confidence=time.apply(np.stack(sure, axis=1)),
        individual=owner,
        file_frames=time.file_frames,
        notes=notes,
    )
