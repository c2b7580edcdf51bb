"""Where a motion jumps: clips joined to one sequence, or tracking lost for a while.

A body moves smoothly, so its acceleration from one frame to the next is much alike most of the
time, even in jumps of the body. Where two recordings meet, nearly all channels exceed it at once
by many times. One channel that does so (a marker swapped, an angle turned over) is none.
"""

import numpy as np
from jaxtyping import Float

from kinembed.motion.motion import Motion

SELDOM = 0.95
"""A channel's acceleration is measured by the one that it exceeds in 5 % of the frames."""
TOGETHER_S = 0.1
"""Discontinuities closer than this, in seconds, are one."""


def find_discontinuities(motion: Motion, least: float) -> tuple[int, ...]:
    """Find the first frames after discontinuities: none in most recordings.

    A discontinuity is where the acceleration of half of the channels is at least `least` times the
    one that each of them exceeds in 5 % of the frames.

    Parameters
    ----------
    motion : Motion
        Motion in any representation.
    least : float
        Discontinuity threshold, a factor.

    Returns
    -------
    tuple of int
        Frames, ascending; of those within 0.1 s of one another only the first.
    """
    sizes = _sizes(motion.values)
    above = np.flatnonzero(sizes >= least)
    if not len(above):
        return ()
    apart = np.flatnonzero(np.diff(above) > TOGETHER_S * motion.frame_rate) + 1
    return tuple(int(together[0]) + 2 for together in np.split(above, apart))


def _sizes(values: Float[np.ndarray, "frames channels"]) -> Float[np.ndarray, "frames_but_two"]:
    """Acceleration around each inner frame: the median of all channels that move, in their units.

    The t-th sees frames t to t + 2, so that the first to see a discontinuity to frame f is f - 2.
    """
    if len(values) < 3:
        return np.zeros(0)
    acceleration = np.abs(np.diff(values, 2, axis=0))
    usual = np.quantile(acceleration, SELDOM, axis=0)
    moving = usual > 0
    if not moving.any():
        return np.zeros(len(acceleration))
    sizes: Float[np.ndarray, frames_but_two] = np.median(
        acceleration[:, moving] / usual[moving], axis=1
    )
    return sizes
