"""Clips that show one action each, which their file names tell."""

import re

import numpy as np

from kinembed.core.errors import DataError
from kinembed.motion.motion import Segmentation


def action_of(clip: str, pattern: str) -> str:
    """Read the action from a clip's name.

    Parameters
    ----------
    clip : str
        Name of the clip.
    pattern : str
        Regular expression with a group ``action``, matched from the beginning of the name.

    Returns
    -------
    str
        What the group matched.

    Raises
    ------
    DataError
        When the name does not follow the pattern, or the group matches nothing.
    """
    match = re.match(pattern, clip)
    if match is None or match["action"] is None:
        raise DataError(f"the name of clip {clip!r} does not follow the pattern {pattern!r}")
    return match["action"]


def annotate_clip(clip: str, frame_count: int, pattern: str) -> Segmentation:
    """Annotate a clip with the action in its name, from the first frame to the last.

    Parameters
    ----------
    clip : str
        Name of the clip.
    frame_count : int
        Frames of the clip.
    pattern : str
        Regular expression with a group ``action``, matched from the beginning of the name.

    Returns
    -------
    Segmentation
        One segment.

    Raises
    ------
    DataError
        When the name does not follow the pattern, or the clip has no frame.
    """
    boundaries = np.empty((0, 3), dtype=np.int64)
    return Segmentation((action_of(clip, pattern),), boundaries, frame_count, clip)
