"""What is clustered in place of the network's states, all else being equal."""

import numpy as np
from jaxtyping import Float, Int

from kinembed.evaluation.baselines.task import Task, window_statistics
from kinembed.segmentation.clustering import cluster
from kinembed.segmentation.embedding import Embeddings, principal_components
from kinembed.segmentation.stages import StageParameters


def pose_as_states(task: Task, stages: StageParameters) -> Int[np.ndarray, "frames"]:
    """The pose, reduced to as many components as states are and clustered like them."""
    return _clustered(task, task.poses, stages)


def window_as_states(task: Task, stages: StageParameters) -> Int[np.ndarray, "frames"]:
    """W, likewise."""
    return _clustered(task, window_statistics(task, task.parameters.window_s), stages)


def _clustered(
    task: Task, values: Float[np.ndarray, "frames dimensions"], stages: StageParameters
) -> Int[np.ndarray, "frames"]:
    reduced = principal_components(values, stages.embedding.components)
    frames = np.arange(len(reduced))
    embeddings = Embeddings(reduced, frames, len(reduced), task.frame_rate, task.cuts)
    return cluster(embeddings, stages.clustering, task.number).frame_labels
