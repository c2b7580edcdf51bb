"""The size of a body in a recording of positions, by which recordings become comparable."""

import numpy as np
from jaxtyping import Bool, Float

MEASURED = 500
"""Frames that are measured, at most."""


def body_length(
    positions: Float[np.ndarray, "frames joints 3"], seen: Bool[np.ndarray, "frames joints"]
) -> float:
    """Measure a body: the largest distance between two joints, as it mostly is.

    The median over frames is robust against joints that a tracker misplaces at times.

    Parameters
    ----------
    positions : ndarray of float, shape (frames, joints, 3)
        Positions in any unit of length.
    seen : ndarray of bool, shape (frames, joints)
        Whether a position was seen.

    Returns
    -------
    float
        Median over at most 500 frames, evenly spaced among those in which the most joints were
        seen, in the unit of the positions; 1 where all joints coincide.
    """
    counts = seen.sum(axis=1)
    best = np.flatnonzero(counts == counts.max())
    frames = best[:: -(-len(best) // MEASURED)]
    there = seen[frames][:, :, None] & seen[frames][:, None, :]
    largest = np.zeros(len(frames))
    for joint in range(positions.shape[1]):  # all pairs at once would not fit into memory
        away = np.linalg.norm(positions[frames] - positions[frames, joint][:, None], axis=2)
        largest = np.maximum(largest, np.where(there[:, joint], away, 0.0).max(axis=1))
    length = float(np.median(largest))
    return length if length > 0 else 1.0
