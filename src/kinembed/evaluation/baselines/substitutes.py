"""What is clustered in place of the network's states, all else being equal."""

import numpy as np
from jaxtyping import Float, Int

from kinembed.evaluation.baselines.task import Task, window_statistics
from kinembed.segmentation.clustering import cluster
from kinembed.segmentation.embedding import Embeddings, principal_components
from kinembed.segmentation.stages import StageParameters


def pose_as_states(task: Task, stages: StageParameters) -> Int[np.ndarray, "frames"]:
    """Cluster the pose, reduced to as many principal components as states are, like states.

    Parameters
    ----------
    task : Task
        Channels to cluster, and the number of clusters.
    stages : StageParameters
        Number of principal components, and the clustering.

    Returns
    -------
    ndarray of int, shape (frames,)
        Cluster of every frame, numbered from 0 in order of appearance.

    Raises
    ------
    DataError
        When as many clusters are asked for as the motion has frames.
    """
    return _clustered(task, task.poses, stages)


def window_as_states(task: Task, stages: StageParameters) -> Int[np.ndarray, "frames"]:
    """Cluster W, reduced to as many principal components as states are, like states.

    Parameters
    ----------
    task : Task
        Channels to cluster, the number of clusters and the window of W.
    stages : StageParameters
        Number of principal components, and the clustering.

    Returns
    -------
    ndarray of int, shape (frames,)
        Cluster of every frame, numbered from 0 in order of appearance.

    Raises
    ------
    DataError
        When as many clusters are asked for as the motion has frames.
    """
    return _clustered(task, window_statistics(task, task.parameters.window_s), stages)


def _clustered(
    task: Task, values: Float[np.ndarray, "frames dimensions"], stages: StageParameters
) -> Int[np.ndarray, "frames"]:
    reduced = principal_components(values, stages.embedding.components)
    frames = np.arange(len(reduced))
    embeddings = Embeddings(reduced, frames, len(reduced), task.frame_rate, task.cuts)
    return cluster(embeddings, stages.clustering, task.number).frame_labels
