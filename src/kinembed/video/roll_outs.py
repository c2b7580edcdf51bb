"""What a network does when it predicts for long, and what its units do meanwhile."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import torch
from jaxtyping import Float

from kinembed.sources.digits import Digits
from kinembed.video.model import VideoModel
from kinembed.video.parameters import HeldOutParameters, row_of
from kinembed.video.training import held_out_videos


@dataclass(frozen=True, eq=False)
class RollOut:
    """Predictions of some videos, each frame after the network's own one before it.

    Attributes
    ----------
    frames: what is predicted, pixels in [0, 1].
    truth: what happened.
    states: of the predicting decoder's last layer.
    """

    frames: Float[np.ndarray, "videos frames pixels"]
    truth: Float[np.ndarray, "videos frames pixels"]
    states: Float[np.ndarray, "videos frames units"]


@torch.no_grad()
def roll_out(
    model: VideoModel,
    digits: Digits,
    held_out: HeldOutParameters,
    videos: int,
    *,
    trained: bool = True,
) -> RollOut:
    """Predict held-out videos at length, or let the network as it was before training do so.

    They show as many digits as in training. Raises DataError for an autoencoder.
    """
    network = (model.network if trained else model.untrained).cpu().eval()
    drawn = held_out_videos(
        digits, model.parameters, model.parameters.videos.digits, videos, held_out.roll_out
    )
    states, raw = network.future_states(drawn.source, held_out.roll_out)
    return RollOut(raw.sigmoid().numpy(), drawn.target.numpy(), states.numpy())


def peak_table(
    name: str, model: VideoModel, digits: Digits, held_out: HeldOutParameters
) -> pd.DataFrame:
    """How bright the brightest pixel of predicted frames is, and how wrong they are.

    Columns ``model``, ``seed``, ``trained``, ``frame`` (1 is the first after the source),
    ``peak`` (mean over videos) and ``squared_error`` (of a frame). Raises DataError for an
    autoencoder.
    """
    tables = []
    for trained in (True, False):
        made = roll_out(model, digits, held_out, held_out.videos, trained=trained)
        errors = np.square(made.frames - made.truth).sum(-1).mean(0)
        columns = {"peak": made.frames.max(-1).mean(0), "squared_error": errors}
        frame = np.arange(1, held_out.roll_out + 1)
        tables.append(pd.DataFrame({"trained": trained, "frame": frame, **columns}))
    named = pd.concat(tables, ignore_index=True)
    named.insert(0, "model", row_of(name))
    named.insert(1, "seed", model.parameters.seed)
    return named


def input_filters(model: VideoModel, number: int) -> Float[np.ndarray, "number side side"]:
    """What units of the encoder's first layer let in: those weights that are largest together.

    They are the weights of the candidate (gate z) from each pixel.
    """
    side = model.parameters.videos.side
    weights = model.network.state_dict()["encoder.layers.0.weight"]
    candidates: np.ndarray = weights.chunk(4)[2].unflatten(1, (side, side)).numpy()
    strength = np.square(candidates).sum((1, 2))
    return candidates[np.argsort(-strength)[:number]]
