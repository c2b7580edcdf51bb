"""Tables of markers: TRC (OpenSim, Pose2Sim), and CSV of OptiTrack Motive and of Vicon Nexus.

Each has a few lines of header, of which one names markers above the first of their three columns,
and a row of numbers per frame. Cells of a marker that was not seen are empty.

Conventions
-----------
* Frames that the numbering leaves out were not seen.
* The times of TRC count where they say another rate than the header.
* A file that is cut off within a line is refused. Of TRC, whose files are often shortened by hand,
  a header that counts other frames is then only noted.
* y points up in TRC and Motive, z in Nexus; lengths are in the file's unit.
* Of Motive, markers are read, not bones and rigid bodies, whose pivots are computed from them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from io import StringIO

import numpy as np
import pandas as pd
from jaxtyping import Float

from kinembed.core.errors import FormatError
from kinembed.io.formats.markers import individuals_of_markers, note_of_up
from kinembed.io.formats.text import csv_rows, is_number, shorten
from kinembed.io.formats.timing import ABSENT, EvenTime, even_frames
from kinembed.motion.positions.recorded import RecordedPositions, Up

MOTIVE, NEXUS = "Format Version", "Trajectories"
"""How the first lines of such CSV files begin."""
_FRAMES = "Frame"
_SAME_RATE = 0.01
"""By which share rates may differ and count as the same."""
_TIME_STEP = 0.01
"""Seconds; to what times are rounded at worst."""
_TRC_HEADER, _NEXUS_HEADER, _MOTIVE_HEADER = 5, 5, 7
_MOTIVE_FRAMES = "Total Exported Frames"


@dataclass(frozen=True, eq=False)
class _Table:
    """Columns of numbers, a row per frame, and the line of each."""

    values: Float[np.ndarray, "frames columns"]
    lines: list[int]


def parse_trc(text: str, *, file: str) -> list[RecordedPositions]:
    """Read the markers of a TRC file.

    Parameters
    ----------
    text : str
        Content of the file, its columns separated by tabs or commas.
    file : str
        Name of the file, for messages.

    Returns
    -------
    list of RecordedPositions
        Markers of each subject, y up, in the file's unit of length.

    Raises
    ------
    FormatError
        When the header is not that of a TRC file, a cell is no number, rows differ in length, or
        the file ends within a line; with the line.
    """
    rows = _rows(text, file, _TRC_HEADER, "\t" if "\t" in text[:2000] else ",")
    first = _cell(rows[0], 0)
    if not first.startswith("PathFileType"):
        raise FormatError(file, f"expected PathFileType, found {shorten(first)}", 1)
    settings = [word for word in rows[2] if word]
    if not settings or not is_number(settings[0]):
        raise FormatError(file, "expected the DataRate in Hz first in line 3", 3)
    _refuse_cut(text, rows[_TRC_HEADER:], file, len(rows))
    if len(settings) > 2 and not _ends_a_line(text):
        _refuse_count(settings[2], "NumFrames", 3, rows[_TRC_HEADER:], file, miscount=0)
    rate, said = float(settings[0]), _trc_notes(rows, settings)
    found = _markers(rows, 3, 2, _TRC_HEADER, rate, "y", file, said, timed=True)
    return [replace(one, notes=(*one.notes, *note_of_up(one.values, "y"))) for one in found]


def _trc_notes(rows: Sequence[list[str]], settings: Sequence[str]) -> tuple[str, ...]:
    """Where the header says another number of frames or markers than there are."""
    held = {
        "frames": sum(any(row) for row in rows[_TRC_HEADER:]),
        "markers": sum(bool(name) for name in rows[3][2:]),
    }
    said = zip(held.items(), settings[2:4], strict=False)
    return tuple(
        f"says {stated} {what} and holds {count}"
        for (what, count), stated in said
        if is_number(stated) and float(stated) != count
    )


def parse_motive_csv(text: str, *, file: str) -> list[RecordedPositions]:
    """Read the markers of a CSV file that OptiTrack Motive exports.

    Parameters
    ----------
    text : str
        Content of the file.
    file : str
        Name of the file, for messages.

    Returns
    -------
    list of RecordedPositions
        Markers of each subject, y up, in the file's unit of length.

    Raises
    ------
    FormatError
        When the header is not that of Motive or counts other frames, a cell is no number, rows
        differ in length, or the last line is cut off; with the line.
    """
    rows = _rows(text, file, _MOTIVE_HEADER - 1, ",")
    header = dict(zip(rows[0][::2], rows[0][1::2], strict=False))
    rate = header.get("Export Frame Rate") or header.get("Capture Frame Rate", "")
    if not is_number(rate):
        raise FormatError(file, "expected 'Export Frame Rate' in Hz in line 1", 1)
    kinds = _line_of(rows, "Type", file)
    names, what = _line_of(rows, "Name", file), rows[_index_of(rows, "ID", file) + 1]
    first = _index_of(rows, "ID", file) + 3
    _refuse_cut(text, rows[first:], file, len(rows))
    stated, miscount = header.get(_MOTIVE_FRAMES, ""), int(_ends_a_line(text))
    _refuse_count(stated, _MOTIVE_FRAMES, 1, rows[first:], file, miscount)
    wanted = [
        column
        for column, (kind, meant) in enumerate(zip(kinds, what, strict=False))
        if "Marker" in kind and meant == "Position"
    ]
    columns = [0, 1, *wanted]
    picked = [[_cell(row, column) for column in columns] for row in rows[first:]]
    named = ["", "", *(_cell(names, column) for column in wanted)]
    passed_over = sorted({kind for kind in kinds[2:] if kind and "Marker" not in kind})
    notes = (f"columns of {', '.join(passed_over)} are passed over",) if passed_over else ()
    return _markers([named, *picked], 0, 2, 1, float(rate), "y", file, notes, first)


def parse_nexus_csv(text: str, *, file: str) -> list[RecordedPositions]:
    """Read the trajectories of a CSV file that Vicon Nexus exports.

    Parameters
    ----------
    text : str
        Content of the file; what stands before or after the block of trajectories is passed over.
    file : str
        Name of the file, for messages.

    Returns
    -------
    list of RecordedPositions
        Markers of each subject, z up, in the file's unit of length.

    Raises
    ------
    FormatError
        When there is no block of trajectories, a cell is no number, rows differ in length, or the
        last line is cut off; with the line.
    """
    rows = _rows(text, file, 1, ",")
    start = next((at for at, row in enumerate(rows) if row and row[0] == NEXUS), None)
    if start is None or len(rows) < start + _NEXUS_HEADER:
        raise FormatError(file, f"expected a block {NEXUS!r} with its header, found none")
    if not is_number(_cell(rows[start + 1], 0)):
        raise FormatError(file, "expected a frame rate in Hz below 'Trajectories'", start + 2)
    ends = (at for at in range(start + 5, len(rows)) if not any(rows[at]))
    block = rows[start : next(ends, len(rows))]
    if start + len(block) == len(rows):
        _refuse_cut(text, block[_NEXUS_HEADER:], file, len(rows))
    rate = float(rows[start + 1][0])
    return _markers(block, 2, 2, _NEXUS_HEADER, rate, "z", file, (), start)


def _rows(text: str, file: str, header: int, separator: str) -> list[list[str]]:
    """Cells by line, stripped."""
    rows = [[cell.strip() for cell in row] for _, row in csv_rows(StringIO(text), file, separator)]
    while rows and not any(rows[-1]):
        rows.pop()
    if len(rows) <= header:
        raise FormatError(file, f"expected rows below the {header} lines of header, found none")
    return rows


def _refuse_cut(text: str, rows: Sequence[list[str]], file: str, line: int) -> None:
    """Refuse a file that ends within its last line: the last number there may lack digits."""
    whole = max((len(row) for row in rows[:-1]), default=0)
    if rows and len(rows[-1]) < whole and not _ends_a_line(text):
        problem = f"expected {whole} columns, found {len(rows[-1])} where the file ends"
        todo = "export it again, or end the line if nothing is lacking"
        raise FormatError(file, f"{problem} within a line: {todo}", line)


def _refuse_count(
    stated: str, key: str, line: int, rows: Sequence[list[str]], file: str, miscount: int
) -> None:
    """Refuse a number of frames that is further from the header's than a program may miscount."""
    held = [row[0] for row in rows if any(row)]
    if not (held and is_number(stated)):
        return
    counts = [len(held)]
    if is_number(held[0]) and is_number(held[-1]):  # some programs count what they leave out
        counts.append(int(float(held[-1]) - float(held[0])) + 1)
    if min(abs(float(stated) - count) for count in counts) > miscount:
        problem = f"expected {stated} frames, as {key!r} says, found {len(held)}"
        todo = f"export the file again, or correct {key!r} if nothing is lacking"
        raise FormatError(file, f"{problem}: {todo}", line)


