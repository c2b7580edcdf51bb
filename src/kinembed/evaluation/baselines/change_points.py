"""Baselines that find change points first and then tell segments of one kind from another.

Kernel change point detection with a penalty for every boundary (Arlot, Celisse & Harchaoui, "A
kernel multiple change-point algorithm via model selection", JMLR 20, 2019), by ruptures; Ward
on the mean and standard deviation of the channels in every segment. Each recording is searched by
itself; Ward joins the segments of all.
"""

import numpy as np
import ruptures
from jaxtyping import Float, Int
from scipy.spatial.distance import pdist
from sklearn.cluster import AgglomerativeClustering

from kinembed.evaluation.baselines.task import Task, window_statistics
from kinembed.segmentation.frame_labels import in_order_of_appearance

MINIMUM_ROWS = 2
"""Rows in the shortest segment (the library's own default)."""
BANDWIDTH_ROWS = 1000
"""Most rows that the kernel's width comes from: its memory grows with their square."""


def window_change_points(task: Task, penalty: float) -> Int[np.ndarray, "frames"]:
    """Detect change points of W, then cluster the segments between them.

    Parameters
    ----------
    task : Task
        Channels to segment, the number of clusters and the window of W.
    penalty : float
        Penalty of a boundary, in units of ln T; T is the number of frames searched.

    Returns
    -------
    ndarray of int, shape (frames,)
        Cluster of every frame, numbered from 0 in order of appearance; fewer clusters than asked
        for where there are fewer segments.
    """
    return _clusters(task, window_statistics(task, task.parameters.window_s), penalty)


def pose_change_points(task: Task, penalty: float) -> Int[np.ndarray, "frames"]:
    """Detect change points of the pose, then cluster the segments between them.

    Parameters
    ----------
    task : Task
        Channels to segment, and the number of clusters.
    penalty : float
        Penalty of a boundary, in units of ln T; T is the number of frames searched.

    Returns
    -------
    ndarray of int, shape (frames,)
        Cluster of every frame, numbered from 0 in order of appearance; fewer clusters than asked
        for where there are fewer segments.
    """
    return _clusters(task, task.poses, penalty)


def _clusters(
    task: Task, signal: Float[np.ndarray, "frames dimensions"], penalty: float
) -> Int[np.ndarray, "frames"]:
    segments = np.split(task.poses, _boundaries(task, signal, penalty))
    labels = _ward(_descriptions(segments), task.number)
    return in_order_of_appearance(np.repeat(labels, [len(segment) for segment in segments]))


def _boundaries(
    task: Task, signal: Float[np.ndarray, "frames dimensions"], penalty: float
) -> Int[np.ndarray, "boundaries"]:
    """First frames of new segments: each recording's change points, and where one begins."""
    rows = task.rows(task.parameters.change_point_rate_hz)
    of_each = np.split(rows, np.searchsorted(rows, task.starts))
    found = [some[_change_points(signal[some], penalty)] for some in of_each]
    return np.sort(np.concatenate([np.array(task.starts, dtype=np.int64), *found]))


def _change_points(
    signal: Float[np.ndarray, "rows dimensions"], penalty: float
) -> Int[np.ndarray, "boundaries"]:
    """First rows of new segments; T, in the penalty, is the number of rows."""
    if len(signal) < 2 * MINIMUM_ROWS:
        return np.zeros(0, dtype=np.int64)
    detector = ruptures.KernelCPD("rbf", MINIMUM_ROWS, params={"gamma": _gamma(signal)})
    stops = detector.fit(signal).predict(pen=penalty * np.log(len(signal)))
    return np.asarray(stops[:-1], dtype=np.int64)


def _gamma(signal: Float[np.ndarray, "rows dimensions"]) -> float:
    """One over the median squared distance between rows; 1 where that is 0."""
    some = signal[:: -(-len(signal) // BANDWIDTH_ROWS)]
    median = float(np.median(pdist(some, "sqeuclidean")))
    return 1 / median if median > 0 else 1.0


def _descriptions(
    segments: list[Float[np.ndarray, "_ channels"]],
) -> Float[np.ndarray, "segments twice_the_channels"]:
    return np.array([[*segment.mean(axis=0), *segment.std(axis=0)] for segment in segments])


def _ward(
    rows: Float[np.ndarray, "segments dimensions"], number: int
) -> Int[np.ndarray, "segments"]:
    """Ward's clusters; a cluster for each row where there are no more rows than clusters."""
    if len(rows) <= number:
        return np.arange(len(rows))
    return np.asarray(AgglomerativeClustering(number).fit_predict(rows), dtype=np.int64)
