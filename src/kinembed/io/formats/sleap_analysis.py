"""Tracks that SLEAP exports for analysis (``.h5``), read by h5py (extra ``pose``).

The axes of each array are those that its attribute ``dims`` names, else those of SLEAP's own
export: track, coordinate, node, frame. Coordinates are pixels, whose y points down; what is NaN was
not seen.
"""

import json
from typing import Any

import numpy as np

from kinembed.core.errors import FormatError
from kinembed.io.formats.hdf5 import open_hdf5, text_of, texts
from kinembed.motion.positions.recorded import RecordedPositions

EXPECTED = "a file of SLEAP for analysis"
_AXES = ("track", "frame", "node", "xy")
_OF_MATLAB = ("track", "xy", "node", "frame")
_OF_PYTHON = ("frame", "node", "xy", "track")


def parse_sleap_analysis(content: bytes, *, file: str) -> list[RecordedPositions]:
    """Read the tracks in a file that SLEAP exports for analysis.

    Parameters
    ----------
    content : bytes
        Content of the file.
    file : str
        Name of the file, for messages.

    Returns
    -------
    list of RecordedPositions
        Of each track, keypoints in pixels, with confidences where the file has them; without a
        frame rate.

    Raises
    ------
    FormatError
        When h5py is not installed, the file is not of SLEAP, or its arrays do not fit its names.
    """
    with open_hdf5(content, file=file, expected=EXPECTED) as stored:
        order = _order(stored)
        tracks = _ordered(stored["tracks"], order, _AXES)
        scores = None
        if "point_scores" in stored:
            scores = _ordered(stored["point_scores"], order, _AXES[:3])
        joints = texts(stored["node_names"][:])
        names = texts(stored["track_names"][:]) if "track_names" in stored else ()
    if len(tracks) == 1 and not names:
        names = ("",)
    _check(tracks, scores, names, joints, file)
    return [
        RecordedPositions(
            tracks[track],
            joints,
            None,
            up=None,
            confidence=None if scores is None else scores[track],
            individual=name,
        )
        for track, name in enumerate(names)
    ]


def _order(stored: Any) -> tuple[str, ...]:
    named = stored["tracks"].attrs.get("dims")
    if named is not None:
        return tuple(str(axis) for axis in json.loads(text_of(named)))
    return _OF_MATLAB if stored.attrs.get("transpose", True) else _OF_PYTHON


def _ordered(dataset: Any, order: tuple[str, ...], wanted: tuple[str, ...]) -> np.ndarray:
    """The values, the axes in the order wanted."""
    there = [axis for axis in order if axis in wanted]
    if sorted(there) != sorted(wanted) or dataset.ndim != len(wanted):
        raise ValueError(f"{dataset.name} has {dataset.ndim} axes, expected {', '.join(wanted)}")
    return np.asarray(dataset[:], dtype=np.float64).transpose([there.index(one) for one in wanted])


def _check(
    tracks: np.ndarray,
    scores: np.ndarray | None,
    names: tuple[str, ...],
    joints: tuple[str, ...],
    file: str,
) -> None:
    count, _, nodes, axes = tracks.shape
    if (count, nodes, axes) != (len(names), len(joints), 2) or not names:
        raise FormatError(
            file,
            f"expected tracks in pixels as named ({len(names)} tracks, {len(joints)} nodes), found "
            f"{count} tracks of {nodes} nodes with {axes} coordinates",
        )
    if scores is not None and scores.shape != tracks.shape[:3]:
        raise FormatError(file, f"expected a score for each point, found {scores.shape}")