def _ends_a_line(text: str) -> bool:
    return text.endswith(("\n", "\r"))


def _markers(
    rows: Sequence[list[str]],
    names: int,
    first: int,
    header: int,
    rate: float,
    up: Up,
    file: str,
    notes: tuple[str, ...] = (),
    above: int = 0,
    timed: bool = False,
) -> list[RecordedPositions]:
    """Markers named in row `names`, their columns from `first` on, frames from row `header` on."""
    found = list(rows[names][first::3])
    while found and not found[-1]:
        found.pop()
    table = _numbers(rows[header:], first + 3 * len(found), file, above + header + 1)
    positions = table.values[:, first:].reshape(len(table.values), -1, 3)
    even = even_frames(
        table.values[:, 0], file=file, line_of=table.lines.__getitem__, column=_FRAMES
    )
    if timed:
        rate, said = _timed_rate(table.values[:, :2], rate)
        notes = (*notes, *said)
    return individuals_of_markers(
        even.apply(positions),
        found,
        file=file,
        frame_rate=rate,
        up=up,
        file_frames=even.file_frames,
        notes=(*notes, *even.notes[: _absent(even)]),
    )


def _absent(even: EvenTime) -> int:
    """How many of the notes say that frames are absent."""
    return int((even.before == ABSENT).any())


