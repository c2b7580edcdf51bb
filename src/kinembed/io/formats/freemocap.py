"""Tables that FreeMoCap writes: ``*_3d_xyz.csv``, ``*_by_trajectory.csv`` and ``*_by_frame.*``.

Conventions
-----------
* Wide tables have columns ``<model>_<joint>_x``, where a model is the body, a hand, the face or the
  centres of mass. Their rows are frames.
* Long ones have columns ``frame``, ``keypoint``, ``x``, ``y`` and ``z``, and where they hold more
  than one, ``model`` (``mediapipe_body``; ``mediapipe.body`` since version 2) and ``trajectory``
  (``3d_xyz``, ``rigid_3d_xyz`` or centres of mass).
* Of several models the body is read; of several trajectories, the measured positions.
* z points up, and lengths are millimetres. ``timestamp``, in seconds or nanoseconds, states the
  frame rate where it is not empty.

Source: freemocap/freemocap, ``data_saver.py`` and ``split_and_save.py`` (1.8), and
freemocap/skellyforge, ``actor.py`` (2.0).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import PurePosixPath

import numpy as np
import pandas as pd
from jaxtyping import Float

from kinembed.core.errors import FormatError
from kinembed.io.formats.markers import note_of_up
from kinembed.io.formats.parquet_table import column_names, read_parquet
from kinembed.io.formats.text import csv_rows, shorten
from kinembed.io.formats.timing import (
    EvenTime,
    as_they_are,
    even_frames,
    even_times,
    frames_at_rate,
)
from kinembed.motion.positions.recorded import RecordedPositions

_WIDE = re.compile(r"(?:(body|left_hand|right_hand|face|com)_)?(.+)_([xyz])")
_LONG = ("frame", "keypoint", "x", "y", "z")
_FRAME, _JOINT, _MODEL, _TRAJECTORY = "frame", "keypoint", "model", "trajectory"
_TIME, _CAMERAS = "timestamp", "timestamp_by_camera"
_BODY = "body"
_POSITIONS = ("3d_xyz", "rigid_3d_xyz")
"""Trajectories that are positions of joints: as measured, and with bones of constant length."""
_OF_ONE_MODEL = "_3d_xyz.csv"
"""How names of files of one model end."""
_MISSING = ("", "nan", "NaN")
_NANOSECONDS = 1e4
"""Steps of time above it are in nanoseconds."""


@dataclass(frozen=True, eq=False)
class _Table:
    """Cells of a file; the index numbers lines, of Parquet rows from 1 on."""

    cells: pd.DataFrame
    file: str

    def line_of(self, row: int) -> int:
        return int(self.cells.index[row])

    def numbers(self, column: str) -> Float[np.ndarray, "rows"]:
        """Cells of a column as numbers, empty ones as NaN."""
        cells = self.cells[column]
        values = pd.to_numeric(cells, errors="coerce").to_numpy(dtype=np.float64)
        for row in np.flatnonzero(~np.isfinite(values)).tolist():
            cell = cells.iloc[row]
            if not pd.isna(cell) and cell not in _MISSING:
                problem = f"expected a number in column {column!r}, found {shorten(str(cell))}"
                raise FormatError(self.file, problem, self.line_of(row))
        return values

    def where(self, column: str, value: str) -> "_Table":
        """Rows that have a value in a column."""
        return _Table(self.cells[self.cells[column] == value], self.file)


def is_freemocap(names: Sequence[str], file: str) -> bool:
    """Tell whether a table is one of FreeMoCap.

    Parameters
    ----------
    names : sequence of str
        Names of its columns.
    file : str
        Name of its file: long tables of one model have no column that is FreeMoCap's alone.

    Returns
    -------
    bool
        True for columns that FreeMoCap alone writes, or a file ``*_3d_xyz.csv`` of positions.
    """
    if {*_LONG, _MODEL} <= set(names) or {_CAMERAS, "body_nose_z"} & set(names):
        return True
    of_one_model = PurePosixPath(file.lower().removesuffix(".gz")).name.endswith(_OF_ONE_MODEL)
    return of_one_model and (tuple(names) == _LONG or all(_WIDE.fullmatch(name) for name in names))


def is_freemocap_parquet(content: bytes) -> bool:
    """Tell whether a Parquet file is one of FreeMoCap.

    Parameters
    ----------
    content : bytes
        Content of the file.

    Returns
    -------
    bool
        False as well for what is no Parquet file.
    """
    return is_freemocap(column_names(content), "")


def parse_freemocap_csv(text: str, *, file: str) -> list[RecordedPositions]:
    """Read the joints of the body from a CSV table of FreeMoCap.

    Parameters
    ----------
    text : str
        Content of the file.
    file : str
        Name of the file, for messages.

    Returns
    -------
    list of RecordedPositions
        One, z up, in millimetres; NaN where a cell is empty. The frame rate is None where the file
        has no times.

    Raises
    ------
    FormatError
        When a row has another number of cells than the header, a cell is no number, a joint comes
        twice in a frame or lacks an axis, or there are several models and none of them is a body;
        with the line.
    """
    lines = _lines(text, file)
    try:
        cells = pd.read_csv(StringIO(text), dtype=str, keep_default_na=False)
    except pd.errors.ParserError as problem:
        raise FormatError(file, f"expected a table of FreeMoCap, but {problem}") from problem
    return _parse(_Table(cells.set_axis(lines[1:], axis=0), file))


def _lines(text: str, file: str) -> list[int]:
    """Lines of the header and of the rows, which have as many cells; blank ones are passed over."""
    columns, lines = 0, []
    for line, row in csv_rows(StringIO(text), file):
        columns = columns or len(row)
        if row and len(row) != columns:
            problem = f"expected {columns} columns, as the header has, found {len(row)}"
            raise FormatError(file, problem, line)
        lines += [line] if row else []
    return lines


def parse_freemocap_parquet(content: bytes, *, file: str) -> list[RecordedPositions]:
    """Read the joints of the body from a Parquet table of FreeMoCap.

    Parameters
    ----------
    content : bytes
        Content of the file, which :func:`is_freemocap_parquet` accepts.
    file : str
        Name of the file, for messages.

    Returns
    -------
    list of RecordedPositions
        As :func:`parse_freemocap_csv` returns it.

    Raises
    ------
    FormatError
        As :func:`parse_freemocap_csv` does, with the row.
    """
    table = read_parquet(content, file=file)
    try:
        cells = table.to_pandas(ignore_metadata=True)
        for name in {_JOINT, _MODEL, _TRAJECTORY} & set(cells):
            cells[name] = [str(text) for text in cells[name]]
    except ValueError as problem:  # bytes that are no text, and what pyarrow reads as JSON
        raise FormatError(file, f"expected a table of FreeMoCap, but {problem}") from problem
    return _parse(_Table(cells.set_axis(range(1, len(cells) + 1), axis=0), file))


def _parse(table: _Table) -> list[RecordedPositions]:
    if table.cells.empty:
        raise FormatError(table.file, "expected rows below the header, found none", 1)
    found = _long(table) if set(_LONG) <= set(table.cells) else _wide(table)
    return [found]


def _wide(table: _Table) -> RecordedPositions:
    """Of a row per frame."""
    models: dict[str, dict[str, dict[str, str]]] = {}
    rest = []
    for name in table.cells.columns:
        if match := _WIDE.fullmatch(name):
            models.setdefault(match[1] or "", {}).setdefault(match[2], {})[match[3]] = name
        elif name not in (_TIME, _CAMERAS):
            rest.append(name)
    chosen = _chosen(list(models), table.file)
    for joint, axes in models[chosen].items():
        if len(axes) < 3:
            problem = f"joint {shorten(joint)} lacks a column of one of its axes x, y, z"
            raise FormatError(table.file, problem)
    values = [
        np.stack([table.numbers(axes[axis]) for axis in "xyz"], axis=1)
        for axes in models[chosen].values()
    ]
    times = _seconds(table)
    rows = len(table.cells)
    time = as_they_are(rows) if times is None else _even(table, times)
    notes = _passed_over([*(model for model in models if model != chosen), *rest])
    return _recorded(np.stack(values, axis=1), tuple(models[chosen]), time, notes)


def _long(table: _Table) -> RecordedPositions:
    """Of a row per joint and frame."""
    table, others = _measured(table)
    if _MODEL in table.cells:
        models = table.cells[_MODEL].unique().tolist()
        chosen = _chosen(models, table.file)
        table = table.where(_MODEL, chosen)
        others += [model for model in models if model != chosen]
    joints = table.cells[_JOINT].unique().tolist()
    numbers = table.numbers(_FRAME)
    frames, first, of_frame = np.unique(numbers, return_index=True, return_inverse=True)
    cell = of_frame * len(joints) + table.cells[_JOINT].map(joints.index).to_numpy()
    _check_once(table, cell)
    values = np.full((len(frames) * len(joints), 3), np.nan)
    values[cell] = np.stack([table.numbers(axis) for axis in "xyz"], axis=1)
    one = _Table(table.cells.iloc[first], table.file)
    even = even_frames(frames, file=table.file, line_of=one.line_of, column=_FRAME)
    times = _seconds(one)
    time = even if times is None else frames_at_rate(even, times, _even(one, times).rate)
    return _recorded(values.reshape(len(frames), -1, 3), tuple(joints), time, _passed_over(others))


def _measured(table: _Table) -> tuple[_Table, list[str]]:
    """Rows of positions as they were measured, and the names of trajectories that are not read."""
    if _TRAJECTORY not in table.cells:
        return table, []
    kinds = table.cells[_TRAJECTORY].unique().tolist()
    chosen = next((kind for kind in _POSITIONS if kind in kinds), None)
    if chosen is None:
        problem = f"expected a trajectory {' or '.join(_POSITIONS)}, found {', '.join(kinds)}"
        raise FormatError(table.file, problem)
    return table.where(_TRAJECTORY, chosen), [kind for kind in kinds if kind != chosen]


def _chosen(models: Sequence[str], file: str) -> str:
    """The body, or the only model."""
    chosen = [model for model in models if model.endswith(_BODY)] or models
    if len(chosen) == 1:
        return chosen[0]
    raise FormatError(
        file,
        f"expected the positions of one body, found {', '.join(models) or 'none'}; give the file "
        "of one of them (*_3d_xyz.csv)",
    )


def _check_once(table: _Table, cell: np.ndarray) -> None:
    twice = pd.Series(cell).duplicated().to_numpy()
    if twice.any():
        row = int(np.flatnonzero(twice)[0])
        joint = shorten(str(table.cells[_JOINT].iloc[row]))
        problem = f"expected a joint once in a frame, found {joint} again"
        raise FormatError(table.file, problem, table.line_of(row))


def _seconds(table: _Table) -> Float[np.ndarray, "rows"] | None:
    """Times from the first on; None where the file states none."""
    if _TIME not in table.cells:
        return None
    times = table.numbers(_TIME)
    if np.isnan(times).all():
        return None
    unit = 1e-9 if np.nanmedian(np.diff(times)) > _NANOSECONDS else 1.0
    seconds: np.ndarray = unit * (times - times[0])
    return seconds


def _even(table: _Table, times: Float[np.ndarray, "rows"]) -> EvenTime:
    return even_times(times, file=table.file, line_of=table.line_of, column=_TIME)


def _passed_over(names: Sequence[str]) -> tuple[str, ...]:
    return (f"passed over: {', '.join(names)}",) if names else ()


def _recorded(
    values: Float[np.ndarray, "rows joints 3"],
    joints: tuple[str, ...],
    time: EvenTime,
    notes: tuple[str, ...],
) -> RecordedPositions:
    return RecordedPositions(
        time.apply(values),
        joints,
        time.rate,
        up="z",
        file_frames=time.file_frames,
        notes=(*notes, *time.notes, *note_of_up(values, "z")),
    )
