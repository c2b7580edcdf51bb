"""Clips that show one action each, which their file names tell."""

import re

import numpy as np

from kinembed.core.errors import DataError
from kinembed.motion.motion import Segmentation


def action_of(clip: str, pattern: str) -> str:
    """The group ``action`` of a regular expression in a clip's name.

    Raises DataError when the name does not follow the pattern.
    """
    match = re.match(pattern, clip)
    if match is None:
        raise DataError(f"the name of clip {clip!r} does not follow the pattern {pattern!r}")
    return match["action"]


def annotate_clip(clip: str, frame_count: int, pattern: str) -> Segmentation:
    """What a clip's name says, as an annotation: one action from the first frame to the last."""
    boundaries = np.empty((0, 3), dtype=np.int64)
    return Segmentation((action_of(clip, pattern),), boundaries, frame_count, clip)
