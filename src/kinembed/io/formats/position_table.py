"""Tables of joint positions: CSV and Parquet, a row per frame.

Conventions
-----------
* Columns are ``<joint>_x``, ``<joint>_y`` and, in three dimensions, ``<joint>_z``, of every joint
  alike and in any order; joints come in the order of their first columns.
* A column ``time`` or ``time_s`` holds seconds at even steps, and says the frame rate; a column
  ``frame`` holds whole numbers that rise by one. Both are optional.
* A joint that was not seen has empty cells (or ``nan``). Columns of CSV are separated by commas.
"""

from collections.abc import Callable, Sequence
from io import BytesIO, StringIO

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from jaxtyping import Float

from kinembed.core.errors import FormatError
from kinembed.io.formats.channels import require
from kinembed.io.formats.text import Line, csv_words, is_number, read_lines, shorten
from kinembed.io.formats.timing import check_frames, rate_of_times
from kinembed.motion.kinematics import forward_kinematics
from kinembed.motion.motion import Motion, Representation
from kinembed.motion.positions import RecordedPositions

TIMES = ("time", "time_s")
FRAMES = ("frame",)
_AXES = {"_x": 0, "_y": 1, "_z": 2}
_MISSING = ("", "nan", "NaN", "NA")

Table = Float[np.ndarray, "frames columns"]


def parse_position_csv(text: str, *, file: str) -> list[RecordedPositions]:
    """Read joint positions from CSV.

    Parameters
    ----------
    text : str
        Content of the file.
    file : str
        Name of the file, for messages.

    Returns
    -------
    list of RecordedPositions
        In two dimensions or three, y up; NaN where a cell is empty. The frame rate is None where
        the file has no column of times.

    Raises
    ------
    FormatError
        When a column is not known or comes twice, a joint lacks an axis, rows are missing or of
        another width, a cell is not a finite number, or times or frames do not rise evenly; with
        the line.
    """
    lines = read_lines(text, file)
    names = csv_words(lines[0], file)
    if len(lines) == 1:
        raise FormatError(file, "expected rows below the header, found none", lines[0].number)
    values = _numbers(lines[1:], names, file)
    return _positions(names, values, file, lambda row: lines[row + 1].number, lines[0].number)


def parse_position_parquet(content: bytes, *, file: str) -> list[RecordedPositions]:
    """Read joint positions from a Parquet file, the same table as in CSV.

    Parameters
    ----------
    content : bytes
        Content of the file.
    file : str
        Name of the file, for messages.

    Returns
    -------
    list of RecordedPositions
        In two dimensions or three, y up; NaN where a value is absent. The frame rate is None where
        the file has no column of times.

    Raises
    ------
    FormatError
        When the file is no Parquet file or holds no row, a column is not of numbers, not known or
        comes twice, a joint lacks an axis, or times or frames do not rise evenly; with the row.
    """
    try:
        table = pq.read_table(BytesIO(content))
    except (pa.ArrowException, OSError) as problem:
        raise FormatError(file, f"expected a Parquet file, but {problem}") from problem
    names = [name.strip() for name in table.column_names]
    for name, column in zip(names, table.columns, strict=True):
        if not (pa.types.is_integer(column.type) or pa.types.is_floating(column.type)):
            raise FormatError(file, f"expected numbers in column {name!r}, found {column.type}")
    if not names or not len(table):
        raise FormatError(file, "expected columns with at least one row, found none")
    columns = [column.to_pandas().to_numpy(dtype=np.float64) for column in table.columns]
    return _positions(names, np.stack(columns, axis=1), file, lambda row: row + 1, None)


def write_position_csv(motion: Motion) -> str:
    """Write a motion of positions as CSV, with a column ``time`` in seconds.

    Parameters
    ----------
    motion : Motion
        Positions.

    Returns
    -------
    str
        Content of the file, a row per frame.

    Raises
    ------
    DataError
        When the motion does not hold positions.
    """
    return _frame(motion).to_csv(index=False, lineterminator="\n")


def write_position_parquet(motion: Motion) -> bytes:
    """Write a motion of positions as a Parquet file, with a column ``time`` in seconds.

    Parameters
    ----------
    motion : Motion
        Positions.

    Returns
    -------
    bytes
        Content of the file, a row per frame.

    Raises
    ------
    DataError
        When the motion does not hold positions.
    """
    return _frame(motion).to_parquet(index=False)


