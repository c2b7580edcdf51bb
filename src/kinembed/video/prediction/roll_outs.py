"""What a network does when it predicts for long, and what its units do meanwhile."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import torch
from jaxtyping import Float

from kinembed.networks.video_lstm import as_seen
from kinembed.video.prediction.model import VideoModel
from kinembed.video.prediction.parameters import HeldOutParameters, row_of
from kinembed.video.prediction.sources import WindowSource


@dataclass(frozen=True, eq=False)
class RollOut:
    """Predictions of some videos, each frame after the network's own one before it.

    Attributes
    ----------
    frames : ndarray of float32, shape (videos, frames, channels)
        What is predicted.
    truth : ndarray of float32, shape (videos, frames, channels)
        What happened.
    states : ndarray of float32, shape (videos, frames, units)
        Of the predicting decoder's last layer.
    """

    frames: Float[np.ndarray, "videos frames channels"]
    truth: Float[np.ndarray, "videos frames channels"]
    states: Float[np.ndarray, "videos frames units"]


@torch.no_grad()
def roll_out(
    model: VideoModel,
    source: WindowSource,
    held_out: HeldOutParameters,
    videos: int,
    *,
    trained: bool = True,
) -> RollOut:
    """Predict held-out videos at length.

    Parameters
    ----------
    model : VideoModel
        Its network is set to evaluate, and moved to the CPU.
    source : WindowSource
        Draws the videos.
    held_out : HeldOutParameters
        Frames to predict.
    videos : int
        Videos to predict.
    trained : bool
        False: the network as it was before training predicts, to show what training does.

    Returns
    -------
    RollOut
        Predictions and the true frames.

    Raises
    ------
    DataError
        When the network is an autoencoder, or no held-out video is as long.
    """
    network = (model.network if trained else model.untrained).cpu().eval()
    windows = model.parameters.windows.model_copy(update={"target": held_out.roll_out})
    drawn = source.held_out(windows, videos)
    states, raw = network.future_states(drawn.source, held_out.roll_out)
    frames = as_seen(raw, network.values)
    return RollOut(frames.numpy(), drawn.target.numpy(), states.numpy())


def peak_table(
    name: str, model: VideoModel, source: WindowSource, held_out: HeldOutParameters
) -> pd.DataFrame:
    """Measure how large values stay in predicted frames and how wrong they are.

    The network predicts as it is and as it was before training.

    Parameters
    ----------
    name : str
        Of the network, as :meth:`VideoParameters.trainings` has it.
    model : VideoModel
        Its network is set to evaluate, and moved to the CPU.
    source : WindowSource
        Draws the videos.
    held_out : HeldOutParameters
        Frames to predict, and number of videos.

    Returns
    -------
    DataFrame
        A row for each frame. Columns ``model``, ``seed``, ``trained``, ``frame`` (1 is the first
        after the source), ``peak`` (the largest absolute value, of pictures the brightest pixel;
        mean over videos), ``squared_error`` (summed over channels, mean over videos).

    Raises
    ------
    DataError
        When the network is an autoencoder, or no held-out video is as long.
    """
    tables = []
    for trained in (True, False):
        made = roll_out(model, source, held_out, held_out.videos, trained=trained)
        errors = np.square(made.frames - made.truth).sum(-1).mean(0)
        peaks = np.abs(made.frames).max(-1).mean(0)
        frame = np.arange(1, held_out.roll_out + 1)
        columns = {"frame": frame, "peak": peaks, "squared_error": errors}
        tables.append(pd.DataFrame({"trained": trained, **columns}))
    named = pd.concat(tables, ignore_index=True)
    named.insert(0, "model", row_of(name))
    named.insert(1, "seed", model.parameters.seed)
    return named


def input_filters(
    model: VideoModel, number: int, frame_shape: Sequence[int]
) -> Float[np.ndarray, "number ..."]:
    """Return input weights of the encoder's first layer, of the units whose weights are largest.

    They are the weights of the candidate (gate z) from each channel.

    Parameters
    ----------
    model : VideoModel
        Its network is on the CPU.
    number : int
        Units; all where there are fewer.
    frame_shape : sequence of int
        Shape of a frame, whose product is the number of channels.

    Returns
    -------
    ndarray of float32, shape (number, *frame_shape)
        Sorted by the sum of squares, the largest first.
    """
    weights = model.network.state_dict()["encoder.layers.0.weight"]
    candidates: np.ndarray = weights.chunk(4)[2].numpy()
    strongest = np.argsort(-np.square(candidates).sum(1))[:number]
    return candidates[strongest].reshape(-1, *frame_shape)
