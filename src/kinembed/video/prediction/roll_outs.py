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
    frames: what is predicted.
    truth: what happened.
    states: of the predicting decoder's last layer.
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
    """Predict held-out videos at length, or let the network as it was before training do so.

    They show what training does. Raises DataError for an autoencoder, or when no held-out video is
    as long.
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
    """How far predicted frames are from nothing, and how wrong they are.

    Columns ``model``, ``seed``, ``trained``, ``frame`` (1 is the first after the source), ``peak``
    (the largest absolute value, of pictures the brightest pixel; mean over videos) and
    ``squared_error`` (of a frame). Raises DataError for an autoencoder.
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
    """What units of the encoder's first layer let in: those weights that are largest together.

    They are the weights of the candidate (gate z) from each channel, in the shape of a frame.
    """
    weights = model.network.state_dict()["encoder.layers.0.weight"]
    candidates: np.ndarray = weights.chunk(4)[2].numpy()
    strongest = np.argsort(-np.square(candidates).sum(1))[:number]
    return candidates[strongest].reshape(-1, *frame_shape)
