"""What was seen of a recording: each joint in each frame, and which frames may be used.

What was not seen is filled for the arithmetic's sake and marked: nothing that a study reports
rests on a frame in which too many joints are masked.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from jaxtyping import Bool, Float, Int, Int8


class Point(IntEnum):
    """Where the position of a joint in a frame comes from; what is worse is greater."""

    SEEN = 0
    """The file says it."""
    INTERPOLATED = 1
    """It was not seen, in a gap that is short enough to interpolate."""
    MASKED = 2
    """It was not seen; its value is a placeholder."""


@dataclass(frozen=True, eq=False)
class Visibility:
    """What was seen of a recording.

    Attributes
    ----------
    points : ndarray of int8, shape (frames, joints)
        A :class:`Point` for each joint in each frame.
    frames : ndarray of bool, shape (frames,)
        Whether enough joints are there for the frame to be used.
    confidence : ndarray of float, shape (frames, joints) or None
        Confidence of the tracker, 0 to 1, 0 where a joint was not seen; None: the file gives none.
    """

    points: Int8[np.ndarray, "frames joints"]
    frames: Bool[np.ndarray, "frames"]
    confidence: Float[np.ndarray, "frames joints"] | None = None

    def at(self, frames: Int[np.ndarray, "some"]) -> "Visibility":
        """Keep some of the frames.

        Parameters
        ----------
        frames : ndarray of int, shape (some,)
            Numbers of frames, from 0.

        Returns
        -------
        Visibility
            Of these frames, in their order.
        """
        confidence = None if self.confidence is None else self.confidence[frames]
        return Visibility(self.points[frames], self.frames[frames], confidence)

    def between(
        self, before: Int[np.ndarray, "times"], after: Int[np.ndarray, "times"]
    ) -> "Visibility":
        """Judge times between frames: a point is as good as the worse of its neighbours.

        Parameters
        ----------
        before : ndarray of int, shape (times,)
            Frame before each time.
        after : ndarray of int, shape (times,)
            Frame after each time; the frame before where a time is that of a frame.

        Returns
        -------
        Visibility
            A row for each time.
        """
        one, other = self.at(before), self.at(after)
        confidence = None
        if one.confidence is not None and other.confidence is not None:
            confidence = np.minimum(one.confidence, other.confidence)
        points = np.maximum(one.points, other.points)
        return Visibility(points, one.frames & other.frames, confidence)


def judge_points(
    seen: Bool[np.ndarray, "frames joints"], longest_gap: int
) -> Int8[np.ndarray, "frames joints"]:
    """Tell gaps that are interpolated from those that stay masked.

    Parameters
    ----------
    seen : ndarray of bool, shape (frames, joints)
        Whether the file says where a joint is.
    longest_gap : int
        Frames in a row, at most, in which a joint that is not seen is interpolated.

    Returns
    -------
    ndarray of int8, shape (frames, joints)
        A :class:`Point` for each joint in each frame.
    """
    points = np.where(seen, Point.SEEN, Point.INTERPOLATED).astype(np.int8)
    for joint, start, length in gaps(seen).tolist():
        if length > longest_gap:
            points[start : start + length, joint] = Point.MASKED
    return points


def enough_seen(
    points: Int8[np.ndarray, "frames joints"], most_masked_share: float
) -> Bool[np.ndarray, "frames"]:
    """Whether each frame may be used.

    Parameters
    ----------
    points : ndarray of int8, shape (frames, joints)
        A :class:`Point` for each joint in each frame.
    most_masked_share : float
        Share of joints, 0 to 1, that may be masked at most.

    Returns
    -------
    ndarray of bool, shape (frames,)
        Whether no larger share of the joints is masked.
    """
    return np.asarray((points == Point.MASKED).mean(axis=1) <= most_masked_share)


def fill(
    positions: Float[np.ndarray, "frames joints axes"], seen: Bool[np.ndarray, "frames joints"]
) -> Float[np.ndarray, "frames joints axes"]:
    """Put a finite value where a joint was not seen.

    Parameters
    ----------
    positions : ndarray of float, shape (frames, joints, axes)
        Positions, anything where a joint was not seen.
    seen : ndarray of bool, shape (frames, joints)
        Whether a joint was seen.

    Returns
    -------
    ndarray of float, shape (frames, joints, axes)
        Positions, between known ones evenly, before the first and after the last held; a joint
        that is never seen lies at the mean of the others.
    """
    filled, frames = positions.copy(), np.arange(len(positions))
    for joint in np.flatnonzero(~seen.all(axis=0) & seen.any(axis=0)):
        there = seen[:, joint]
        for axis in range(positions.shape[2]):
            known = positions[there, joint, axis]
            filled[:, joint, axis] = np.interp(frames, frames[there], known)
    never = ~seen.any(axis=0)
    if never.any():
        others = filled[:, ~never]
        filled[:, never] = others.mean(axis=1, keepdims=True) if others.shape[1] else 0.0
    return filled


def joined(
    recordings: Sequence[Visibility | None], values: Sequence[Float[np.ndarray, "_ channels"]]
) -> Visibility | None:
    """Join what was seen of recordings that follow one another.

    Parameters
    ----------
    recordings : sequence of Visibility or None
        Of each recording; None: all of it was seen.
    values : sequence of ndarray of float, shape (frames, channels)
        Values of each recording, for their numbers of frames.

    Returns
    -------
    Visibility or None
        Of the whole, its confidence only where all recordings have one; None: all of it was seen.
    """
    known = next((one for one in recordings if one is not None), None)
    if known is None:
        return None
    joints = known.points.shape[1]
    whole = [
        one or Visibility(np.zeros((len(rows), joints), np.int8), np.ones(len(rows), dtype=bool))
        for one, rows in zip(recordings, values, strict=True)
    ]
    confidences = [one.confidence for one in whole if one.confidence is not None]
    return Visibility(
        np.vstack([one.points for one in whole]),
        np.concatenate([one.frames for one in whole]),
        np.vstack(confidences) if len(confidences) == len(whole) else None,
    )


def gaps(seen: Bool[np.ndarray, "frames joints"]) -> Int[np.ndarray, "gaps 3"]:
    """Find every gap.

    Parameters
    ----------
    seen : ndarray of bool, shape (frames, joints)
        Whether a joint was seen.

    Returns
    -------
    ndarray of int, shape (gaps, 3)
        Joint, first frame, and number of frames of each gap.
    """
    edge = np.ones((1, seen.shape[1]), dtype=bool)
    steps = np.diff(np.vstack([edge, seen, edge]).astype(np.int8), axis=0).T
    (joints, starts), (_, stops) = np.nonzero(steps == -1), np.nonzero(steps == 1)
    return np.column_stack([joints, starts, stops - starts]).astype(np.int64)
