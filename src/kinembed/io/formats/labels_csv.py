"""Behaviours in CSV, one row per segment or one per frame.

Conventions
-----------
* The header is ``start,stop,behaviour`` (half-open, the first start is 0, each row begins where
  the one before it stops), ``frame,behaviour`` (from 0, without a gap) or ``time,behaviour`` (in
  seconds, at even steps; each row is the next frame). ``,0``, as pandas writes a series, means the
  last.
* Boundaries are exact: earliest, best and latest are the same frame.
* Neighbouring rows of one behaviour are one segment.
"""

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import StringIO
from itertools import groupby

import numpy as np

from kinembed.core.errors import FormatError
from kinembed.core.spreadsheets import escaped, plain
from kinembed.io.formats.text import Line, csv_words, is_number, read_lines, shorten
from kinembed.motion.motion import Segmentation

_PER_SEGMENT = ["start", "stop", "behaviour"]
_PER_FRAME = ["frame", "behaviour"]
_PER_TIME = (["time", "behaviour"], ["", "0"])
_ON_GRID = 0.25
"""By which share of a step a time may lie beside its even grid."""


@dataclass(frozen=True)
class _Row:
    """Frames from start to stop, of one behaviour."""

    start: int
    stop: int
    behaviour: str


def parse_labels_csv(text: str, *, file: str, trial: str) -> Segmentation:
    """Read the segments of a recording from CSV.

    Parameters
    ----------
    text : str
        Content of the file.
    file : str
        Name of the file, for messages.
    trial : str
        Name of the recording.

    Returns
    -------
    Segmentation
        Neighbouring segments differ in their behaviour; boundaries are exact.

    Raises
    ------
    FormatError
        When the columns are others, a frame is not a whole number, frames leave a gap or overlap,
        times are uneven, or a row lacks its behaviour; with the line.
    """
    rows = list(_rows(read_lines(text, file), file))
    runs = [list(run) for _, run in groupby(rows, key=lambda row: row.behaviour)]
    starts = np.array([run[0].start for run in runs[1:]], dtype=np.int64)
    return Segmentation(
        behaviours=tuple(run[0].behaviour for run in runs),
        boundaries=np.repeat(starts[:, None], 3, axis=1),
        frame_count=rows[-1].stop,
        trial=trial,
    )


def write_labels_csv(segmentation: Segmentation) -> str:
    """Write a segmentation as CSV, one row per segment, cut at the best boundaries.

    Parameters
    ----------
    segmentation : Segmentation
        Behaviours and boundaries; the earliest and latest frames are not kept.

    Returns
    -------
    str
        Content of the file, with the header ``start,stop,behaviour``.
    """
    stream = StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(_PER_SEGMENT)
    edges = segmentation.edges.tolist()
    names = map(escaped, segmentation.behaviours)
    writer.writerows(zip(edges[:-1], edges[1:], names, strict=True))
    return stream.getvalue()


def _rows(lines: Sequence[Line], file: str) -> Iterator[_Row]:
    """Rows below the header, each checked to begin where the one before it stops."""
    header = [word.lower() for word in csv_words(lines[0], file)]
    if header not in (_PER_SEGMENT, _PER_FRAME, *_PER_TIME):
        expected = f"{','.join(_PER_SEGMENT)}, {','.join(_PER_FRAME)} or {','.join(_PER_TIME[0])}"
        problem = f"expected the columns {expected}, found {shorten(lines[0].text)}"
        raise FormatError(file, problem, lines[0].number)
    if len(lines) == 1:
        raise FormatError(file, "expected rows below the header, found none", lines[0].number)
    if header in _PER_TIME:
        yield from _of_times(lines[1:], file)
        return
    frame = 0
    for line in lines[1:]:
        row = _row(line, header, file)
        if row.start != frame:
            kind = "gap" if row.start > frame else "overlap"
            problem = f"expected frame {frame} next, found {row.start} (there must be no {kind})"
            raise FormatError(file, problem, line.number)
        yield row
        frame = row.stop


def _of_times(lines: Sequence[Line], file: str) -> Iterator[_Row]:
    """Rows at even times, each of which is a frame."""
    words = [csv_words(line, file) for line in lines]
    for line, found in zip(lines, words, strict=True):
        if len(found) != 2 or not is_number(found[0]) or not found[1]:
            problem = f"expected a time in seconds and a behaviour, found {shorten(line.text)}"
            raise FormatError(file, problem, line.number)
    times = np.array([float(time) for time, _ in words])
    step = (times[-1] - times[0]) / max(len(times) - 1, 1)
    beside = np.abs(times - times[0] - step * np.arange(len(times))) > _ON_GRID * step
    wrong = np.flatnonzero(beside | (np.diff(times, prepend=-np.inf) <= 0))
    if len(wrong):
        problem = (
            f"expected times at even steps, {step:.6g} s on average, found {words[wrong[0]][0]}"
        )
        raise FormatError(file, problem, lines[wrong[0]].number)
    for frame, (_, behaviour) in enumerate(words):
        yield _Row(frame, frame + 1, plain(behaviour))


def _row(line: Line, header: Sequence[str], file: str) -> _Row:
    *numbers, behaviour = csv_words(line, file)
    whole = [int(number) for number in numbers if re.fullmatch("[0-9]{1,9}", number)]
    if len(whole) != len(header) - 1 or len(numbers) != len(whole) or not behaviour:
        problem = f"expected {','.join(header)} in whole frames, found {shorten(line.text)}"
        raise FormatError(file, problem, line.number)
    start, stop = whole if header == _PER_SEGMENT else (whole[0], whole[0] + 1)
    if stop <= start:
        problem = f"expected a stop after the start {start}, found {stop}"
        raise FormatError(file, problem, line.number)
    return _Row(start, stop, plain(behaviour))
