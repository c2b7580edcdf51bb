"""Baselines that cluster frames, by their pose or by the statistics of a window around them.

They are clustered by the very code that clusters the states of a network.
"""

import numpy as np
from jaxtyping import Float, Int

from kinembed.evaluation.baselines.task import Task, window_statistics
from kinembed.segmentation.clustering import (
    PUBLISHED_CLUSTERING,
    ClusteringParameters,
    MethodName,
    cluster,
)
from kinembed.segmentation.embedding import Embeddings

LONG_WINDOW_S = 3.0
"""The window of ``window3_kmeans``."""


def constant(task: Task) -> Int[np.ndarray, "frames"]:
    """One cluster: what is right by calling everything the commonest behaviour."""
    return np.zeros(len(task.poses), dtype=np.int64)


def pose_gmm(task: Task) -> Int[np.ndarray, "frames"]:
    """Principal components of the pose, Gaussian mixture with full covariances."""
    components = task.parameters.components
    return _cluster(task, task.poses, _parameters(task, "gaussian_mixture", components))


def window_ward(task: Task) -> Int[np.ndarray, "frames"]:
    """W, Ward."""
    values = window_statistics(task, task.parameters.window_s)
    return _cluster(task, values, _parameters(task, "agglomerative"))


def window_spectral(task: Task) -> Int[np.ndarray, "frames"]:
    """W, spectral clustering on the graph of nearest neighbours."""
    values = window_statistics(task, task.parameters.window_s)
    return _cluster(task, values, _parameters(task, "spectral"))


def window_single_linkage(task: Task) -> Int[np.ndarray, "frames"]:
    """W, the published clustering: what the way of clustering alone gives, without a network."""
    values = window_statistics(task, task.parameters.window_s)
    return _cluster(task, values, PUBLISHED_CLUSTERING)


def window3_kmeans(task: Task) -> Int[np.ndarray, "frames"]:
    """W of 3 s, k-means."""
    values = window_statistics(task, LONG_WINDOW_S)
    return _cluster(task, values, _parameters(task, "kmeans"))


def _parameters(
    task: Task, method: MethodName, components: int | None = None
) -> ClusteringParameters:
    """Plain clustering, without a majority filter."""
    return ClusteringParameters(
        method=method,
        components=components,
        neighbours=task.parameters.neighbours,
        minimum_duration_s=0,
        seed=task.parameters.seed,
    )


def _cluster(
    task: Task, values: Float[np.ndarray, "frames dimensions"], parameters: ClusteringParameters
) -> Int[np.ndarray, "frames"]:
    rows = task.rows(task.parameters.rate_hz)
    embeddings = Embeddings(values[rows], rows, len(values), task.frame_rate, task.cuts)
    return cluster(embeddings, parameters, task.number).frame_labels
