"""One held-out video as networks reconstruct and predict it, ready to be drawn."""

from collections.abc import Mapping

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from kinembed.sources.digits import Digits
from kinembed.video.model import VideoModel
from kinembed.video.parameters import HeldOutParameters
from kinembed.video.roll_outs import roll_out
from kinembed.video.training import held_out_videos

EVERY = 3
"""Of long roll-outs every third frame is shown."""

Strips = dict[str, Float[np.ndarray, "frames side side"]]


@torch.no_grad()
def example_strips(models: Mapping[str, VideoModel], digits: Digits, shown: int) -> Strips:
    """The video, then what each network makes of it by itself: source and target in one row.

    What a network has no decoder for is NaN. The video is the first of those with so many digits.
    """
    strips: Strips = {}
    for name, model in models.items():
        source, target = held_out_videos(digits, model.parameters, shown, 1)
        decoded = model.network.cpu().eval().roll_out(source, target.shape[1])
        parts = (
            torch.full_like(truth, torch.nan) if raw is None else raw.sigmoid()
            for raw, truth in ((decoded.reconstruction, source), (decoded.future, target))
        )
        side = model.parameters.videos.side
        strips.setdefault("video", _frames(torch.cat([source, target], 1), side))
        strips[name] = _frames(torch.cat(list(parts), 1), side)
    return strips


def long_strips(
    models: Mapping[str, VideoModel], digits: Digits, held_out: HeldOutParameters
) -> Strips:
    """Every third of the predicted frames of a long roll-out; what happened comes first."""
    strips: Strips = {}
    for name, model in models.items():
        made = roll_out(model, digits, held_out, 1)
        side = model.parameters.videos.side
        strips.setdefault("video", made.truth[0].reshape(-1, side, side)[EVERY - 1 :: EVERY])
        strips[name] = made.frames[0].reshape(-1, side, side)[EVERY - 1 :: EVERY]
    return strips


def _frames(video: Float[Tensor, "1 frames pixels"], side: int) -> Float[np.ndarray, "_ side side"]:
    frames: np.ndarray = video[0].unflatten(-1, (side, side)).numpy()
    return frames
