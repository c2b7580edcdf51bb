"""Segments of frame labels and their boundaries."""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple, TypeAlias

import numpy as np
from jaxtyping import Int

FrameLabels: TypeAlias = Int[np.ndarray, " frames"] | Sequence[str]
"""One label per frame: clusters (integers) or behaviours (names)."""


class Segment(NamedTuple):
    """A maximal interval of frames [start, stop) with one label.

    Attributes
    ----------
    start : int
        First frame.
    stop : int
        First frame after it.
    label : int or str
        Cluster or behaviour.
    """

    start: int
    stop: int
    label: int | str


def label_boundaries(frame_labels: FrameLabels) -> Int[np.ndarray, " boundaries"]:
    """Find the first frames of new segments.

    Parameters
    ----------
    frame_labels : ndarray of int, shape (frames,), or sequence of str
        Cluster or behaviour of each frame.

    Returns
    -------
    ndarray of int, shape (boundaries,)
        Ascending; frame 0 is not a boundary.
    """
    labels = np.asarray(frame_labels)
    return np.flatnonzero(labels[1:] != labels[:-1]) + 1


def segments(frame_labels: FrameLabels) -> list[Segment]:
    """Find the maximal intervals of equal labels.

    Parameters
    ----------
    frame_labels : ndarray of int, shape (frames,), or sequence of str
        Cluster or behaviour of each frame.

    Returns
    -------
    list of Segment
        In the order of time; empty without frames.
    """
    if len(frame_labels) == 0:
        return []
    edges = [0, *label_boundaries(frame_labels).tolist(), len(frame_labels)]
    labels = np.asarray(frame_labels)
    return [Segment(start, stop, labels[start].item()) for start, stop in pairwise(edges)]
