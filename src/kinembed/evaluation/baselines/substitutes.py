"""What is clustered instead of the network's states, all else being equal."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float, Int

from kinembed.evaluation.baselines.task import Task, window_statistics
from kinembed.segmentation.clustering import fit_clusters
from kinembed.segmentation.embedding import Embeddings
from kinembed.segmentation.principal_components import principal_components
from kinembed.segmentation.stages import StageParameters


def pose_as_states(
    task: Task, numbers: Sequence[int | None], stages: StageParameters
) -> list[Int[np.ndarray, "frames"]]:
    """Cluster the pose, reduced to as many principal components as states are, like states.

    Parameters
    ----------
    task : Task
        Channels to cluster.
    numbers : sequence of int or None
        Numbers of clusters to find; None: estimated.
    stages : StageParameters
        Number of principal components, and the clustering.

    Returns
    -------
    list of ndarray of int, each of shape (frames,)
        For each number the cluster of every frame, numbered from 0 in order of appearance.

    Raises
    ------
    DataError
        When as many clusters are asked for as the motion has frames.
    """
    return _clustered(task, task.poses, numbers, stages)


def window_as_states(
    task: Task, numbers: Sequence[int | None], stages: StageParameters
) -> list[Int[np.ndarray, "frames"]]:
    """Cluster W, reduced to as many principal components as states are, like states.

    ``kernel_segmentation`` sets summaries over two seconds beside all rows: of W, which is one
    already, they are summaries of summaries.

    Parameters
    ----------
    task : Task
        Channels to cluster, and the window of W.
    numbers : sequence of int or None
        Numbers of clusters to find; None: estimated.
    stages : StageParameters
        Number of principal components, and the clustering.

    Returns
    -------
    list of ndarray of int, each of shape (frames,)
        For each number the cluster of every frame, numbered from 0 in order of appearance.

    Raises
    ------
    DataError
        When as many clusters are asked for as the motion has frames.
    """
    values = window_statistics(task, task.parameters.window_s)
    return _clustered(task, values, numbers, stages)


def _clustered(
    task: Task,
    values: Float[np.ndarray, "frames dimensions"],
    numbers: Sequence[int | None],
    stages: StageParameters,
) -> list[Int[np.ndarray, "frames"]]:
    reduced = principal_components(values, stages.embedding.components)
    frames = np.arange(len(reduced))
    embeddings = Embeddings(reduced, frames, len(reduced), task.frame_rate, task.cuts)
    found = fit_clusters(embeddings, stages.clustering, numbers).clusters
    return [clusters.frame_labels for clusters in found]
