"""Markers of a C3D file, read by ezc3d (extra ``pose``).

Conventions
-----------
* Of the points, those are taken that are markers with a name: not what a model computed from them
  (angles, forces, moments, powers, scalars, as the group POINT lists them), and not unlabelled
  ones (``*12``).
* A marker was not seen where its coordinates are no numbers or its residual is negative.
* z points up unless ``ingestion.positions.up`` says otherwise; lengths are in the file's unit.
"""

import struct
from collections.abc import Iterator
from typing import Any

import numpy as np

from kinembed.core.errors import FormatError
from kinembed.io.formats.local_copy import local_copy, optional_module
from kinembed.io.formats.markers import individuals_of_markers
from kinembed.motion.positions import RecordedPositions

_COMPUTED = ("ANGLES", "FORCES", "MOMENTS", "POWERS", "SCALARS")
_BLOCK, _MAGIC = 512, 0x50
_BIG_ENDIAN = 86
"""The processor that wrote the file."""


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
        Markers of each subject in three dimensions, z up, in the file's unit of length; without
        confidences.

    Raises
    ------
    FormatError
        When ezc3d is not installed, the file is no C3D file or cut off, it holds no named marker,
        or the frame rate is not positive.
    """
    ezc3d = optional_module("ezc3d", file=file)
    if len(content) < _BLOCK or content[1] != _MAGIC:
        raise FormatError(file, "expected a C3D file, found something else")
    with local_copy(content, ".c3d") as path:
        try:
            found = ezc3d.c3d(str(path))
            group, data = found["parameters"]["POINT"], found["data"]
            names, rate = _names(group), float(group["RATE"]["value"][0])
            computed = {name for kind in _COMPUTED for name in _texts(group, kind)}
            points = np.array(data["points"], dtype=np.float64)[:3]
            residuals = np.array(data["meta_points"]["residuals"], dtype=np.float64)[0]
            first, whole = _first_frame(content), _is_whole(content, points.shape[2])
        except Exception as problem:  # ezc3d lets out whatever a broken file makes go wrong
            raise FormatError(file, f"expected a C3D file, but {problem}") from problem
    if not whole:  # ezc3d reads as much as there is, or zeros
        raise FormatError(file, "expected as many frames as the header says, but the file ends")
    count = points.shape[1]
    labels = ["" if name in computed else name for name in names[:count]]
    labels += [""] * (count - len(labels))
    points[:, residuals < 0] = np.nan
    return individuals_of_markers(
        points.transpose(2, 1, 0),
        labels,
        file=file,
        frame_rate=rate,
        up="z",
        file_frames=np.arange(points.shape[2]) + first,
        notes=_notes(len(names), count),
    )


def _notes(names: int, points: int) -> tuple[str, ...]:
    """The standard allows spare labels, and points without one."""
    if names > points:
        return (f"{names - points} labels have no point and are passed over",)
    if names < points:
        return (f"{points - names} points have no label and are left out",)
    return ()


def _is_whole(content: bytes, frames: int) -> bool:
    """Whether there are as many frames as the header says, and where it says.

    Of its words of two bytes, 4 and 5 are the first and the last frame, 9 is the block where data
    begin. A recording of more frames than a word can count has 65535 there.
    """
    order = _byte_order(content)
    first, last = struct.unpack_from(f"{order}HH", content, 6)
    (start,) = struct.unpack_from(f"{order}H", content, 16)
    return bool(frames >= last - first + 1 and len(content) > (start - 1) * _BLOCK)


def _first_frame(content: bytes) -> int:
    """Number of the first frame, word 4 of the header."""
    first: int = struct.unpack_from(f"{_byte_order(content)}H", content, 6)[0]
    return first


def _byte_order(content: bytes) -> str:
    parameters = (content[0] - 1) * _BLOCK
    return ">" if content[parameters + 3] == _BIG_ENDIAN else "<"


def _names(group: Any) -> list[str]:
    """Names of points; a file splits a long list into LABELS, LABELS2 and so on."""
    return list(_texts(group, "LABELS")) + [
        name for number in range(2, 100) for name in _texts(group, f"LABELS{number}")
    ]


def _texts(group: Any, key: str) -> Iterator[str]:
    if key in group:
        yield from (str(text).strip() for text in group[key]["value"])
