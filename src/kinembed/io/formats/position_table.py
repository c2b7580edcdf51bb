"""Tables of joint positions: CSV and Parquet, a row per frame or, in the long form, per joint.

Conventions
-----------
* Names say what columns mean (:mod:`kinembed.io.formats.position_columns`); joints
  come in the order of their first columns.
* A column of times says the frame rate; one of frame numbers says which frames are absent
  (:mod:`kinembed.io.formats.timing`). Both are optional.
* A joint that was not seen has empty cells (or ``nan``). Columns of CSV are separated by commas,
  semicolons or tabs; where they are not separated by commas, numbers may have decimal commas.
* A CSV table without a header holds x, y and, in three dimensions, z of joints that are named
  elsewhere, one joint after the other.
"""

import csv
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from io import StringIO

import numpy as np
import pandas as pd
import pyarrow as pa
from jaxtyping import Float, Int

from kinembed.core.errors import FormatError
from kinembed.core.spreadsheets import escaped_table, plain
from kinembed.io.formats.channels import require
from kinembed.io.formats.markers import note_of_up
from kinembed.io.formats.parquet_table import read_parquet
from kinembed.io.formats.position_columns import (
    TIMES,
    PositionColumns,
    columns_of,
    names_positions,
)
from kinembed.io.formats.text import (
    Line,
    begins_with_number,
    csv_words,
    is_number,
    read_lines,
    shorten,
)
from kinembed.io.formats.timing import (
    EvenTime,
    as_they_are,
    even_frames,
    even_times,
    frames_at_rate,
    step_of,
    whole,
)
from kinembed.motion.kinematics import forward_kinematics
from kinembed.motion.motion import Motion, Representation
from kinembed.motion.positions import RecordedPositions

_AXES = ("_x", "_y", "_z")
_MISSING = ("", "nan", "NaN", "NA")
_SEPARATORS = "\t;,"


@dataclass(frozen=True, eq=False)
class _Table:
    """A table of one file: its columns, their numbers and texts, and where its rows stand."""

    columns: PositionColumns
    names: tuple[str, ...]
    numbers: dict[int, Float[np.ndarray, "rows"]]
    texts: dict[int, list[str]]
    file: str
    line_of: Callable[[int], int]
    step: int | None = None

    def take(self, rows: Int[np.ndarray, "some"]) -> "_Table":
        """Some of the rows."""
        return replace(
            self,
            numbers={column: values[rows] for column, values in self.numbers.items()},
            texts={column: [texts[row] for row in rows] for column, texts in self.texts.items()},
            line_of=lambda row: self.line_of(int(rows[row])),
        )

    def beside(self, columns: Iterable[int]) -> Float[np.ndarray, "rows columns"]:
        """Numbers of several columns side by side."""
        return np.stack([self.numbers[column] for column in columns], axis=1)


def parse_position_csv(text: str, *, file: str) -> list[RecordedPositions]:
    """Read joint positions from a CSV table.

    Parameters
    ----------
    text : str
        Content of the file.
    file : str
        Name of the file, for messages.

    Returns
    -------
    list of RecordedPositions
        Of each individual, in two dimensions or three, y up; NaN where a cell is empty. The frame
        rate is None where the file has no column of times.

    Raises
    ------
    FormatError
        When there is no row below the header, a column comes twice, a joint lacks an axis, a cell
        is no number, rows differ in length, or times or frames do not rise; with the line.
    """
    lines = read_lines(text, file)
    separator = _separator(lines[0].text)
    names = [plain(name) for name in csv_words(lines[0], file, separator)]
    if len(lines) == 1:
        raise FormatError(file, "expected rows below the header, found none", lines[0].number)
    columns = columns_of(names, file=file, line=lines[0].number)
    return _individuals(_of_lines(lines[1:], names, columns, separator, file))


