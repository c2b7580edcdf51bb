"""What the network sees of a motion: its exp-map channels, with a choice about the root.

Where a body stands and which way it faces is a nuisance for telling behaviours apart; the
height of its root and the speed over ground are not.
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from jaxtyping import Float

from kinembed.errors import DataError
from kinembed.kinematics import ground_motion
from kinembed.motion import Motion, Representation
from kinembed.parameters import Parameters


class RootChannels(StrEnum):
    """Which channels describe the root."""

    ABSOLUTE = "absolute"
    """Position and rotation as recorded (the published choice)."""
    NONE = "none"
    """No root channel."""
    GROUND = "ground"
    """Height and speed over ground: the same wherever the body stands and however it faces."""


class FeatureParameters(Parameters):
    """Which channels a network learns to predict."""

    root: RootChannels = RootChannels.GROUND


@dataclass(frozen=True, eq=False)
class Features:
    """Named columns, one row per frame."""

    values: Float[np.ndarray, "frames channels"]
    channels: tuple[str, ...]


def network_features(motion: Motion, parameters: FeatureParameters) -> Features:
    """Channels of an exp-map motion as a network sees them; DataError for Euler angles."""
    if motion.representation is not Representation.EXPMAP:
        raise DataError(f"{motion.trial}: convert the motion to exponential maps first")
    if parameters.root is RootChannels.ABSOLUTE:
        return Features(motion.values, motion.channels)
    root = f"{motion.skeleton.root}."
    kept = [i for i, channel in enumerate(motion.channels) if not channel.startswith(root)]
    joints = Features(motion.values[:, kept], tuple(motion.channels[i] for i in kept))
    if parameters.root is RootChannels.NONE:
        return joints
    return Features(
        np.hstack([joints.values, ground_motion(motion)]),
        (*joints.channels, f"{root}height", f"{root}ground_speed"),
    )
