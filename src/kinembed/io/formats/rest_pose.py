"""The rest pose that conversions of CMU's recordings put before the first frame.

Its root has no rotation at all; the root of a moving person always has one. It is
no motion, and its row shifts all that follow against the recording's own frames.
"""

import logging
from dataclasses import replace

import numpy as np
from jaxtyping import Bool

from kinembed.core.errors import FormatError
from kinembed.motion.motion import Motion

logger = logging.getLogger(__name__)


def has_rest_pose(motion: Motion) -> bool:
    """Tell whether a motion begins with a rest pose.

    Parameters
    ----------
    motion : Motion
        Euler angles or exponential maps.

    Returns
    -------
    bool
        True where the root is not turned in the first frame, but is in the second.
    """
    unturned = _root_is_unturned(motion)
    return bool(unturned[0] and not unturned[1:2].all())


def without_rest_pose(motion: Motion, *, file: str, line: int) -> Motion:
    """Drop the rest pose, the first frame of a motion; the log says it.

    Parameters
    ----------
    motion : Motion
        Euler angles or exponential maps that begin with a rest pose.
    file : str
        Name of the file, for messages.
    line : int
        Line of the first frame, for messages.

    Returns
    -------
    Motion
        The motion from its second frame on; frame numbers stay those of the file.

    Raises
    ------
    FormatError
        When the first frame is not a rest pose, or no frame follows it.
    """
    if not _root_is_unturned(motion)[0]:
        problem = "expected the rest pose before the first frame, with a rotation of the root of 0"
        raise FormatError(file, problem, line)
    if len(motion) == 1:
        raise FormatError(file, "expected frames after the rest pose, found none", line)
    logger.info(
        "%s: frame 0 is a rest pose and is left out; exported frame numbers are the file's own",
        file,
        extra={"markup": False},
    )
    return replace(motion, values=motion.values[1:], file_frames=motion.frame_numbers[1:])


def _root_is_unturned(motion: Motion) -> Bool[np.ndarray, "frames"]:
    root = motion.skeleton.root
    names = {f"{root}.{kind}{axis}" for kind in "re" for axis in "xyz"}
    turns = [channel in names for channel in motion.channels]
    return np.asarray((motion.values[:, turns] == 0).all(axis=1))
