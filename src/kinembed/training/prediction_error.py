"""How far off a trained network's predictions are, frame by frame."""

import numpy as np
import torch
from jaxtyping import Float

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
    squares = torch.zeros(len(motion), dtype=torch.float64)
    counts = torch.zeros(len(motion), dtype=torch.float64)
    for batch in predict_windows(
        model, motion, starts, device=training.device, precision=training.precision
    ):
        error = batch.prediction.target.float() - batch.target
        square = error.square().mean(dim=2).cpu().double().flatten()
        frames = torch.as_tensor(frames_of(batch.starts + lengths.source, lengths.target)).flatten()
        squares.index_add_(0, frames, square)
        counts.index_add_(0, frames, torch.ones_like(square))
    mean = torch.where(counts > 0, squares / counts, torch.nan)
    return np.asarray(mean.sqrt().numpy())
