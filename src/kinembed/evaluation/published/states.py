"""The published embedding and its clusters: raw decoder states, one for each frame that has one."""

import numpy as np
from jaxtyping import Int

from kinembed.core.errors import DataError
from kinembed.evaluation.published.cuts import CutWindows
from kinembed.motion.motion import Motion
from kinembed.motion.windows import frames_of
from kinembed.segmentation.clustering import PUBLISHED_CLUSTERING, cluster
from kinembed.segmentation.embedding import Embeddings
from kinembed.training.trained_model import TrainedModel
from kinembed.training.window_predictions import predict_windows


def decoder_states(model: TrainedModel, motion: Motion, windows: CutWindows) -> Embeddings:
    """Collect the decoder states that the windows keep.

    Parameters
    ----------
    model : TrainedModel
        Network whose states are collected, with its windows.
    motion : Motion
        Sequence in exponential maps or positions.
    windows : CutWindows
        Windows, and how many of their states are kept.

    Returns
    -------
    Embeddings
        A row per kept state, with the frame it stands for; frames before, between and after them
        have none.

    Raises
    ------
    DataError
        When the motion lacks channels of the model.
    """
    training = model.training
    batches = predict_windows(
        model, motion, windows.starts, device=training.device, precision=training.precision
    )
    states = [batch.prediction.decoder_states.float().cpu().numpy() for batch in batches]
    kept = np.arange(training.windows.target) < windows.kept[:, None]
    frames = frames_of(windows.starts + training.windows.source, training.windows.target)
    values = np.concatenate(states)[kept].astype(np.float64)
    seen = None if motion.seen.all() else motion.seen
    return Embeddings(values, frames[kept], len(motion), motion.frame_rate, windows.cuts, seen=seen)


def single_linkage(
    model: TrainedModel, motion: Motion, windows: CutWindows, number: int
) -> Int[np.ndarray, "frames"]:
    """Cluster kept decoder states by single linkage on cosine distances, and label every frame.

    Parameters
    ----------
    model : TrainedModel
        Network whose states are clustered.
    motion : Motion
        Sequence in exponential maps or positions.
    windows : CutWindows
        Windows, and how many of their states are kept.
    number : int
        Clusters to find.

    Returns
    -------
    ndarray of int, shape (frames,)
        Cluster of every frame, numbered from 0 in order of appearance; a frame without a state
        has the cluster of the nearest one in the same interval.

    Raises
    ------
    DataError
        When no more frames have a state than clusters are asked for, or the motion lacks channels
        of the model.
    """
    states = int(windows.kept.sum())
    if number >= states:
        raise DataError(
            f"{motion.trial}: {number} clusters asked for, but {states} frames have a state: its "
            f"{len(windows.cuts) + 1} intervals are too short for published.windows or, if they "
            "were cut by the loss, the network predicts too badly (train for longer)"
        )
    return cluster(
        decoder_states(model, motion, windows), PUBLISHED_CLUSTERING, number
    ).frame_labels
