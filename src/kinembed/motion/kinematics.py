"""Where the joints of a moving skeleton are, and how its root travels.

Conventions
-----------
* Column vectors; rotations and axes as in :mod:`kinembed.motion.skeleton`. Positions are in the
  skeleton's unit of length, speeds per second.
* ``y`` points up; the ground is the x-z plane. Heading is the turn about ``y``, in radians.
* An exp-map channel holds the logarithm of the *transpose* of a joint's rotation, measured in the
  joint's own axes, as the published files do (Su & Shlizerman, arXiv 1905.12176).
* Only the root travels; its ``tx ty tz`` are its place, to which no offset is added.
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
    """The named channels in the order asked for; raises DataError naming one that is absent."""
    position = {channel: index for index, channel in enumerate(motion.channels)}
    for channel in channels:
        if channel not in position:
            raise DataError(
                f"{motion.trial}: expected a channel {channel!r} for its skeleton, but the motion "
                f"has {', '.join(motion.channels)}"
            )
    return motion.values[:, [position[channel] for channel in channels]]


def root_positions(motion: Motion) -> Float[np.ndarray, "frames 3"]:
    """Where the root is."""
    root = motion.skeleton.root
    return channel_values(motion, [f"{root}.t{axis}" for axis in "xyz"])


def point_channels(skeleton: Skeleton) -> list[str]:
    """Channels of a motion of positions: ``<joint>.tx .ty .tz`` of every joint."""
    return [f"{joint}.t{axis}" for joint in skeleton.joints for axis in "xyz"]


def expmap_joints(skeleton: Skeleton) -> list[int]:
    """Indices of the joints that have exp-map channels: all but the end joints."""
    ends = set(skeleton.end_joints)
    return [index for index, joint in enumerate(skeleton.joints) if joint not in ends]


def joint_expmaps(motion: Motion) -> Float[np.ndarray, "frames joints 3"]:
    """Stored vector of every joint of an exp-map motion, zero for end joints."""
    joints = expmap_joints(motion.skeleton)
    names = [f"{motion.skeleton.joints[joint]}.e{axis}" for joint in joints for axis in "xyz"]
    expmaps = np.zeros((len(motion), len(motion.skeleton.joints), 3))
    expmaps[:, joints] = channel_values(motion, names).reshape(len(motion), -1, 3)
    return expmaps


def joints_by_order(skeleton: Skeleton) -> dict[str, list[int]]:
    """Indices of the joints that turn, grouped by their rotation order."""
    groups: dict[str, list[int]] = {}
    for joint, order in enumerate(skeleton.rotation_orders):
        if order:
            groups.setdefault(order, []).append(joint)
    return groups


def joint_angles(
    motion: Motion, joints: Sequence[int], order: str
) -> Float[np.ndarray, "frames chosen axes"]:
    """Euler angles in radians, along the last axis as the order names them."""
    names = [f"{motion.skeleton.joints[joint]}.r{axis}" for joint in joints for axis in order]
    angles: np.ndarray = np.radians(channel_values(motion, names))
    return angles.reshape(len(motion), len(joints), len(order))


def local_rotations(motion: Motion) -> Float[np.ndarray, "frames joints 3 3"]:
    """Rotation ``C M C^T`` of every joint in its parent's frame; of the root, in the world's.

    Raises DataError when a channel that the skeleton needs is absent, or for positions.
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
    """Rotation of every joint's frame in the world's; raises DataError as local_rotations does."""
    rotations = local_rotations(motion)
    for parent, child in motion.skeleton.bones:
        rotations[:, child] = rotations[:, parent] @ rotations[:, child]
    return rotations


def forward_kinematics(motion: Motion) -> Float[np.ndarray, "frames joints 3"]:
    """Position of every joint in the world; raises DataError when a channel is absent."""
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
    """Positions as seen from the root (joint 0), wherever it is."""
    relative: np.ndarray = positions - positions[:, :1]
    return relative


def heading(rotations: Float[np.ndarray, "*batch 3 3"]) -> Float[np.ndarray, "*batch"]:
    """The turn about the vertical that comes nearest to a rotation, in [-pi, pi].

    It is the twist of the swing-twist decomposition (Dobrowolski, arXiv 1506.05481), which needs
    no notion of the body's front and is defined unless the body is upside down. Give it the root's
    rotations, ``local_rotations(motion)[:, 0]``.
    """
    sine = rotations[..., 0, 2] - rotations[..., 2, 0]
    cosine = rotations[..., 0, 0] + rotations[..., 2, 2]
    return np.asarray(np.arctan2(sine, cosine))


def without_heading(
    positions: Float[np.ndarray, "frames joints 3"], headings: Float[np.ndarray, "frames"]
) -> Float[np.ndarray, "frames joints 3"]:
    """Positions turned about the vertical through the origin so that the heading becomes 0."""
    back = euler_to_matrix(-headings[:, None], "y")
    turned: np.ndarray = positions @ back.transpose(0, 2, 1)
    return turned


def rate_of_change(
    values: Float[np.ndarray, "frames *rest"], frame_rate: float
) -> Float[np.ndarray, "frames *rest"]:
    """Change per second: central differences, one-sided at the ends, 0 for a single frame."""
    if len(values) == 1:
        return np.zeros_like(values)
    return np.asarray(np.gradient(values, 1 / frame_rate, axis=0))


def ground_motion(motion: Motion) -> Float[np.ndarray, "frames 2"]:
    """Height of the root, and its horizontal speed per second, whatever its place and heading."""
    return height_and_speed(root_positions(motion), motion.frame_rate)


def height_and_speed(
    positions: Float[np.ndarray, "frames 3"], frame_rate: float
) -> Float[np.ndarray, "frames 2"]:
    """Height of a point that travels, and its horizontal speed per second."""
    velocities = rate_of_change(positions, frame_rate)
    speeds = np.hypot(*velocities[:, GROUND].T)
    return np.column_stack([positions[:, UP], speeds])
