"""Names of a motion's channels; conventions in :mod:`kinembed.motion.motion`."""

from kinembed.motion.kinematics import expmap_joints
from kinembed.motion.skeleton import Skeleton


def position_channels(skeleton: Skeleton) -> list[str]:
    """Name the channels of the root's position.

    Parameters
    ----------
    skeleton : Skeleton
        Skeleton of the motion.

    Returns
    -------
    list of str
        ``<root>.tx``, ``<root>.ty`` and ``<root>.tz``.
    """
    return [f"{skeleton.root}.t{axis}" for axis in "xyz"]


def expmap_channels(skeleton: Skeleton) -> list[str]:
    """Name the channels of an exp-map motion.

    Parameters
    ----------
    skeleton : Skeleton
        Skeleton of the motion.

    Returns
    -------
    list of str
        Position of the root, then ``<joint>.ex``, ``.ey`` and ``.ez`` of every joint but the end
        joints, in the skeleton's order.
    """
    joints = [skeleton.joints[index] for index in expmap_joints(skeleton)]
    return position_channels(skeleton) + [f"{joint}.e{axis}" for joint in joints for axis in "xyz"]
