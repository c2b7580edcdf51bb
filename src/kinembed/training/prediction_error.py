"""How far off a trained network's predictions are, frame by frame."""

import numpy as np
import torch
from jaxtyping import Float, Int

from kinembed.motion.features import channel_weights
from kinembed.motion.motion import Motion
from kinembed.motion.windows import frames_of, window_starts
from kinembed.training.trained_model import TrainedModel
from kinembed.training.window_predictions import predict_windows

HORIZONS = 5
"""Windows that predict a frame, each a different time ahead, so that the mean has no steps."""


def prediction_error(model: TrainedModel, motion: Motion) -> Float[np.ndarray, "frames"]:
    """Root mean squared error over channels, in standard deviations of a channel.

    Windows lie a fifth (``HORIZONS``) of the target frames apart, at least one frame. The squares
    are averaged over the windows that predict a frame.

    Parameters
    ----------
    model : TrainedModel
        Its training parameters give windows, device and precision.
    motion : Motion
        A recording on the model's skeleton.

    Returns
    -------
    ndarray of float64, shape (frames,)
        NaN at frames that no window predicts, such as the first source frames and those not seen.

    Raises
    ------
    DataError
        When the motion is shorter than a window, or does not fit the model (see
        :meth:`kinembed.training.trained_model.TrainedModel.inputs`).
    """
    training = model.training
    lengths = training.windows
    stride = max(1, lengths.target // HORIZONS)
    starts = window_starts(len(motion), lengths, stride, seen=motion.seen)
    weights = channel_weights(motion, model.standardiser.channels)
    squares = torch.zeros(len(motion), dtype=torch.float64)
    counts = torch.zeros(len(motion), dtype=torch.float64)
    for batch in predict_windows(
        model, motion, starts, device=training.device, precision=training.precision
    ):
        error = batch.prediction.target.float() - batch.target
        frames = torch.as_tensor(frames_of(batch.starts + lengths.source, lengths.target)).flatten()
        square = _mean_square(error.flatten(0, 1), weights, frames).cpu().double()
        squares.index_add_(0, frames, square)
        counts.index_add_(0, frames, torch.ones_like(square))
    mean = torch.where(counts > 0, squares / counts, torch.nan)
    return np.asarray(mean.sqrt().numpy())


def _mean_square(
    error: Float[torch.Tensor, "rows channels"],
    weights: Float[np.ndarray, "frames channels"] | None,
    frames: Int[torch.Tensor, "rows"],
) -> Float[torch.Tensor, "rows"]:
    """Over channels, weighted; NaN where nothing is known of a frame."""
    if weights is None:
        return error.square().mean(dim=1)
    known = torch.as_tensor(weights)[frames].to(error)
    return (known * error.square()).sum(dim=1) / known.sum(dim=1)
