"""What the network sees of a motion: its exp-map channels, with a choice about the root.

Where a body stands and which way it faces is a nuisance for telling behaviours apart; the
height of its root and the speed over ground are not. A motion of positions is seen likewise: about
its centroid, which needs no joint to be the root, and as if it always faced the same way. How a
body is built, and where its markers sat, is a constant offset of every channel: with ``centre`` a
recording is seen about its own median.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Literal

import numpy as np
from jaxtyping import Float
from pydantic import Field

from kinembed.core.errors import DataError
from kinembed.core.parameters import Parameters
from kinembed.motion.kinematics import (
    forward_kinematics,
    ground_motion,
    heading,
    local_rotations,
    point_channels,
    root_relative,
    without_heading,
)
from kinembed.motion.motion import Motion, Representation
from kinembed.motion.positions import body_positions, centroid_motion
from kinembed.motion.visibility import Point, Visibility

SPEED = "ground_speed"
"""Last part of the name of the channel of speed over ground."""
OF_BODY = ("body.height", "body.ground_speed")
"""Channels of the whole body, of a motion of positions."""


class RootChannels(StrEnum):
    """Which channels describe the root."""

    ABSOLUTE = "absolute"
    """Position and rotation as recorded (the published choice); all positions as recorded."""
    NONE = "none"
    """No root channel; positions about the centroid, without heading."""
    GROUND = "ground"
    """Height and speed over ground: the same wherever the body stands and however it faces.
    Of positions, those of the centroid."""


class FeatureParameters(Parameters):
    """Which channels a network learns to predict.

    Attributes
    ----------
    root : RootChannels
        Which channels describe the root.
    joints : {"rotations", "positions"}
        Whether the joints of a body that turns are seen by their rotations, each as much as any
        other, or by where they are about the root, without heading.
    centre : {"none", "recording"}
        Whether the median of each channel over a recording is subtracted.
    """

    root: RootChannels = Field(
        RootChannels.GROUND,
        description="channels of the root: height and speed over ground, as recorded, or none",
    )
    joints: Literal["rotations", "positions"] = Field(
        "rotations",
        description="of a body that turns: rotations of the joints, or where they are about the "
        "root, without heading",
    )
    centre: Literal["none", "recording"] = Field(
        "none",
        description="recording: less the median of each channel over it, but of the ground speed, "
        "where bodies differ and behaviours are shared",
    )


@dataclass(frozen=True, eq=False)
class Features:
    """Channels as a network reads them, one row per frame.

    Attributes
    ----------
    values : ndarray of float, shape (frames, channels)
        In radians, units of length, and units of length per second, as each channel has it.
    channels : tuple of str
        Names of the columns.
    """

    values: Float[np.ndarray, "frames channels"]
    channels: tuple[str, ...]


def network_features(motion: Motion, parameters: FeatureParameters) -> Features:
    """Select the channels of a motion that a network reads.

    Parameters
    ----------
    motion : Motion
        Exponential maps or positions.
    parameters : FeatureParameters
        Which channels describe the root, and whether they are centred.

    Returns
    -------
    Features
        With ``ground``, the last two are ``<root>.height`` and ``<root>.ground_speed``; of
        positions they are ``body.height`` and ``body.ground_speed``.

    Raises
    ------
    DataError
        When the motion holds Euler angles or lacks a channel of its skeleton.
    """
    if motion.representation is Representation.EULER:
        raise DataError(f"{motion.trial}: convert the motion to exponential maps first")
    features = _selected(motion, parameters)
    return features if parameters.centre == "none" else _centred(features, motion)


def channel_weights(
    motion: Motion, channels: Sequence[str]
) -> Float[np.ndarray, "frames channels"] | None:
    """Say how much is known of each value of a network's channels.

    Parameters
    ----------
    motion : Motion
        The motion, with what was seen of it.
    channels : sequence of str
        Names of the channels, as :func:`network_features` gives them.

    Returns
    -------
    ndarray of float, shape (frames, channels)
        0 to 1: of a joint that was seen the tracker's confidence, or 1 where the file has none; of
        one that was not, 0; of a channel of the whole body the mean over joints. None where all was
        seen, with confidence 1.
    """
    if motion.visibility is None:
        return None
    known = _known(motion.visibility)
    if (known == 1).all():
        return None
    joints, whole = motion.skeleton.joints, () if motion.skeleton.turns else OF_BODY
    known = np.column_stack([known, known.mean(axis=1)])
    columns = [
        len(joints) if name in whole else joints.index(name.rpartition(".")[0]) for name in channels
    ]
    return np.asarray(known[:, columns])


def _selected(motion: Motion, parameters: FeatureParameters) -> Features:
    """The channels that choices about root and joints leave."""
    if parameters.root is RootChannels.ABSOLUTE:
        return Features(motion.values, motion.channels)
    if motion.representation is Representation.POSITIONS:
        return _body_features(motion, parameters.root)
    root = motion.skeleton.root
    joints = (_rotations if parameters.joints == "rotations" else _positions)(motion)
    if parameters.root is RootChannels.NONE:
        return joints
    return Features(
        np.hstack([joints.values, ground_motion(motion)]),
        (*joints.channels, f"{root}.height", f"{root}.{SPEED}"),
    )


def _rotations(motion: Motion) -> Features:
    """Exp-map channels of all joints but the root."""
    root = f"{motion.skeleton.root}."
    kept = [i for i, channel in enumerate(motion.channels) if not channel.startswith(root)]
    return Features(motion.values[:, kept], tuple(motion.channels[i] for i in kept))


def _positions(motion: Motion) -> Features:
    """Where all joints but the root are about it, as if it always had the same heading."""
    headings = heading(local_rotations(motion)[:, 0])
    positions = without_heading(root_relative(forward_kinematics(motion)), headings)
    return Features(
        positions[:, 1:].reshape(len(motion), -1), tuple(point_channels(motion.skeleton)[3:])
    )


def _centred(features: Features, motion: Motion) -> Features:
    """Less the median of each channel over the frames that were seen; a speed has its own zero."""
    seen = features.values[motion.seen] if motion.seen.any() else features.values
    moves = np.array([not name.endswith(SPEED) for name in features.channels])
    return replace(features, values=features.values - np.median(seen, axis=0) * moves)


def _known(visibility: Visibility) -> Float[np.ndarray, "frames joints"]:
    """Confidence of what was seen: 1 where the tracker gives none, or none above 0."""
    seen = visibility.points == Point.SEEN
    if visibility.confidence is None or not (seen & (visibility.confidence > 0)).any():
        return np.asarray(seen, dtype=np.float64)
    return np.where(seen, visibility.confidence, 0.0)


def _body_features(motion: Motion, root: RootChannels) -> Features:
    joints = _by_name(body_positions(motion).reshape(len(motion), -1), motion.channels)
    if root is RootChannels.NONE:
        return joints
    return Features(
        np.hstack([joints.values, centroid_motion(motion)]),
        (*joints.channels, *OF_BODY),
    )


def _by_name(values: Float[np.ndarray, "frames channels"], channels: tuple[str, ...]) -> Features:
    """Columns in the order of their names: that of joints in a file is nobody's choice."""
    order = sorted(range(len(channels)), key=channels.__getitem__)
    return Features(values[:, order], tuple(channels[column] for column in order))
