"""Blocks of numbers that learn and draw nothing: functions of the standardised channels."""

from functools import partial

import numpy as np
from jaxtyping import Float
from scipy.ndimage import uniform_filter1d

from kinembed.evaluation.baselines.task import window_statistics
from kinembed.segmentation.principal_components import principal_components
from representations.recordings import Recordings

Blocks = list[Float[np.ndarray, "frames _"]]

SMOOTHED_S = 0.1
"""Poses are averaged over this time before they are differentiated."""
LAGS, SPAN_S = 8, 1.0
"""Poses of a delay embedding, and the time from the first to the last."""
LAGGED_COMPONENTS = 30
"""Principal components of the pose that are lagged."""


def pose(recordings: Recordings) -> Blocks:
    """The channels as they are."""
    return [recordings.task.poses]


def pose_and_velocity(recordings: Recordings) -> Blocks:
    """The channels, and how fast each of them changes."""
    smooth = partial(
        uniform_filter1d, size=recordings.frames_in(SMOOTHED_S), axis=0, mode="nearest"
    )
    poses = recordings.task.poses
    return [poses, recordings.along(_differences, recordings.along(smooth, poses))]


def statistics(recordings: Recordings, windows_s: tuple[float, ...] = ()) -> Blocks:
    """Means and standard deviations of the channels in centred windows of each length.

    None is given: the one window of the experiment.
    """
    lengths = windows_s or (recordings.baselines.window_s,)
    return [window_statistics(recordings.task, seconds) for seconds in lengths]


def delays(recordings: Recordings) -> Blocks:
    """Poses at lags about each frame, side by side (Takens' delay embedding).

    Beyond a cut, the last frame before it stands in.
    """
    poses = principal_components(recordings.task.poses, LAGGED_COMPONENTS)
    half = recordings.frames_in(SPAN_S / 2)
    lags = np.linspace(-half, half, LAGS).round().astype(np.int64)
    lagged = [recordings.along(partial(_lagged, lag=lag), poses) for lag in lags]
    return [np.hstack(lagged)]


def _differences(values: Float[np.ndarray, "frames channels"]) -> Float[np.ndarray, "frames _"]:
    return np.gradient(values, axis=0) if len(values) > 1 else np.zeros_like(values)


def _lagged(
    values: Float[np.ndarray, "frames channels"], lag: int
) -> Float[np.ndarray, "frames channels"]:
    return values[np.clip(np.arange(len(values)) + lag, 0, len(values) - 1)]
