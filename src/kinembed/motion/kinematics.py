"""Where the joints of a moving skeleton are, and how its root travels.

Conventions
-----------
* Column vectors; rotations and axes as in :mod:`kinembed.motion.skeleton`. Positions are in the
  skeleton's unit of length, speeds per second.
* ``y`` points up; the ground is the x-z plane. Heading is the turn about ``y``, in radians.
* An exp-map channel holds the logarithm of the *transpose* of a joint's rotation, measured in the
  joint's own axes, as the published files do (Su & Shlizerman, arXiv 1905.12176).
* Only the root travels; its ``tx ty tz`` are its position, to which no offset is added.
* A motion of positions has ``tx ty tz`` of every joint, and no rotations.
"""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float

from kinembed.core.errors import DataError
from kinembed.motion.motion import Motion, Representation
from kinembed.motion.rotations import euler_to_matrix, expmap_to_matrix
from kinembed.motion.skeleton import Skeleton

UP = 1
"""Index of the vertical axis, y."""
GROUND = (0, 2)
"""Indices of the horizontal axes, x and z."""


def channel_values(motion: Motion, channels: Sequence[str]) -> Float[np.ndarray, "frames named"]:
    """Select channels by name.

    Parameters
    ----------
    motion : Motion
        Motion with its channels.
    channels : sequence of str
        Names of channels.

    Returns
    -------
    ndarray of float, shape (frames, named)
        Columns in the order of `channels`.

    Raises
    ------
    DataError
        When a channel is absent; the message names it.
    """
    position = {channel: index for index, channel in enumerate(motion.channels)}
    for channel in channels:
        if channel not in position:
            raise DataError(
                f"{motion.trial}: expected a channel {channel!r} for its skeleton, but the motion "
                f"has {', '.join(motion.channels)}"
            )
    return motion.values[:, [position[channel] for channel in channels]]


def root_positions(motion: Motion) -> Float[np.ndarray, "frames 3"]:
    """Select the position of the root.

    Parameters
    ----------
    motion : Motion
        Motion in any representation.

    Returns
    -------
    ndarray of float, shape (frames, 3)
        In the skeleton's unit of length.

    Raises
    ------
    DataError
        When a channel of the root's position is absent.
    """
    root = motion.skeleton.root
    return channel_values(motion, [f"{root}.t{axis}" for axis in "xyz"])


def point_channels(skeleton: Skeleton) -> list[str]:
    """Name the channels of a motion of positions.

    Parameters
    ----------
    skeleton : Skeleton
        Skeleton of the motion.

    Returns
    -------
    list of str
        ``<joint>.tx``, ``.ty`` and ``.tz`` of every joint, in the skeleton's order.
    """
    return [f"{joint}.t{axis}" for joint in skeleton.joints for axis in "xyz"]


def expmap_joints(skeleton: Skeleton) -> list[int]:
    """Find the joints that have exp-map channels: all but the end joints.

    Parameters
    ----------
    skeleton : Skeleton
        Skeleton of the motion.

    Returns
    -------
    list of int
        Indices of joints, ascending.
    """
    ends = set(skeleton.end_joints)
    return [index for index, joint in enumerate(skeleton.joints) if joint not in ends]


def joint_expmaps(motion: Motion) -> Float[np.ndarray, "frames joints 3"]:
    """Select the stored vector of every joint of an exp-map motion.

    Parameters
    ----------
    motion : Motion
        Exponential maps.

    Returns
    -------
    ndarray of float, shape (frames, joints, 3)
        In radians; logarithms of transposed rotations, and zero for end joints.

    Raises
    ------
    DataError
        When a channel of the skeleton is absent.
    """
    joints = expmap_joints(motion.skeleton)
    names = [f"{motion.skeleton.joints[joint]}.e{axis}" for joint in joints for axis in "xyz"]
    expmaps = np.zeros((len(motion), len(motion.skeleton.joints), 3))
    expmaps[:, joints] = channel_values(motion, names).reshape(len(motion), -1, 3)
    return expmaps


