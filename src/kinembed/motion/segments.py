"""Segments of frame labels and their boundaries."""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple, TypeAlias

import numpy as np
from jaxtyping import Int

FrameLabels: TypeAlias = Int[np.ndarray, " frames"] | Sequence[str]
"""One label per frame: clusters (integers) or behaviours (names)."""


class Segment(NamedTuple):
    """A maximal run of frames [start, stop) with one label."""

    start: int
    stop: int
    label: int | str


def label_boundaries(frame_labels: FrameLabels) -> Int[np.ndarray, " boundaries"]:
    """First frames of new segments; frame 0 is not a boundary."""
    labels = np.asarray(frame_labels)
    return np.flatnonzero(labels[1:] != labels[:-1]) + 1


def segments(frame_labels: FrameLabels) -> list[Segment]:
    """The maximal runs of equal labels, in order."""
    if len(frame_labels) == 0:
        return []
    edges = [0, *label_boundaries(frame_labels).tolist(), len(frame_labels)]
    labels = np.asarray(frame_labels)
    return [Segment(start, stop, labels[start].item()) for start, stop in pairwise(edges)]
