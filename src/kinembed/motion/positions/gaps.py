"""Points that were not seen: short gaps are interpolated, longer ones are refused."""

import numpy as np
from jaxtyping import Bool, Float, Int

from kinembed.core.errors import DataError


def fill_gaps(
    positions: Float[np.ndarray, "frames joints axes"], joints: tuple[str, ...], longest: int
) -> Float[np.ndarray, "frames joints axes"]:
    """Interpolate joints where they were not seen.

    Between known positions the interpolation is linear; before the first and after the last known
    one the position is held.

    Parameters
    ----------
    positions : ndarray of float, shape (frames, joints, axes)
        NaN where a joint was not seen, in any of its axes.
    joints : tuple of str
        Names of the joints, for messages.
    longest : int
        Frames in a row that are interpolated, at most.

    Returns
    -------
    ndarray of float, shape (frames, joints, axes)
        Positions without NaN.

    Raises
    ------
    DataError
        When a gap is longer; the message names the joint and its frames.
    """
    known = np.isfinite(positions).all(axis=2)
    if known.all():
        return positions
    _check_lengths(gaps(known), joints, longest)
    filled, frames = positions.copy(), np.arange(len(positions))
    for joint in np.flatnonzero(~known.all(axis=0)):
        there = known[:, joint]
        for axis in range(positions.shape[2]):
            seen = positions[there, joint, axis]
            filled[:, joint, axis] = np.interp(frames, frames[there], seen)
    return filled


def gaps(known: Bool[np.ndarray, "frames joints"]) -> Int[np.ndarray, "gaps 3"]:
    """Find every gap.

    Parameters
    ----------
    known : ndarray of bool, shape (frames, joints)
        Where a joint was seen.

    Returns
    -------
    ndarray of int, shape (gaps, 3)
        Index of the joint, first frame, and length in frames; sorted by joint and frame.
    """
    edge = np.ones((1, known.shape[1]), dtype=bool)
    steps = np.diff(np.vstack([edge, known, edge]).astype(np.int8), axis=0).T
    (joints, starts), (_, stops) = np.nonzero(steps == -1), np.nonzero(steps == 1)
    return np.column_stack([joints, starts, stops - starts]).astype(np.int64)


def _check_lengths(found: Int[np.ndarray, "gaps 3"], joints: tuple[str, ...], longest: int) -> None:
    long = found[found[:, 2] > longest]
    if not len(long):
        return
    joint, start, length = long[np.argmax(long[:, 2])].tolist()
    others = len(np.unique(long[:, 0])) - 1
    also = f"; {others} more joints have gaps too long" if others else ""
    raise DataError(
        f"joint {joints[joint]!r} is missing in {length} frames from frame {start} on, and at most "
        f"{longest} in a row are interpolated{also}; raise ingestion.positions.longest_gap_s, "
        "lower ingestion.positions.least_confidence, or leave joints out "
        "(ingestion.positions.leave_out)"
    )
