"""The annotation of behaviours by Barbic et al. (Graphics Interface 2004), published for CMU's 86.

Conventions
-----------
* The number of segments; then for each of them a line ``<number from 1> <behaviour>`` and a line
  ``<earliest> <best> <latest>``, the frames from which on the *next* segment may, does and must
  have begun. After the last segment stands one number, where the recording ends: its last frame,
  its frame count or one more.
* Blanks within the name of a behaviour become underscores.
* Trials of subject 86 (``86_NN``) are published with slips and with several names for one
  behaviour. Two tables beside this module mend that, ``annotation_corrections.csv`` before
  anything is checked and ``behaviour_synonyms.csv`` thereafter, each row with its reason.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from kinembed.core.errors import FormatError
from kinembed.io.formats.text import Line, read_lines, shorten
from kinembed.motion.layouts.tables import load_table
from kinembed.motion.motion import Segmentation

_CORRECTED_TRIAL = re.compile(r"86_[0-9][0-9]")
_END_SLACK = 1
"""Frames by which a published end differs from the frame count, to either side."""


@dataclass(frozen=True)
class _Boundary:
    """Acceptable first frames of the next segment, and the line that states them."""

    line: int
    earliest: int
    best: int
    latest: int


def parse_annotation(
    text: str, *, file: str, trial: str, frame_count: int | None = None
) -> Segmentation:
    """Read the segments of an annotation, mended if it is one of subject 86.

    Parameters
    ----------
    text : str
        Content of the file.
    file : str
        Name of the file, for messages.
    trial : str
        Name of the recording. The tables of slips and synonyms apply to ``86_NN`` alone.
    frame_count : int, optional
        Number of frames of the recording. None takes the annotation's end for the last frame.

    Returns
    -------
    Segmentation
        Behaviours and their boundaries (earliest, best, latest), in frames from 0.

    Raises
    ------
    FormatError
        When the text is not in this format, boundaries are out of order, or the annotation ends
        more than one frame away from the recording's last; with the line.
    """
    lines = read_lines(text, file)
    _check_line_count(lines, file)
    names = [_behaviour(line, n, file) for n, line in enumerate(lines[1::2], start=1)]
    boundaries = [_boundary(line, file) for line in lines[2:-1:2]]
    boundaries = _corrected(boundaries, trial)
    frame_count = _frame_count(lines[-1], frame_count, file)
    _check_order(boundaries, file)
    _check_end(boundaries, frame_count, lines[-1], file)
    triples = [(boundary.earliest, boundary.best, boundary.latest) for boundary in boundaries]
    return Segmentation(
        behaviours=tuple(_unified(names, trial)),
        boundaries=np.array(triples, dtype=np.int64).reshape(-1, 3),
        frame_count=frame_count,
        trial=trial,
    )


def write_annotation(segmentation: Segmentation) -> str:
    """Write a segmentation as an annotation.

    Parameters
    ----------
    segmentation : Segmentation
        Behaviours and boundaries. Blanks in a name become underscores when it is read again.

    Returns
    -------
    str
        Content of the file, which ends with the number of the last frame.
    """
    ends = [" ".join(map(str, triple)) for triple in segmentation.boundaries.tolist()]
    ends.append(str(segmentation.frame_count - 1))
    segments = zip(segmentation.behaviours, ends, strict=True)
    lines = [f"{number} {name}\n{end}" for number, (name, end) in enumerate(segments, start=1)]
    return "\n".join([str(len(ends)), *lines]) + "\n"


def _integers(line: Line, count: int, what: str, file: str) -> list[int]:
    words = line.text.split()
    if len(words) != count or not all(re.fullmatch("[0-9]{1,9}", word) for word in words):
        raise FormatError(file, f"expected {what}, found {shorten(line.text)}", line.number)
    return [int(word) for word in words]


def _check_line_count(lines: Sequence[Line], file: str) -> None:
    """Raise FormatError unless as many segments follow as the first line says."""
    [count] = _integers(lines[0], 1, "the number of segments", file)
    if count == 0 or len(lines) != 1 + 2 * count:
        problem = (
            f"expected {count} segments (at least 1) of two lines each after their number, "
            f"found {len(lines) - 1} lines"
        )
        raise FormatError(file, problem, lines[-1].number)


def _behaviour(line: Line, number: int, file: str) -> str:
    index, *words = line.text.split()
    if index != str(number) or not words:
        problem = f"expected segment {number} and its behaviour, found {shorten(line.text)}"
        raise FormatError(file, problem, line.number)
    return "_".join(words)


def _boundary(line: Line, file: str) -> _Boundary:
    what = "the earliest, best and latest frame of a transition"
    return _Boundary(line.number, *_integers(line, 3, what, file))


def _corrected(boundaries: Sequence[_Boundary], trial: str) -> list[_Boundary]:
    """Published slips mended; a file that no longer has them stays as it is."""
    table = load_table("annotation_corrections")
    mended = list(boundaries)
    for row in table[table["trial"] == trial].to_dict("records"):
        index, field = row["boundary"] - 1, row["field"]
        if index < len(mended) and getattr(mended[index], field) == row["published"]:
            mended[index] = replace(mended[index], **{field: row["corrected"]})
    return mended


def _unified(names: Sequence[str], trial: str) -> list[str]:
    if not _CORRECTED_TRIAL.fullmatch(trial):
        return list(names)
    table = load_table("behaviour_synonyms")
    synonyms = dict(zip(table["published"], table["behaviour"], strict=True))
    return [synonyms.get(name, name) for name in names]


def _frame_count(line: Line, known: int | None, file: str) -> int:
    [end] = _integers(line, 1, "the frame at which the recording ends", file)
    if known is None:
        return end + 1
    if abs(end - known) > _END_SLACK:
        problem = (
            f"expected the last of {known} frames, {known - 1} (up to {known + _END_SLACK} will "
            f"do), found {end}; is this the annotation of this recording?"
        )
        raise FormatError(file, problem, line.number)
    return known


def _check_order(boundaries: Sequence[_Boundary], file: str) -> None:
    """Raise FormatError unless best frames ascend, each with its range between its neighbours."""
    before = _Boundary(0, 0, 0, 0)
    for after in boundaries:
        if not after.earliest <= after.best <= after.latest:
            problem = (
                "expected earliest <= best <= latest, "
                f"found {after.earliest} {after.best} {after.latest}"
            )
            raise FormatError(file, problem, after.line)
        if after.best <= before.best or after.earliest < before.best or before.latest > after.best:
            problem = (
                f"expected frames after those of the transition before, {before.earliest} "
                f"{before.best} {before.latest}, found {after.earliest} {after.best} {after.latest}"
            )
            raise FormatError(file, problem, after.line)
        before = after


def _check_end(boundaries: Sequence[_Boundary], frame_count: int, line: Line, file: str) -> None:
    last = boundaries[-1] if boundaries else _Boundary(0, 0, 0, 0)
    if last.best >= frame_count or last.latest > frame_count:
        problem = (
            f"expected the recording to end after the last transition, {last.earliest} "
            f"{last.best} {last.latest}, found {line.text}"
        )
        raise FormatError(file, problem, line.number)
