"""Markers of a C3D file, read by ezc3d (extra ``pose``).

Conventions
-----------
* Of the points, markers with a name are read: not what a model computed from them (angles, forces,
  moments, powers, scalars, as the group POINT lists them), and not unlabelled ones (``*12``).
* A marker was not seen where its coordinates are no numbers or its residual is negative.
* Where there are several subjects, a label's beginning says whose it is: one of the group SUBJECTS,
  else what stands before a colon.
* z points up unless POINT:Y_SCREEN or ``ingestion.positions.up`` says otherwise; lengths are in the
  file's unit.
* ezc3d runs in a process of its own, for a broken file can crash it or take all memory.
"""

import struct
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from kinembed.core.errors import FormatError
from kinembed.io.formats.child_process import arrays_of_child
from kinembed.io.formats.local_copy import optional_module
from kinembed.io.formats.markers import individuals_of_markers
from kinembed.motion.positions.recorded import RecordedPositions, Up

_BLOCK, _MAGIC = 512, 0x50
_MIPS = 86
"""The processor that wrote the file; its numbers have the other byte order."""
_CHILD = Path(__file__).with_name("c3d_child.py")
_UPS: dict[str, Up] = {"Y": "y", "-Y": "-y", "Z": "z", "-Z": "-z"}


def parse_c3d(content: bytes, *, file: str) -> list[RecordedPositions]:
    """Read the named markers of a C3D file.

    Parameters
    ----------
    content : bytes
        Content of the file.
    file : str
        Name of the file, for messages.

    Returns
    -------
    list of RecordedPositions
        Markers of each subject in three dimensions, in the file's unit of length; without
        confidences.

    Raises
    ------
    FormatError
        When ezc3d is not installed, the file is no C3D file, was written for a MIPS processor or is
        cut off, it holds no named marker, or the frame rate is not positive.
    """
    optional_module("ezc3d", file=file)
    _check_header(content, file)
    found = _read_by_ezc3d(content, file)
    points, labels = found["points"], found["labels"].tolist()
    _check_frames(content, len(points), file)
    points[found["residuals"] < 0] = np.nan
    up = _UPS.get("".join(found["screen"].tolist()[:1]).upper().removeprefix("+"), "z")
    first = int(found["first"]) or _words(content, 3, 1)[0]
    return individuals_of_markers(
        points,
        _markers(found, points.shape[1]),
        file=file,
        frame_rate=float(found["rate"]),
        up=up,
        file_frames=np.arange(len(points)) + first,
        notes=(*_notes(len(labels), points.shape[1]), *_said(up, bool(found["tolerant"]))),
    )


def _read_by_ezc3d(content: bytes, file: str) -> dict[str, Any]:
    """Arrays, as :mod:`kinembed.io.formats.c3d_child` writes them."""
    return arrays_of_child(_CHILD, content, suffix=".c3d", file=file, expected="a C3D file")


def _markers(found: Mapping[str, Any], points: int) -> list[str]:
    """A name for each point, ``""`` where it is no marker; subjects stand before a colon."""
    computed = set(found["computed"].tolist())
    labels = ["" if name in computed else name for name in found["labels"].tolist()[:points]]
    subjects = dict(zip(found["prefixes"].tolist(), found["subjects"].tolist(), strict=False))
    subjects.pop("", None)
    if len(subjects) > 1:
        labels = [_with_subject(label, subjects) for label in labels]
    return labels + [""] * (points - len(labels))


def _with_subject(label: str, subjects: Mapping[str, str]) -> str:
    fitting = [prefix for prefix in subjects if label.startswith(prefix) and label != prefix]
    if not fitting:
        return label
    prefix = max(fitting, key=len)
    return f"{subjects[prefix]}:{label.removeprefix(prefix)}"


def _notes(names: int, points: int) -> tuple[str, ...]:
    """The standard allows spare labels, and points without one."""
    if names > points:
        return (f"{names - points} labels have no point and are passed over",)
    if names < points:
        return (f"{points - names} points have no label and are left out",)
    return ()


def _said(up: Up, tolerant: bool) -> Sequence[str]:
    notes = []
    if up != "z":
        notes.append(f"POINT:Y_SCREEN says that {up} points up (ingestion.positions.up)")
    if tolerant:
        notes.append(
            "its formatting breaks the standard: read with ezc3d's ignore_bad_formatting; check it"
        )
    return notes


def _check_header(content: bytes, file: str) -> None:
    """Whether the file holds what its header says, before memory is reserved for it.

    Of the header's words of two bytes, 2 is the number of points, 4 and 5 are the first and the
    last frame, 9 is the block where data begin; 7 and 8 are the scale, below 0 where numbers have 4
    bytes and not 2.
    """
    if len(content) < _BLOCK or content[1] != _MAGIC:
        raise FormatError(file, "expected a C3D file, found something else")
    parameters = (max(content[0], 1) - 1) * _BLOCK
    if len(content) > parameters + 3 and content[parameters + 3] == _MIPS:
        raise FormatError(
            file,
            "the file was written for a MIPS processor, which ezc3d does not read; convert it to "
            "Intel's byte order in the program that wrote it",
        )
    (points,), (first, last), (start,) = (
        _words(content, at, n) for at, n in ((1, 1), (3, 2), (8, 1))
    )
    size = 4 if content[15] & 0x80 else 2
    needed = (start - 1) * _BLOCK + max(0, last - first + 1) * points * 4 * size
    if len(content) < max(needed, (start - 1) * _BLOCK + 1):
        raise FormatError(
            file,
            f"expected {last - first + 1} frames of {points} points, as the header says, in at "
            f"least {needed} bytes, but the file ends after {len(content)}; copy it again",
        )


def _check_frames(content: bytes, frames: int, file: str) -> None:
    """A recording of more frames than a word can count has 65535 as its last."""
    first, last = _words(content, 3, 2)
    if frames < last - first + 1:  # ezc3d reads as much as there is
        problem = f"expected {last - first + 1} frames, as the header says, found {frames}"
        raise FormatError(file, problem)


def _words(content: bytes, word: int, count: int) -> tuple[int, ...]:
    """Words of the header, the first of which has number 0."""
    return struct.unpack_from(f"<{count}H", content, 2 * word)
