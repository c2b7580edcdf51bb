"""The channels of several recordings of one kind of body, one after the other."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

from kinembed.core.rows_on_disk import RowsOnDisk
from kinembed.motion.features import FeatureParameters, network_features
from kinembed.motion.motion import Motion
from kinembed.motion.positions import on_skeleton


@dataclass(frozen=True, eq=False)
class JoinedFeatures:
    """Values of the channels of all recordings.

    Attributes
    ----------
    values : ndarray of float, shape (frames, channels)
        Frames of all recordings, in a temporary file.
    channels : tuple of str
        Names of the channels.
    seen : ndarray of bool, shape (frames,)
        Whether enough was seen of each frame.
    starts : tuple of int
        Frames at which the second recording and those after it begin.
    """

    values: Float[np.ndarray, "frames channels"]
    channels: tuple[str, ...]
    seen: Bool[np.ndarray, "frames"]
    starts: tuple[int, ...]


def on_one_skeleton(motions: Sequence[Motion]) -> Iterator[Motion]:
    """See positions of all recordings on the first one's skeleton.

    Parameters
    ----------
    motions : sequence of Motion
        At least one, of the same joints.

    Yields
    ------
    Motion
        The recordings, one at a time; those of rotations as they are.

    Raises
    ------
    DataError
        When a recording lacks a joint of the first one.
    """
    skeleton = motions[0].skeleton
    for motion in motions:
        yield motion if skeleton.turns else on_skeleton(motion, skeleton)


def join_features(motions: Iterable[Motion], parameters: FeatureParameters) -> JoinedFeatures:
    """Select the channels that a network reads of each recording, and join them.

    Parameters
    ----------
    motions : iterable of Motion
        At least one, of one skeleton (:func:`on_one_skeleton`), in exponential maps or positions.
    parameters : FeatureParameters
        Which channels describe the root.

    Returns
    -------
    JoinedFeatures
        Frames of all recordings.

    Raises
    ------
    DataError
        When a recording holds Euler angles or lacks a channel of its skeleton, or the disk is full.
    """
    rows, seen = RowsOnDisk(), []
    for motion in motions:
        found = network_features(motion, parameters)
        rows.append(found.values)
        seen.append(motion.seen)
    starts = tuple(np.cumsum(rows.counts)[:-1].tolist())
    return JoinedFeatures(rows.array(), found.channels, np.concatenate(seen), starts)
