"""One held-out video as networks reconstruct and predict it, ready to be drawn."""

from collections.abc import Mapping

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from kinembed.networks.video_lstm import as_seen
from kinembed.video.prediction.model import VideoModel
from kinembed.video.prediction.parameters import HeldOutParameters
from kinembed.video.prediction.roll_outs import roll_out
from kinembed.video.prediction.sources import WindowSource

EVERY = 3
"""Of long roll-outs every third frame is shown."""

Strips = dict[str, Float[np.ndarray, "frames ..."]]
"""Frames in the shape of the source's, by the name of what made them."""


@torch.no_grad()
def example_strips(
    models: Mapping[str, VideoModel], source: WindowSource, shown: int | None
) -> Strips:
    """The video, then what each network makes of it by itself: source and target in one row.

    What a network has no decoder for is NaN. The video is the first of those that show so much.
    """
    strips: Strips = {}
    for name, model in models.items():
        videos = source.held_out(model.parameters.windows, 1, shown)
        decoded = model.network.cpu().eval().roll_out(videos.source, videos.target.shape[1])
        parts = [
            torch.full_like(truth, torch.nan) if raw is None else as_seen(raw, model.network.values)
            for raw, truth in zip((decoded.reconstruction, decoded.future), videos, strict=True)
        ]
        strips.setdefault("video", _frames(torch.cat(videos, 1), source))
        strips[name] = _frames(torch.cat(parts, 1), source)
    return strips


def long_strips(
    models: Mapping[str, VideoModel], source: WindowSource, held_out: HeldOutParameters
) -> Strips:
    """Every third of the predicted frames of a long roll-out; what happened comes first."""
    strips: Strips = {}
    for name, model in models.items():
        made = roll_out(model, source, held_out, 1)
        for row, values in (("video", made.truth), (name, made.frames)):
            strips.setdefault(row, _frames(torch.as_tensor(values), source)[EVERY - 1 :: EVERY])
    return strips


def _frames(
    video: Float[Tensor, "1 frames channels"], source: WindowSource
) -> Float[np.ndarray, "_ ..."]:
    frames: np.ndarray = video[0].unflatten(-1, source.frame_shape).numpy()
    return frames
