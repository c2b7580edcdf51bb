"""Scores that papers on state detection report: covering, and the state matching score."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from jaxtyping import Float, Int

from kinembed.evaluation.metrics import match_clusters
from kinembed.motion.segments import label_boundaries, segments

DELAY, TRANSITION, ISOLATION, MISSING = 0.1, 0.3, 0.8, 0.5
"""Weights of the kinds of errors, as published."""


def covering(predicted: Int[np.ndarray, " frames"], annotated: Sequence[str]) -> float:
    """Say how well each annotated segment is covered by one predicted segment, whatever its name.

    Arbelaez et al., "Contour detection and hierarchical image segmentation", 2011; for time series
    van den Burg & Williams, arXiv 2003.06222.

    Parameters
    ----------
    predicted : ndarray of int, shape (frames,)
        Cluster of every frame.
    annotated : sequence of str, length frames
        Behaviour of every frame.

    Returns
    -------
    float
        Mean over frames of the largest intersection over union of their segment, above 0, at most
        1.
    """
    found, known = _spans(predicted), _spans(annotated)
    common = np.minimum(found[:, 1, None], known[:, 1]) - np.maximum(found[:, 0, None], known[:, 0])
    union = np.maximum(found[:, 1, None], known[:, 1]) - np.minimum(found[:, 0, None], known[:, 0])
    best = (np.maximum(common, 0) / union).max(axis=0)
    return float(np.average(best, weights=known[:, 1] - known[:, 0]))


def state_matching_score(predicted: Int[np.ndarray, " frames"], annotated: Sequence[str]) -> float:
    """Accuracy less a penalty for each error, by its kind (Chavelli et al., arXiv 2510.23261).

    An error is a maximal interval of wrong frames in one cluster. Within one annotated segment it
    is a *delay* where it continues a right cluster before or after it, and an *isolation*
    elsewhere; over two segments it is a *transition*, over more of them they are *missing*.

    Parameters
    ----------
    predicted : ndarray of int, shape (frames,)
        Cluster of every frame.
    annotated : sequence of str, length frames
        Behaviour of every frame.

    Returns
    -------
    float
        At most 1; isolations and transitions cost more in the middle of segments. Below 0 where
        nearly all frames are wrong.

    Raises
    ------
    DataError
        When prediction and annotation differ in length, or have no frame.
    """
    match = match_clusters(predicted, annotated)
    names = np.array([match.get(cluster, "") for cluster in predicted.tolist()], dtype=object)
    known = np.asarray(annotated, dtype=object)
    right = names == known
    # Frames that are right may have the same cluster as wrong ones beside them.
    cells = 2 * predicted.astype(np.int64) + right
    edges = [0, *label_boundaries(cells).tolist(), len(cells)]
    errors = [span for span in pairwise(edges) if not right[span[0]]]
    cost = sum((stop - start) * (1 + _penalty(names, known, start, stop)) for start, stop in errors)
    return float(1 - cost / len(known))


def _spans(labels: Int[np.ndarray, " frames"] | Sequence[str]) -> Float[np.ndarray, "segments 2"]:
    return np.array([[segment.start, segment.stop] for segment in segments(labels)], dtype=float)


def _penalty(names: np.ndarray, known: np.ndarray, start: int, stop: int) -> float:
    """What each frame of an error costs beyond being wrong."""
    crossed = 1 + len(label_boundaries(known[start:stop].tolist()))
    if crossed > 2:
        return MISSING * (1 + 3 * (MISSING - 1) / crossed)
    if crossed == 2:
        return TRANSITION * _depth(known, start, stop)
    beside = [frame for frame in (start - 1, stop) if 0 <= frame < len(known)]
    if any(names[frame] == known[frame] == names[start] for frame in beside):
        return DELAY
    return ISOLATION * _depth(known, start, stop)


def _depth(known: np.ndarray, start: int, stop: int) -> float:
    """Distance to the nearest annotated boundary outside, as a share of half the recording."""
    edges = np.array([0, *label_boundaries(known.tolist()), len(known)])
    before = edges[np.searchsorted(edges, start, side="right") - 1]
    after = edges[np.searchsorted(edges, stop - 1, side="right")]
    return float(2 * min(start - before, after - (stop - 1)) / len(known))
