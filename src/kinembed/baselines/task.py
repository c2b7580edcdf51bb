"""What a simple baseline is given, and how it looks at only some frames."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from jaxtyping import Float, Int
from scipy.ndimage import uniform_filter1d

from kinembed.baselines.parameters import BaselineParameters


@dataclass(frozen=True, eq=False)
class Task:
    """Standardised channels of one motion, and the number of clusters to find in them."""

    poses: Float[np.ndarray, "frames channels"]
    frame_rate: float
    number: int
    parameters: BaselineParameters

    def rows(self, rate_hz: float) -> Int[np.ndarray, "rows"]:
        """Evenly spaced frames, as near to `rate_hz` a second as whole frames allow."""
        return np.arange(0, len(self.poses), max(1, round(self.frame_rate / rate_hz)))


def window_statistics(
    task: Task, window_s: float
) -> Float[np.ndarray, "frames twice_the_channels"]:
    """W: mean and standard deviation of every channel in a window centred on every frame.

    Where a window reaches beyond the recording, its first or last frame stands in.
    """
    size = max(1, round(window_s * task.frame_rate))
    mean = uniform_filter1d(task.poses, size, axis=0, mode="nearest")
    square = uniform_filter1d(task.poses**2, size, axis=0, mode="nearest")
    # Rounding can leave the variance of a still channel below zero.
    return np.hstack([mean, np.sqrt(np.maximum(square - mean**2, 0))])


def in_order_of_appearance(labels: Int[np.ndarray, "frames"]) -> Int[np.ndarray, "frames"]:
    """The same clusters, numbered from 0 as they appear."""
    return pd.factorize(labels)[0].astype(np.int64)