def joints_by_order(skeleton: Skeleton) -> dict[str, list[int]]:
    """Group the joints that turn by their rotation order.

    Parameters
    ----------
    skeleton : Skeleton
        Skeleton of the motion.

    Returns
    -------
    dict of str to list of int
        Rotation order, such as ``"zyx"``, to indices of joints.
    """
    groups: dict[str, list[int]] = {}
    for joint, order in enumerate(skeleton.rotation_orders):
        if order:
            groups.setdefault(order, []).append(joint)
    return groups


def joint_angles(
    motion: Motion, joints: Sequence[int], order: str
) -> Float[np.ndarray, "frames chosen axes"]:
    """Select the Euler angles of joints that have one rotation order.

    Parameters
    ----------
    motion : Motion
        Euler angles in degrees.
    joints : sequence of int
        Indices of joints.
    order : str
        Axes, leftmost factor first.

    Returns
    -------
    ndarray of float, shape (frames, joints, axes)
        In radians, along the last axis as `order` names them.

    Raises
    ------
    DataError
        When a channel is absent.
    """
    names = [f"{motion.skeleton.joints[joint]}.r{axis}" for joint in joints for axis in order]
    angles: np.ndarray = np.radians(channel_values(motion, names))
    return angles.reshape(len(motion), len(joints), len(order))


def local_rotations(motion: Motion) -> Float[np.ndarray, "frames joints 3 3"]:
    """Compute the rotation ``C M C^T`` of every joint in its parent's frame.

    Parameters
    ----------
    motion : Motion
        Euler angles or exponential maps.

    Returns
    -------
    ndarray of float, shape (frames, joints, 3, 3)
        Rotation matrices, of the root in the world's frame; the identity for joints that do not
        turn.

    Raises
    ------
    DataError
        When the motion holds positions or lacks a channel of its skeleton.
    """
    if motion.representation is Representation.POSITIONS:
        raise DataError(
            f"{motion.trial}: the recording holds positions of joints, but rotations are needed; "
            "use one in AMC, BVH or exponential maps"
        )
    if motion.representation is Representation.EXPMAP:
        return _rotations_of_expmaps(motion)
    return _rotations_of_angles(motion)


def _rotations_of_expmaps(motion: Motion) -> Float[np.ndarray, "frames joints 3 3"]:
    # The minus undoes the stored transpose; C exp(v) C^T = exp(C v).
    in_parent = np.einsum("jik,fjk->fji", motion.skeleton.axes, -joint_expmaps(motion))
    return expmap_to_matrix(in_parent)


def _rotations_of_angles(motion: Motion) -> Float[np.ndarray, "frames joints 3 3"]:
    skeleton = motion.skeleton
    rotations = np.tile(np.eye(3), (len(motion), len(skeleton.joints), 1, 1))
    for order, joints in joints_by_order(skeleton).items():
        own = euler_to_matrix(joint_angles(motion, joints, order), order)
        axes = skeleton.axes[joints]
        rotations[:, joints] = axes @ own @ axes.transpose(0, 2, 1)
    return rotations


def global_rotations(motion: Motion) -> Float[np.ndarray, "frames joints 3 3"]:
    """Compute the rotation of every joint's frame in the world's.

    Parameters
    ----------
    motion : Motion
        Euler angles or exponential maps.

    Returns
    -------
    ndarray of float, shape (frames, joints, 3, 3)
        Rotation matrices: the product of local rotations from the root to the joint.

    Raises
    ------
    DataError
        When the motion holds positions or lacks a channel of its skeleton.
    """
    rotations = local_rotations(motion)
    for parent, child in motion.skeleton.bones:
        rotations[:, child] = rotations[:, parent] @ rotations[:, child]
    return rotations


def forward_kinematics(motion: Motion) -> Float[np.ndarray, "frames joints 3"]:
    """Compute the position of every joint in the world.

    Parameters
    ----------
    motion : Motion
        Motion in any representation; positions are used as they are.

    Returns
    -------
    ndarray of float, shape (frames, joints, 3)
        In the skeleton's unit of length, y up.

    Raises
    ------
    DataError
        When a channel of the skeleton is absent.
    """
    if motion.representation is Representation.POSITIONS:
        return channel_values(motion, point_channels(motion.skeleton)).reshape(len(motion), -1, 3)
    rotations = global_rotations(motion)
    positions = np.empty(rotations.shape[:3])
    positions[:, 0] = root_positions(motion)
    for parent, child in motion.skeleton.bones:
        reach = rotations[:, parent] @ motion.skeleton.offsets[child]
        positions[:, child] = positions[:, parent] + reach
    return positions


