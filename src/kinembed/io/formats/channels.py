"""Names of a motion's channels, where formats share them (conventions in kinembed.motion.motion)."""

from kinembed.core.errors import DataError
from kinembed.motion.kinematics import expmap_joints
from kinembed.motion.motion import Motion, Representation
from kinembed.motion.skeleton import Skeleton


def position_channels(skeleton: Skeleton) -> list[str]:
    """``<root>.tx .ty .tz``."""
    return [f"{skeleton.root}.t{axis}" for axis in "xyz"]


def expmap_channels(skeleton: Skeleton) -> list[str]:
    """Position of the root, then ``<joint>.ex .ey .ez`` of every joint but the end joints."""
    joints = [skeleton.joints[index] for index in expmap_joints(skeleton)]
    return position_channels(skeleton) + [f"{joint}.e{axis}" for joint in joints for axis in "xyz"]


def require(representation: Representation, motion: Motion, file_format: str) -> None:
    """Raise DataError unless a motion's channels describe rotation as a format does."""
    if motion.representation is not representation:
        raise DataError(
            f"{motion.trial}: {file_format} holds the representation {representation.value!r}, "
            f"the motion has {motion.representation.value!r}; convert it first"
        )
