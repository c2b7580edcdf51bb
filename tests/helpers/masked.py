"""Motions of which some frames were not seen."""

from dataclasses import replace

import numpy as np

from kinembed.motion.visibility import Visibility

HIDDEN = slice(120, 160)


def hidden(motion, frames=HIDDEN, absurd=50.0):
    """The motion with frames that were not seen, whose values are absurd."""
    points = np.zeros((len(motion), len(motion.skeleton.joints)), dtype=np.int8)
    seen = np.ones(len(motion), dtype=bool)
    points[frames], seen[frames] = 2, False
    values = motion.values.copy()
    values[frames, 6:] = absurd
    return replace(motion, values=values, visibility=Visibility(points, seen))