def root_relative(
    positions: Float[np.ndarray, "frames joints 3"],
) -> Float[np.ndarray, "frames joints 3"]:
    """Compute positions as seen from the root.

    Parameters
    ----------
    positions : ndarray of float, shape (frames, joints, 3)
        In the world; joint 0 is the root.

    Returns
    -------
    ndarray of float, shape (frames, joints, 3)
        In the same unit, without turning; the root is at the origin.
    """
    relative: np.ndarray = positions - positions[:, :1]
    return relative


def heading(rotations: Float[np.ndarray, "*batch 3 3"]) -> Float[np.ndarray, "*batch"]:
    """The turn about the vertical that comes nearest to a rotation, in [-pi, pi].

    It is the twist of the swing-twist decomposition (Dobrowolski, arXiv 1506.05481), which needs
    no notion of the body's front and is defined unless the body is upside down. Give it the root's
    rotations, ``local_rotations(motion)[:, 0]``.

    Parameters
    ----------
    rotations : ndarray of float, shape (..., 3, 3)
        Rotation matrices.

    Returns
    -------
    ndarray of float, shape (...)
        Headings in radians.
    """
    sine = rotations[..., 0, 2] - rotations[..., 2, 0]
    cosine = rotations[..., 0, 0] + rotations[..., 2, 2]
    return np.asarray(np.arctan2(sine, cosine))


def without_heading(
    positions: Float[np.ndarray, "frames joints 3"], headings: Float[np.ndarray, "frames"]
) -> Float[np.ndarray, "frames joints 3"]:
    """Turn positions about the vertical through the origin so that the heading becomes 0.

    Parameters
    ----------
    positions : ndarray of float, shape (frames, joints, 3)
        In any unit of length, y up.
    headings : ndarray of float, shape (frames,)
        Heading of each pose in radians.

    Returns
    -------
    ndarray of float, shape (frames, joints, 3)
        Turned positions in the same unit.
    """
    back = euler_to_matrix(-headings[:, None], "y")
    turned: np.ndarray = positions @ back.transpose(0, 2, 1)
    return turned


def rate_of_change(
    values: Float[np.ndarray, "frames *rest"], frame_rate: float
) -> Float[np.ndarray, "frames *rest"]:
    """Compute the change per second: central differences, one-sided at the ends.

    Parameters
    ----------
    values : ndarray of float, shape (frames, ...)
        Values in any unit.
    frame_rate : float
        Frame rate in Hz.

    Returns
    -------
    ndarray of float, shape (frames, ...)
        In the unit of the values per second; 0 for a single frame.
    """
    if len(values) == 1:
        return np.zeros_like(values)
    return np.asarray(np.gradient(values, 1 / frame_rate, axis=0))


def ground_motion(motion: Motion) -> Float[np.ndarray, "frames 2"]:
    """Compute the height of the root and its horizontal speed, whatever its position and heading.

    Parameters
    ----------
    motion : Motion
        Motion in any representation.

    Returns
    -------
    ndarray of float, shape (frames, 2)
        Height in the skeleton's unit of length, and speed in that unit per second.

    Raises
    ------
    DataError
        When a channel of the root's position is absent.
    """
    return height_and_speed(root_positions(motion), motion.frame_rate)


def height_and_speed(
    positions: Float[np.ndarray, "frames 3"], frame_rate: float
) -> Float[np.ndarray, "frames 2"]:
    """Compute the height of a point that travels, and its horizontal speed.

    Parameters
    ----------
    positions : ndarray of float, shape (frames, 3)
        In any unit of length, y up.
    frame_rate : float
        Frame rate in Hz.

    Returns
    -------
    ndarray of float, shape (frames, 2)
        Height, and speed in the unit of length per second.
    """
    velocities = rate_of_change(positions, frame_rate)
    speeds = np.hypot(*velocities[:, GROUND].T)
    return np.column_stack([positions[:, UP], speeds])
