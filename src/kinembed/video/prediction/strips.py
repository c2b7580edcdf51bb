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
    """Reconstruct and predict the first held-out video by each network.

    Parameters
    ----------
    models : mapping of str to VideoModel
        By name. Their networks are set to evaluate, moved to the CPU, and see their own frames.
    source : WindowSource
        Draws the video.
    shown : int or None
        Digits in the video; None where it shows none.

    Returns
    -------
    dict of str to ndarray of float32, shape (frames, *frame_shape)
        ``video``, then each network: source and target in one row. NaN where a network has no
        decoder.

    Raises
    ------
    DataError
        When no held-out video is as long as a window.
    """
    strips: Strips = {}
    for name, model in models.items():
        videos = source.held_out(model.parameters.windows, 1, shown)
        decoded = model.network.cpu().eval().roll_out(videos.source, videos.target.shape[1])
        frames = [
            torch.full_like(truth, torch.nan) if raw is None else as_seen(raw, model.network.values)
            for raw, truth in zip((decoded.reconstruction, decoded.future), videos, strict=True)
        ]
        strips.setdefault("video", _frames(torch.cat(videos, 1), source))
        strips[name] = _frames(torch.cat(frames, 1), source)
    return strips


def long_strips(
    models: Mapping[str, VideoModel], source: WindowSource, held_out: HeldOutParameters
) -> Strips:
    """Predict the first held-out video at length by each network.

    Parameters
    ----------
    models : mapping of str to VideoModel
        By name; their networks predict.
    source : WindowSource
        Draws the video.
    held_out : HeldOutParameters
        Frames to predict.

    Returns
    -------
    dict of str to ndarray of float32, shape (frames, *frame_shape)
        ``video`` (the true frames), then each network; every third frame, from the third on.

    Raises
    ------
    DataError
        When a network is an autoencoder, or no held-out video is as long.
    """
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
