"""What a simple baseline is given, and which frames it uses."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise

import numpy as np
from jaxtyping import Bool, Float, Int
from scipy.ndimage import uniform_filter1d

from kinembed.core.errors import DataError
from kinembed.evaluation.baselines.parameters import BaselineParameters
from kinembed.motion.features import FeatureParameters
from kinembed.motion.joined_features import join_features, on_one_skeleton
from kinembed.motion.motion import Motion
from kinembed.motion.standardise import Standardiser
from kinembed.motion.windows import edges_of_unseen
from kinembed.segmentation.predictions import NOT_SEEN
from kinembed.segmentation.summaries import within_intervals


@dataclass(frozen=True, eq=False)
class Task:
    """Standardised channels of one recording or of several, and how many clusters to find in them.

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
    seen : ndarray of bool, shape (frames of the motions,) or None
        Whether enough was seen of each frame of the motions; None: of all.
    starts : tuple of int
        Those of `cuts` at which another recording begins.
    """

    poses: Float[np.ndarray, "frames channels"]
    frame_rate: float
    number: int
    parameters: BaselineParameters
    cuts: tuple[int, ...] = ()
    seen: Bool[np.ndarray, "all_frames"] | None = None
    starts: tuple[int, ...] = ()

    @classmethod
    def of(
        cls,
        motions: Sequence[Motion],
        number: int,
        parameters: BaselineParameters,
        features: FeatureParameters,
        cuts: tuple[int, ...] = (),
    ) -> "Task":
        """Set the task of clustering motions together.

        Parameters
        ----------
        motions : sequence of Motion
            Sequences in exponential maps or positions, at least one.
        number : int
            Clusters to find.
        parameters : BaselineParameters
            Settings of the baselines.
        features : FeatureParameters
            Which channels the baselines get.
        cuts : tuple of int
            Ascending frames, counted over all motions, at which an interval begins; each motion is
            an interval anyway.

        Returns
        -------
        Task
            The task, with standardised channels.

        Raises
        ------
        DataError
            When the motions are in Euler angles, have different joints or do not move, or as many
            clusters are asked for as there are frames at ``rate_hz``.
        """
        found = join_features(on_one_skeleton(motions), features)
        values, seen = found.values[found.seen], None if found.seen.all() else found.seen
        standardiser = Standardiser.fit(values, found.channels)
        poses = standardiser.apply(values, found.channels)
        cuts, starts = tuple(sorted({*cuts, *found.starts})), found.starts
        if seen is not None:
            cuts = _among(seen, (*cuts, *edges_of_unseen(seen)))
            starts = _among(seen, starts)
        task = cls(poses, motions[0].frame_rate, number, parameters, cuts, seen, starts)
        rows = len(task.rows(parameters.rate_hz))
        if number >= rows:
            names = ", ".join(motion.trial for motion in motions)
            raise DataError(
                f"{names}: expected more frames than the {number} clusters asked for, but "
                f"the baselines read {rows}; ask for fewer or raise rate_hz (now "
                f"{parameters.rate_hz:g})"
            )
        return task

    @property
    def recordings(self) -> list[tuple[int, int]]:
        """First frame of each recording, and the first one after it.

        Returns
        -------
        list of tuple of (int, int)
            Half-open intervals of frames.
        """
        return list(pairwise([0, *self.starts, len(self.poses)]))

    def rows(self, rate_hz: float) -> Int[np.ndarray, "rows"]:
        """Choose evenly spaced frames of each recording, as near to a rate as whole frames allow.

        Parameters
        ----------
        rate_hz : float
            Frames per second, in Hz; above the frame rate, all frames are chosen.

        Returns
        -------
        ndarray of int, shape (rows,)
            Frame indices, from 0.
        """
        step = max(1, round(self.frame_rate / rate_hz))
        return np.concatenate([np.arange(*edges, step) for edges in self.recordings])

    def for_all_frames(self, labels: Int[np.ndarray, "frames"]) -> Int[np.ndarray, "all_frames"]:
        """Spread labels over all frames of the motions.

        Parameters
        ----------
        labels : ndarray of int, shape (frames,)
            Cluster of every frame that was seen.

        Returns
        -------
        ndarray of int, shape (frames of the motions,)
            Cluster of every frame; -2 where too little was seen.
        """
        if self.seen is None:
            return labels
        spread = np.full(len(self.seen), NOT_SEEN, dtype=np.int64)
        spread[self.seen] = labels
        return spread


def _among(seen: Bool[np.ndarray, "frames"], cuts: tuple[int, ...]) -> tuple[int, ...]:
    """Cuts, counted among the frames that were seen."""
    before = np.concatenate([[0], np.cumsum(seen)])
    return tuple(sorted({int(before[cut]) for cut in cuts} - {0, int(before[-1])}))


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