def _timed_rate(table: Float[np.ndarray, "frames 2"], rate: float) -> tuple[float, tuple[str, ...]]:
    """The rate that the column of times says, in Hz, where it is another than the header's."""
    (first, start), (last, end) = table[0], table[-1]
    if not end > start:
        return rate, ()
    step = float(np.gcd.reduce(np.diff(table[:, 0]).astype(np.int64)))
    timed = (last - first) / step / (end - start)
    rounding = _TIME_STEP / (end - start)
    if abs(timed - rate) <= (_SAME_RATE + rounding) * timed:
        return rate, ()
    timed = float(f"{timed:.6g}")
    return timed, (f"its times say {timed:g} Hz and its header {rate:g} Hz: its times count",)


def _numbers(rows: Sequence[list[str]], columns: int, file: str, line: int) -> _Table:
    """Cells as numbers, empty ones as NaN; blank lines are passed over."""
    kept = [(line + at, row) for at, row in enumerate(rows) if any(row)]
    if not kept:
        raise FormatError(file, "expected rows of frames below the header, found none", line)
    for number, row in kept:
        if any(row[columns:]) or len(row) < 2:
            problem = f"expected {columns} columns, found {len(row)}"
            raise FormatError(file, problem, number)
    cells = pd.DataFrame([row[:columns] + [""] * (columns - len(row)) for _, row in kept])
    values = cells.apply(pd.to_numeric, errors="coerce").to_numpy(dtype=np.float64)
    wrong = np.argwhere(~np.isfinite(values) & ~_missing(cells))
    if len(wrong):
        at, column = wrong[0].tolist()
        cell = shorten(str(cells.iloc[at, column]))
        problem = f"expected a number in column {column + 1}, found {cell}"
        raise FormatError(file, problem, kept[at][0])
    return _Table(values, [number for number, _ in kept])


def _missing(cells: pd.DataFrame) -> np.ndarray:
    return cells.isin(["", "nan", "NaN", "NAN"]).to_numpy()


def _index_of(rows: Sequence[list[str]], word: str, file: str) -> int:
    """The line of Motive's header whose second cell is a word."""
    for at, row in enumerate(rows[:_MOTIVE_HEADER]):
        if len(row) > 1 and row[1] == word:
            return at
    raise FormatError(file, f"expected a line {word!r} in the header of Motive, found none")


def _line_of(rows: Sequence[list[str]], word: str, file: str) -> list[str]:
    return rows[_index_of(rows, word, file)]


def _cell(row: Sequence[str], column: int) -> str:
    return row[column] if column < len(row) else ""
