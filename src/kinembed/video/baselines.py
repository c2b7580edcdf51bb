"""What video networks are compared with: frames that stand still.

``mean_frame`` is the mean of videos to train on, ``last_frame`` repeats the last of the source, and
``last_and_mean`` is a mixture of both, in the proportion that is best on videos to train on.
"""

from collections.abc import Callable
from functools import partial

import pandas as pd
import torch
from jaxtyping import Float
from torch import Tensor

from kinembed.models.video_lstm import cross_entropy
from kinembed.sources.digits import Digits
from kinembed.video.evaluation import DECODERS, FREE, score_of, score_table
from kinembed.video.parameters import HeldOutParameters
from kinembed.video.training import (
    Videos,
    VideoTrainingParameters,
    held_out_videos,
    known_videos,
)

CERTAIN = 1 / 510
"""No baseline is surer than half a grey level allows: cross-entropy has no end."""
SHARES = tuple(torch.linspace(0, 1, 21).tolist())

Baseline = Callable[[Float[Tensor, "videos source pixels"], str], Float[Tensor, "_ 1 pixels"]]
"""Source and the decoder's name -> the one frame that stands for all."""


def score_baselines(
    digits: Digits, parameters: VideoTrainingParameters, held_out: HeldOutParameters
) -> pd.DataFrame:
    """The scores that networks get, on the same videos; a baseline has no seed.

    Raises DataError for digits that are larger than the frames.
    """
    known = known_videos(digits, parameters, held_out.videos)
    tables = []
    for name, baseline in _baselines(known).items():
        scores = [
            score_of(_logits(baseline(videos.source, decoder), truth), truth, decoder, FREE, shown)
            for shown in held_out.digits
            for videos in [held_out_videos(digits, parameters, shown, held_out.videos)]
            for decoder, truth in zip(DECODERS, videos, strict=True)
        ]
        tables.append(score_table(scores, digits, name, None))
    return pd.concat(tables, ignore_index=True)


def _baselines(known: Videos) -> dict[str, Baseline]:
    mean = known.source.mean((0, 1), keepdim=True)
    shares = {
        decoder: min(SHARES, key=partial(_loss, mean, known.source, truth))
        for decoder, truth in zip(DECODERS, known, strict=True)
    }
    return {
        "mean_frame": lambda _, __: mean,
        "last_frame": lambda source, _: source[:, -1:],
        "last_and_mean": lambda source, decoder: _mixed(mean, source, shares[decoder]),
    }


def _mixed(mean: Tensor, source: Tensor, share: float) -> Tensor:
    return mean.lerp(source[:, -1:], share)


def _loss(mean: Tensor, source: Tensor, truth: Tensor, share: float) -> float:
    return cross_entropy(_logits(_mixed(mean, source, share), truth), truth).item()


def _logits(frame: Tensor, truth: Tensor) -> Tensor:
    return frame.clamp(CERTAIN, 1 - CERTAIN).logit().expand_as(truth)
