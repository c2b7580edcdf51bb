"""The plane of what was recorded in two dimensions."""

from typing import Literal

import numpy as np

from kinembed.motion.kinematics import GROUND, UP
from kinembed.motion.motion import Motion, Representation
from kinembed.motion.skeleton import FLAT

Plane = Literal["top", "side"]
"""From where a camera saw the plane of its pictures: the ground, or an upright one."""


def picture_plane(motion: Motion) -> Plane | None:
    """Find the plane of a motion that was recorded in two dimensions.

    Parameters
    ----------
    motion : Motion
        Motion in any representation.

    Returns
    -------
    {"top", "side"} or None
        ``top``: on the ground; ``side``: upright; None: in three dimensions.
    """
    if motion.representation is not Representation.POSITIONS:
        return None
    extents = np.abs(motion.values).reshape(-1, 3).max(axis=0)
    extends = extents > FLAT * extents.max()
    if not extends[UP]:
        return "top"
    return None if extends[GROUND[1]] else "side"
