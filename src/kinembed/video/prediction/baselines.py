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

from kinembed.networks.video_lstm import Values, frame_loss
from kinembed.video.prediction.evaluation import DECODERS, FREE, score_of, score_table
from kinembed.video.prediction.parameters import HeldOutParameters
from kinembed.video.prediction.sources import Videos, WindowSource, known_videos
from kinembed.video.prediction.training import VideoTrainingParameters

CERTAIN = 1 / 510
"""No baseline is surer than half a grey level allows: cross-entropy has no end."""
SHARES = tuple(torch.linspace(0, 1, 21).tolist())

Baseline = Callable[[Float[Tensor, "videos source channels"], str], Float[Tensor, "_ 1 channels"]]
"""Source and the decoder's name -> the one frame that stands for all."""


def score_baselines(
    source: WindowSource, parameters: VideoTrainingParameters, held_out: HeldOutParameters
) -> pd.DataFrame:
    """Score frames that stand still on the videos that networks are scored on.

    Parameters
    ----------
    source : WindowSource
        Draws the videos.
    parameters : VideoTrainingParameters
        Windows and kind of values.
    held_out : HeldOutParameters
        How many videos are drawn, to measure the mean and to score.

    Returns
    -------
    DataFrame
        Columns as in :data:`kinembed.video.prediction.evaluation.COLUMNS`; ``model`` is
        ``mean_frame``, ``last_frame`` or ``last_and_mean``, and ``seed`` is absent.

    Raises
    ------
    DataError
        When videos are shorter than a window, or digits larger than a frame.
    """
    windows, values = parameters.windows, parameters.network.values
    known = known_videos(source, windows, held_out.videos)
    tried = {shown: source.held_out(windows, held_out.videos, shown) for shown in source.shown}
    tables = []
    for name, baseline in _baselines(known, values).items():
        scores = [
            score_of(
                _raw(baseline(videos.source, decoder), truth, values),
                truth,
                values,
                decoder,
                FREE,
                shown,
            )
            for shown, videos in tried.items()
            for decoder, truth in zip(DECODERS, videos, strict=True)
        ]
        tables.append(score_table(scores, source.name, name, None))
    return pd.concat(tables, ignore_index=True)


def _baselines(known: Videos, values: Values) -> dict[str, Baseline]:
    mean = known.source.mean((0, 1), keepdim=True)
    shares = {
        decoder: min(SHARES, key=partial(_loss, mean, known.source, truth, values))
        for decoder, truth in zip(DECODERS, known, strict=True)
    }
    return {
        "mean_frame": lambda _, __: mean,
        "last_frame": lambda source, _: source[:, -1:],
        "last_and_mean": lambda source, decoder: _mixed(mean, source, shares[decoder]),
    }


def _mixed(mean: Tensor, source: Tensor, share: float) -> Tensor:
    return mean.lerp(source[:, -1:], share)


def _loss(mean: Tensor, source: Tensor, truth: Tensor, values: Values, share: float) -> float:
    raw = _raw(_mixed(mean, source, share), truth, values)
    return frame_loss(values)(raw, truth).item()


def _raw(frame: Tensor, truth: Tensor, values: Values) -> Tensor:
    """What a network's readout would have to give for the frame."""
    if values == "binary":
        frame = frame.clamp(CERTAIN, 1 - CERTAIN).logit()
    return frame.expand_as(truth)
