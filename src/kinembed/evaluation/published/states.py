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
    """The states that the windows keep; frames before, between and after them have none."""
    training = model.training
    batches = predict_windows(
        model, motion, windows.starts, device=training.device, precision=training.precision
    )
    states = [batch.prediction.decoder_states.float().cpu().numpy() for batch in batches]
    kept = np.arange(training.windows.target) < windows.kept[:, None]
    frames = frames_of(windows.starts + training.windows.source, training.windows.target)
    values = np.concatenate(states)[kept].astype(np.float64)
    return Embeddings(values, frames[kept], len(motion), motion.frame_rate, windows.cuts)


def single_linkage(
    model: TrainedModel, motion: Motion, windows: CutWindows, number: int
) -> Int[np.ndarray, "frames"]:
    """Cluster of every frame; those without a state take the nearest one's of the same interval.

    Raises DataError when no more frames have a state than clusters are asked for.
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
