"""The channels of several recordings of one kind of body, one after the other."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

from kinembed.motion.features import FeatureParameters, network_features
from kinembed.motion.motion import Motion
from kinembed.motion.positions import on_skeleton


@dataclass(frozen=True, eq=False)
class JoinedFeatures:
    """Values of the channels of all recordings.

    Attributes
    ----------
    values : ndarray of float, shape (frames, channels)
        Frames of all recordings.
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


def on_one_skeleton(motions: Sequence[Motion]) -> list[Motion]:
    """See positions of all recordings on the first one's skeleton.

    Parameters
    ----------
    motions : sequence of Motion
        At least one, of the same joints.

    Returns
    -------
    list of Motion
        The recordings; those of rotations as they are.

    Raises
    ------
    DataError
        When a recording lacks a joint of the first one.
    """
    skeleton = motions[0].skeleton
    return [motion if skeleton.turns else on_skeleton(motion, skeleton) for motion in motions]


def join_features(motions: Sequence[Motion], parameters: FeatureParameters) -> JoinedFeatures:
    """Select the channels that a network reads of each recording, and join them.

    Parameters
    ----------
    motions : sequence of Motion
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
        When a recording holds Euler angles or lacks a channel of its skeleton.
    """
    found = [network_features(motion, parameters) for motion in motions]
    return JoinedFeatures(
        np.concatenate([one.values for one in found]),
        found[0].channels,
        np.concatenate([motion.seen for motion in motions]),
        tuple(np.cumsum([len(motion) for motion in motions])[:-1].tolist()),
    )
