"""How well named segments agree, as the segmentation of actions has it.

Both measures compare segments by name, so clusters must have been matched to behaviours before.
Source: Lea et al., "Temporal convolutional networks for action segmentation and detection", 2017.
"""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float

from kinembed.motion.segments import Segment, segments

OVERLAPS = (0.1, 0.25, 0.5)
"""Least overlaps (intersection over union) at which a segment counts as found."""


def edit_score(predicted: Sequence[str], annotated: Sequence[str]) -> float:
    """Compare the order of segments, whatever their lengths.

    Parameters
    ----------
    predicted : sequence of str, length frames
        Name of every frame.
    annotated : sequence of str, length frames
        Behaviour of every frame.

    Returns
    -------
    float
        1 minus the Levenshtein distance of the two orders, in units of the longer; 0 to 1.
    """
    one, other = (
        [segment.label for segment in segments(labels)] for labels in (predicted, annotated)
    )
    costs = list(range(len(other) + 1))
    for row, label in enumerate(one, start=1):
        before, costs[0] = costs[0], row
        for column, right in enumerate(other, start=1):
            replaced = before + (label != right)
            before = costs[column]
            costs[column] = min(replaced, before + 1, costs[column - 1] + 1)
    return 1 - costs[-1] / max(len(one), len(other))


def segment_f1(predicted: Sequence[str], annotated: Sequence[str], overlap: float) -> float:
    """Count segments that overlap enough with an annotated one of their name.

    Parameters
    ----------
    predicted : sequence of str, length frames
        Name of every frame.
    annotated : sequence of str, length frames
        Behaviour of every frame.
    overlap : float
        Least intersection over union, above 0 and at most 1.

    Returns
    -------
    float
        Harmonic mean of precision and recall, 0 to 1; an annotated segment is found at most once,
        by the first predicted one that overlaps enough.
    """
    found, known = segments(predicted), segments(annotated)
    overlaps = _overlaps(found, known)
    free = np.ones(len(known), dtype=bool)
    right = 0
    for row in overlaps:
        best = int(np.argmax(row))
        if row[best] >= overlap and free[best]:
            free[best] = False
            right += 1
    return 2 * right / (len(found) + len(known))


def _overlaps(
    found: Sequence[Segment], known: Sequence[Segment]
) -> Float[np.ndarray, "found known"]:
    """Intersection over union; 0 where names differ."""
    start, stop = np.array([[getattr(one, edge) for one in found] for edge in ("start", "stop")])
    first, last = np.array([[getattr(one, edge) for one in known] for edge in ("start", "stop")])
    common = np.minimum(stop[:, None], last) - np.maximum(start[:, None], first)
    union = np.maximum(stop[:, None], last) - np.minimum(start[:, None], first)
    same = np.array([[one.label == other.label for other in known] for one in found])
    return np.where(same, np.maximum(common, 0) / union, 0.0)
