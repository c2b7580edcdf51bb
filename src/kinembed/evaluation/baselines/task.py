"""What a simple baseline is given, and which frames it uses."""

from dataclasses import dataclass
from functools import partial

import numpy as np
from jaxtyping import Bool, Float, Int
from scipy.ndimage import uniform_filter1d

from kinembed.core.errors import DataError
from kinembed.evaluation.baselines.parameters import BaselineParameters
from kinembed.motion.features import FeatureParameters, network_features
from kinembed.motion.motion import Motion
from kinembed.motion.standardise import Standardiser
from kinembed.motion.windows import edges_of_unseen
from kinembed.segmentation.embedding import within_intervals
from kinembed.segmentation.predictions import NOT_SEEN


@dataclass(frozen=True, eq=False)
class Task:
    """Standardised channels of one motion, and the number of clusters to find in them.

    Frames of which too little was seen are left out; those before and after them are apart.

    Attributes
    ----------
    poses : ndarray of float, shape (frames, channels)
        Channels of the frames that were seen, each with mean 0 and standard deviation 1.
    frame_rate : float
        Frames per second, in Hz.
    number : int
        Clusters to find.
    parameters : BaselineParameters
        Settings of the baselines.
    cuts : tuple of int
        Ascending frames that no window of statistics reaches across.
    seen : ndarray of bool, shape (frames of the motion,) or None
        Whether enough was seen of each frame of the motion; None: of all.
    """

    poses: Float[np.ndarray, "frames channels"]
    frame_rate: float
    number: int
    parameters: BaselineParameters
    cuts: tuple[int, ...] = ()
    seen: Bool[np.ndarray, "all_frames"] | None = None

    @classmethod
    def of(
        cls,
        motion: Motion,
        number: int,
        parameters: BaselineParameters,
        features: FeatureParameters,
        cuts: tuple[int, ...] = (),
    ) -> "Task":
        """Set the task of clustering a motion.

        Parameters
        ----------
        motion : Motion
            Sequence in exponential maps or positions.
        number : int
            Clusters to find.
        parameters : BaselineParameters
            Settings of the baselines.
        features : FeatureParameters
            Which channels the baselines get.
        cuts : tuple of int
            Ascending frames at which an interval begins.

        Returns
        -------
        Task
            The task, with standardised channels.

        Raises
        ------
        DataError
            When the motion is in Euler angles or does not move, or as many clusters are asked for
            as there are frames at ``rate_hz``.
        """
        found = network_features(motion, features)
        values, seen = found.values[motion.seen], None if motion.seen.all() else motion.seen
        standardiser = Standardiser.fit(values, found.channels)
        poses = standardiser.apply(values, found.channels)
        cuts = cuts if seen is None else _cuts_among(seen, cuts)
        task = cls(poses, motion.frame_rate, number, parameters, cuts, seen)
        rows = len(task.rows(parameters.rate_hz))
        if number >= rows:
            raise DataError(
                f"{motion.trial}: expected more frames than the {number} clusters asked for, but "
                f"the baselines read {rows}; ask for fewer or raise rate_hz (now "
                f"{parameters.rate_hz:g})"
            )
        return task

    def rows(self, rate_hz: float) -> Int[np.ndarray, "rows"]:
        """Choose evenly spaced frames, as near to a rate as whole frames allow.

        Parameters
        ----------
        rate_hz : float
            Frames per second, in Hz; above the frame rate, all frames are chosen.

        Returns
        -------
        ndarray of int, shape (rows,)
            Frame indices, from 0.
        """
        return np.arange(0, len(self.poses), max(1, round(self.frame_rate / rate_hz)))

    def for_all_frames(self, labels: Int[np.ndarray, "frames"]) -> Int[np.ndarray, "all_frames"]:
        """Spread labels over the motion.

        Parameters
        ----------
        labels : ndarray of int, shape (frames,)
            Cluster of every frame that was seen.

        Returns
        -------
        ndarray of int, shape (frames of the motion,)
            Cluster of every frame; -2 where too little was seen.
        """
        if self.seen is None:
            return labels
        spread = np.full(len(self.seen), NOT_SEEN, dtype=np.int64)
        spread[self.seen] = labels
        return spread


def _cuts_among(seen: Bool[np.ndarray, "frames"], cuts: tuple[int, ...]) -> tuple[int, ...]:
    """Cuts and the edges of what was not seen, counted among the frames that were seen."""
    before = np.concatenate([[0], np.cumsum(seen)])
    edges = {int(before[cut]) for cut in (*cuts, *edges_of_unseen(seen))}
    return tuple(sorted(edges - {0, int(before[-1])}))


def window_statistics(
    task: Task, window_s: float
) -> Float[np.ndarray, "frames twice_the_channels"]:
    """W: mean and standard deviation of every channel in a window centred on every frame.

    Where a window reaches beyond the recording or a cut, the last frame on its side stands in.

    Parameters
    ----------
    task : Task
        Channels, frame rate and cuts.
    window_s : float
        Length of the window, in seconds.

    Returns
    -------
    ndarray of float, shape (frames, 2 * channels)
        Means of all channels, then their standard deviations.
    """
    size = max(1, round(window_s * task.frame_rate))
    frames = np.arange(len(task.poses))
    average = partial(uniform_filter1d, size=size, axis=0, mode="nearest")
    mean = within_intervals(average, task.poses, frames, task.cuts)
    square = within_intervals(average, task.poses**2, frames, task.cuts)
    # Rounding can leave the variance of a still channel below zero.
    return np.hstack([mean, np.sqrt(np.maximum(square - mean**2, 0))])
