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
    """One cluster: what is right by calling everything the commonest behaviour.

    Parameters
    ----------
    task : Task
        Channels of the motion, of which only the number of frames counts.

    Returns
    -------
    ndarray of int, shape (frames,)
        0 for every frame.
    """
    return np.zeros(len(task.poses), dtype=np.int64)


def pose_gmm(task: Task) -> Int[np.ndarray, "frames"]:
    """Cluster principal components of the pose by a Gaussian mixture with full covariances.

    Parameters
    ----------
    task : Task
        Channels to cluster, the number of clusters and of principal components.

    Returns
    -------
    ndarray of int, shape (frames,)
        Cluster of every frame, numbered from 0 in order of appearance.
    """
    components = task.parameters.components
    return _cluster(task, task.poses, _parameters(task, "gaussian_mixture", components))


def window_ward(task: Task) -> Int[np.ndarray, "frames"]:
    """Cluster W by Ward's method.

    Parameters
    ----------
    task : Task
        Channels to cluster, the number of clusters and the window of W.

    Returns
    -------
    ndarray of int, shape (frames,)
        Cluster of every frame, numbered from 0 in order of appearance.
    """
    values = window_statistics(task, task.parameters.window_s)
    return _cluster(task, values, _parameters(task, "agglomerative"))


def window_spectral(task: Task) -> Int[np.ndarray, "frames"]:
    """Cluster W by spectral clustering on the graph of nearest neighbours.

    Parameters
    ----------
    task : Task
        Channels to cluster, the number of clusters and of neighbours, and the window of W.

    Returns
    -------
    ndarray of int, shape (frames,)
        Cluster of every frame, numbered from 0 in order of appearance.
    """
    values = window_statistics(task, task.parameters.window_s)
    return _cluster(task, values, _parameters(task, "spectral"))


def window_single_linkage(task: Task) -> Int[np.ndarray, "frames"]:
    """Cluster W as published: cosine distance, single linkage.

    Shows what the way of clustering alone gives, without a network (Su & Shlizerman, arXiv
    1905.12176).

    Parameters
    ----------
    task : Task
        Channels to cluster, the number of clusters and the window of W.

    Returns
    -------
    ndarray of int, shape (frames,)
        Cluster of every frame, numbered from 0 in order of appearance.
    """
    values = window_statistics(task, task.parameters.window_s)
    return _cluster(task, values, PUBLISHED_CLUSTERING)


def window3_kmeans(task: Task) -> Int[np.ndarray, "frames"]:
    """Cluster W of a window of 3 s by k-means.

    Parameters
    ----------
    task : Task
        Channels to cluster, and the number of clusters.

    Returns
    -------
    ndarray of int, shape (frames,)
        Cluster of every frame, numbered from 0 in order of appearance.
    """
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