def has_positions(header: str) -> bool:
    """Tell whether the first line of a CSV file names a position, here or as DeepLabCut does.

    Parameters
    ----------
    header : str
        First line of the file.

    Returns
    -------
    bool
        True for a name that ends in ``_x``, ``_y`` or ``_z``, or a first column ``scorer``.
    """
    words = [word.strip().strip('"').lower() for word in header.split(",")]
    return words[0] == "scorer" or any(word[-2:] in _AXES and word[:-2] for word in words)


def _frame(motion: Motion) -> pd.DataFrame:
    require(Representation.POSITIONS, motion, "a table of positions")
    positions = forward_kinematics(motion).reshape(len(motion), -1)
    names = [f"{joint}{axis}" for joint in motion.skeleton.joints for axis in _AXES]
    table = pd.DataFrame(positions, columns=names)
    table.insert(0, TIMES[0], np.arange(len(motion)) / motion.frame_rate)
    return table


def _numbers(lines: Sequence[Line], names: Sequence[str], file: str) -> Table:
    """Cells as numbers, empty ones as NaN."""
    for line in lines:
        found = line.text.count(",") + 1
        if found != len(names):
            problem = f"expected {len(names)} columns, as the header has, found {found}"
            raise FormatError(file, f"{problem} in {shorten(line.text)}", line.number)
    rows = StringIO("\n".join(line.text for line in lines))
    try:
        table = pd.read_csv(
            rows,
            header=None,
            dtype=np.float64,
            na_values=list(_MISSING),
            keep_default_na=False,
            skip_blank_lines=False,
            skipinitialspace=True,
        )
    except ValueError as problem:
        raise _wrong_cell(lines, names, file) from problem
    values: Table = table.to_numpy()
    if np.isinf(values).any():
        raise _wrong_cell(lines, names, file)
    return values


def _wrong_cell(lines: Sequence[Line], names: Sequence[str], file: str) -> FormatError:
    for line in lines:
        for number, (name, word) in enumerate(zip(names, line.text.split(","), strict=True), 1):
            cell = word.strip()
            if cell not in _MISSING and not is_number(cell):
                problem = f"expected a number in column {number} ({name}), found {shorten(cell)}"
                return FormatError(file, problem, line.number)
    return FormatError(file, "expected finite numbers", lines[0].number)


def _positions(
    names: Sequence[str],
    values: Table,
    file: str,
    line_of: Callable[[int], int],
    header: int | None,
) -> list[RecordedPositions]:
    _check_names(names, file, header)
    places = {name: index for index, name in enumerate(names)}
    joints, axes = _joints(names, file, header)
    columns = [[places[f"{joint}{axis}"] for axis in axes] for joint in joints]
    rate = None
    for place, name in enumerate(names):
        if name.lower() in TIMES:
            rate = rate_of_times(values[:, place], file=file, line_of=line_of, column=name)
        if name.lower() in FRAMES:
            check_frames(values[:, place], file=file, line_of=line_of, column=name)
    return [RecordedPositions(values[:, np.array(columns)], joints, rate, up="y")]


def _check_names(names: Sequence[str], file: str, line: int | None) -> None:
    for number, name in enumerate(names, start=1):
        known = name.lower() in (*TIMES, *FRAMES) or (name[-2:] in _AXES and name[:-2])
        if not known:
            problem = (
                f"expected columns <joint>_x, <joint>_y (and <joint>_z), time or frame, found "
                f"{shorten(name)} as column {number}"
            )
            raise FormatError(file, problem, line)
        if name in names[: number - 1]:
            raise FormatError(file, f"column {number}, {shorten(name)}, comes twice", line)


def _joints(
    names: Sequence[str], file: str, line: int | None
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Joints, and the axes that all of them have."""
    pairs = [(name[:-2], name[-2:]) for name in names if name[-2:] in _AXES]
    axes: dict[str, set[str]] = {}
    for joint, axis in pairs:
        axes.setdefault(joint, set()).add(axis)
    if not axes:
        raise FormatError(file, "expected columns <joint>_x and <joint>_y, found none", line)
    wanted = ("_x", "_y", "_z") if any(axis == "_z" for _, axis in pairs) else ("_x", "_y")
    for joint, found in axes.items():
        lacking = [axis for axis in wanted if axis not in found]
        if lacking:
            raise FormatError(
                file, f"joint {shorten(joint)} lacks a column {joint}{lacking[0]}", line
            )
    return tuple(axes), wanted