def parse_headerless_csv(text: str, joints: Sequence[str], *, file: str) -> list[RecordedPositions]:
    """Read joint positions from a CSV table of numbers alone.

    Parameters
    ----------
    text : str
        Content of the file: columns x, y and, in three dimensions, z of each joint.
    joints : sequence of str
        Names of the joints, in the order of the columns.
    file : str
        Name of the file, for messages.

    Returns
    -------
    list of RecordedPositions
        As :func:`parse_position_csv` returns them, of one individual and without a frame rate.

    Raises
    ------
    FormatError
        When there are not two or three columns for each joint, a name comes twice, a cell is no
        number, or rows differ in length; with the line.
    """
    lines = read_lines(text, file)
    separator = _separator(lines[0].text)
    found, count = len(csv_words(lines[0], file, separator)), len(joints)
    if found not in (2 * count, 3 * count):
        problem = (
            f"expected {2 * count} or {3 * count} columns, of the {count} joints that "
            f"ingestion.positions.columns names, found {found}"
        )
        raise FormatError(file, problem, lines[0].number)
    names = [f"{joint}{axis}" for joint in joints for axis in _AXES[: found // count]]
    columns = columns_of(names, file=file, line=None)
    return _individuals(_of_lines(lines, names, columns, separator, file))


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
        As :func:`parse_position_csv` returns them.

    Raises
    ------
    FormatError
        When the file is no Parquet file or holds no row, a column that is used is not of numbers or
        comes twice, a joint lacks an axis, or times or frames do not rise; with the row.
    """
    table = read_parquet(content, file=file)
    names = [name.strip() for name in table.column_names]
    if not names or not len(table):
        raise FormatError(file, "expected columns with at least one row, found none")
    columns = columns_of(names, file=file, line=None)
    for column in _number_columns(columns):
        kind = table.columns[column].type
        if not (pa.types.is_integer(kind) or pa.types.is_floating(kind)):
            raise FormatError(file, f"expected numbers in column {names[column]!r}, found {kind}")
    numbers = {
        column: table.columns[column].to_pandas().to_numpy(dtype=np.float64)
        for column in _number_columns(columns)
    }
    texts = {
        column: [str(text) for text in table.columns[column].to_pandas().astype(object)]
        for column in _text_columns(columns)
    }
    return _individuals(_Table(columns, tuple(names), numbers, texts, file, lambda row: row + 1))


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
    return escaped_table(_frame(motion)).to_csv(index=False, lineterminator="\n")


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


def _frame(motion: Motion) -> pd.DataFrame:
    require(Representation.POSITIONS, motion, "a table of positions")
    positions = forward_kinematics(motion).reshape(len(motion), -1)
    names = [f"{joint}{axis}" for joint in motion.skeleton.joints for axis in _AXES]
    table = pd.DataFrame(positions, columns=names)
    table.insert(0, TIMES[0], np.arange(len(motion)) / motion.frame_rate)
    return table


def is_headerless(line: str) -> bool:
    """Tell whether the first line of a CSV file is a row of numbers.

    Parameters
    ----------
    line : str
        First line of the file.

    Returns
    -------
    bool
        Whether its first cell is a number.
    """
    return begins_with_number(line.replace(";", " "))


def has_positions(header: str) -> bool:
    """Tell whether the first line of a CSV file names a position, here or as DeepLabCut does.

    Parameters
    ----------
    header : str
        First line of the file.

    Returns
    -------
    bool
        True for a name of a position (:mod:`kinembed.io.formats.position_columns`), or a first
        column ``scorer``.
    """
    words = [word.strip().strip('"') for word in header.split(_separator(header))]
    return words[0].lower() == "scorer" or names_positions(words)


def _separator(line: str) -> str:
    return max(_SEPARATORS, key=lambda one: (line.count(one), one == ","))


def _of_lines(
    lines: Sequence[Line],
    names: Sequence[str],
    columns: PositionColumns,
    separator: str,
    file: str,
) -> _Table:
    """The rows of a table whose columns are known."""
    cells = _cells(lines, names, separator, file)
    comma = separator != ","
    numbers = {
        column: _numbers(cells[column], lines, names, column, comma, file)
        for column in _number_columns(columns)
    }
    texts = {column: cells[column].str.strip().tolist() for column in _text_columns(columns)}
    return _Table(columns, tuple(names), numbers, texts, file, lambda row: lines[row].number)


def _number_columns(columns: PositionColumns) -> list[int]:
    of_joints = [column for axes in columns.joints.values() for column in axes]
    others = [columns.time, columns.frame]
    counted = [column for column in others if column is not None]
    return [*of_joints, *columns.confidences.values(), *counted]


def _text_columns(columns: PositionColumns) -> list[int]:
    return [column for column in (columns.individual, columns.joint) if column is not None]


def _cells(lines: Sequence[Line], names: Sequence[str], separator: str, file: str) -> pd.DataFrame:
    """Cells as texts."""
    for line in lines:
        found = line.text.count(separator) + 1
        if found != len(names):
            problem = f"expected {len(names)} columns, as the first line has, found {found}"
            raise FormatError(file, f"{problem} in {shorten(line.text)}", line.number)
    return pd.read_csv(
        StringIO("\n".join(line.text for line in lines)),
        sep=separator,
        header=None,
        dtype=str,
        na_values=[],
        keep_default_na=False,
        skip_blank_lines=False,
        skipinitialspace=True,
        quoting=csv.QUOTE_NONE,
    )


def _numbers(
    cells: "pd.Series[str]",
    lines: Sequence[Line],
    names: Sequence[str],
    column: int,
    comma: bool,
    file: str,
) -> Float[np.ndarray, "rows"]:
    """Cells of a column as numbers, empty ones as NaN."""
    texts = cells.str.strip()
    if comma:
        texts = texts.str.replace(",", ".", regex=False)
    values = pd.to_numeric(texts, errors="coerce").to_numpy(dtype=np.float64)
    for row in np.flatnonzero(~np.isfinite(values)).tolist():
        cell = texts.iloc[row]
        if cell not in _MISSING and not is_number(cell):
            problem = f"expected a number in column {column + 1} ({names[column]})"
            raise FormatError(file, f"{problem}, found {shorten(cell)}", lines[row].number)
    return values


def _individuals(table: _Table) -> list[RecordedPositions]:
    """Positions of each individual that the table names."""
    column = table.columns.individual
    if column is None:
        return [_recorded(table, "")]
    table = replace(table, step=_step(table))
    owners = np.asarray(table.texts[column], dtype=object)
    names = list(dict.fromkeys(owners.tolist()))
    return [_recorded(table.take(np.flatnonzero(owners == name)), name) for name in names]


def _step(table: _Table) -> int | None:
    """That of the frames of all individuals; None where they are not counted, or not whole."""
    if table.columns.frame is None:
        return None
    numbers = np.unique(table.numbers[table.columns.frame])
    if not whole(numbers).all():
        return None
    return step_of(numbers.astype(np.int64))


def _recorded(table: _Table, individual: str) -> RecordedPositions:
    columns = table.columns
    if columns.joint is not None:
        joints, values, confidence, table = _of_long_form(table)
    else:
        joints = tuple(columns.joints)
        axes = [table.beside(axes) for axes in columns.joints.values()]
        values, confidence = np.stack(axes, axis=1), _confidence(table, joints)
    time = _even_time(table, len(values))
    doubt = note_of_up(values, "y") if values.shape[2] == 3 else ()
    return RecordedPositions(
        time.apply(values),
        joints,
        time.rate,
        up="y",
        confidence=None if confidence is None else time.apply(confidence),
        individual=individual,
        file_frames=time.file_frames,
        notes=(*columns.notes, *time.notes, *doubt),
    )


def _confidence(table: _Table, joints: tuple[str, ...]) -> Float[np.ndarray, "rows joints"] | None:
    """NaN for joints without a column of their own."""
    columns = table.columns.confidences
    if not columns:
        return None
    unknown = np.full(len(next(iter(table.numbers.values()))), np.nan)
    found = [table.numbers[columns[joint]] if joint in columns else unknown for joint in joints]
    return np.stack(found, axis=1)


def _of_long_form(
    table: _Table,
) -> tuple[
    tuple[str, ...],
    Float[np.ndarray, "frames joints axes"],
    Float[np.ndarray, "frames joints"] | None,
    _Table,
]:
    """A row per joint and frame brought to a row per frame, those of its first joint."""
    columns = table.columns
    key = columns.frame if columns.frame is not None else columns.time
    if key is None or columns.joint is None:
        problem = "expected a column of frame numbers or times beside the column of joints"
        raise FormatError(table.file, problem, table.line_of(0))
    names, of_joint = np.unique(np.asarray(table.texts[columns.joint]), return_inverse=True)
    keys, first, of_frame = np.unique(table.numbers[key], return_index=True, return_inverse=True)
    cell = of_frame * len(names) + of_joint
    known, once = np.unique(cell, return_index=True)
    if len(known) < len(cell):
        row = int(np.setdiff1d(np.arange(len(cell)), once)[0])
        before = table.line_of(int(np.flatnonzero(cell == cell[row])[0]))
        problem = (
            f"expected a joint once in a frame, found {str(names[of_joint[row]])!r} again, "
            f"first in line {before}"
        )
        raise FormatError(table.file, problem, table.line_of(row))
    positions = table.beside(columns.joints[""])
    values = np.full((len(keys) * len(names), positions.shape[1]), np.nan)
    values[cell] = positions
    shape = (len(keys), len(names))
    confidence = None
    if columns.confidences:
        flat = np.full(len(values), np.nan)
        flat[cell] = table.numbers[columns.confidences[""]]
        confidence = flat.reshape(shape)
    joints = tuple(str(name) for name in names)
    return joints, values.reshape(*shape, -1), confidence, table.take(first)


def _even_time(table: _Table, rows: int) -> EvenTime:
    """Frame numbers say which frames are absent, times the rate; times alone say both."""
    time, frame = table.columns.time, table.columns.frame
    of_times, of_frames = None, None
    if time is not None:
        of_times = _even(even_times, table, time)
    if frame is not None:
        of_frames = _even(partial(even_frames, step=table.step), table, frame)
    if of_frames is None or time is None:
        return of_times or of_frames or as_they_are(rows)
    rate = of_times.rate if of_times else None
    return frames_at_rate(of_frames, table.numbers[time], rate)


def _even(even: Callable[..., EvenTime], table: _Table, column: int) -> EvenTime:
    return even(
        table.numbers[column],
        file=table.file,
        line_of=table.line_of,
        column=table.names[column],
    )
