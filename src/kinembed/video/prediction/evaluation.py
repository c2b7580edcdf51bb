"""How well video networks reconstruct and predict videos that they have not seen.

A conditional decoder is tried twice. As *teacher*-forced it receives the true frame before each
that it makes; *free*, its own. An unconditional one receives nothing and is free.

Cross-entropy, of binary values alone, is in nats per frame; squared error is summed over the
channels of a frame; both are means over frames and videos.
"""

import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

import pandas as pd
import torch
from jaxtyping import Float
from torch import Tensor

from kinembed.networks.video_lstm import (
    Decoded,
    Values,
    VideoLstm,
    as_seen,
    cross_entropy,
    squared_error,
)
from kinembed.training.devices import resolve_device
from kinembed.video.prediction.model import VideoModel
from kinembed.video.prediction.parameters import HeldOutParameters, row_of
from kinembed.video.prediction.sources import Videos, WindowSource
from kinembed.video.prediction.training import VideoTrainingParameters

COLUMNS = ["data", "model", "decoder", "seed", "regime", "digits", "cross_entropy", "squared_error"]
MEASURES = ("cross_entropy", "squared_error")
DECODERS = ("reconstruction", "prediction")
TEACHER, FREE = "teacher", "free"
BATCH = 100
"""Videos that a network sees at once."""


class Score(NamedTuple):
    """How well one decoder does in one regime.

    Attributes
    ----------
    decoder : str
        ``reconstruction`` or ``prediction``.
    regime : str
        ``teacher`` or ``free``: which frame a conditional decoder receives.
    digits : int or None
        Digits in the videos; None where they show none.
    cross_entropy : float
        Nats per frame; nan for real values.
    squared_error : float
        Summed over the channels of a frame, mean over frames and videos.
    """

    decoder: str
    regime: str
    digits: int | None
    cross_entropy: float
    squared_error: float


def score_network(
    name: str, model: VideoModel, source: WindowSource, held_out: HeldOutParameters
) -> pd.DataFrame:
    """Score every decoder of a network, in every regime and for every number of digits.

    Parameters
    ----------
    name : str
        Of the network, as :meth:`VideoParameters.trainings` has it.
    model : VideoModel
        Its network is set to evaluate, and moved to its device.
    source : WindowSource
        Draws the videos.
    held_out : HeldOutParameters
        How many videos are drawn.

    Returns
    -------
    DataFrame
        Columns ``data``, ``model``, ``decoder``, ``seed``, ``regime``, ``digits``,
        ``cross_entropy``, ``squared_error``.

    Raises
    ------
    DataError
        When no held-out video is as long as a window, or digits are larger than the frames.
    """
    network = model.network.to(resolve_device(model.parameters.device)).eval()
    scores = [
        score_of(raw, truth, network.values, decoder, regime, shown)
        for shown in source.shown
        for videos in [source.held_out(model.parameters.windows, held_out.videos, shown)]
        for regime in _regimes(network)
        for decoder, raw, truth in _decoded(network, videos, regime)
    ]
    return score_table(scores, source.name, row_of(name), model.parameters.seed)


def score_of(
    raw: Float[Tensor, "videos frames channels"],
    truth: Float[Tensor, "videos frames channels"],
    values: Values,
    decoder: str,
    regime: str,
    digits: int | None,
) -> Score:
    """Measure both errors of what a decoder made.

    Parameters
    ----------
    raw : Tensor of float, shape (videos, frames, channels)
        Outputs of the readout: logits of binary values, real values as they are.
    truth : Tensor of float, shape (videos, frames, channels)
        The true frames, in [0, 1] where values are binary.
    values : {"binary", "real"}
        Kind of values.
    decoder : str
        ``reconstruction`` or ``prediction``.
    regime : str
        ``teacher`` or ``free``.
    digits : int or None
        Digits in the videos; None where they show none.

    Returns
    -------
    Score
        Cross-entropy is nan for real values.

    Raises
    ------
    DataError
        When values are binary and a true one lies outside [0, 1].
    """
    squared = squared_error(as_seen(raw, values), truth).item()
    entropy = cross_entropy(raw, truth).item() if values == "binary" else math.nan
    return Score(decoder, regime, digits, entropy, squared)


def score_table(scores: Iterable[Score], data: str, model: str, seed: int | None) -> pd.DataFrame:
    """Arrange the scores of one model as a table.

    Parameters
    ----------
    scores : iterable of Score
        One for each row.
    data : str
        Name of the source.
    model : str
        Name of the row, or of the baseline.
    seed : int or None
        Of the network; None: a baseline.

    Returns
    -------
    DataFrame
        Columns as in `COLUMNS`.
    """
    table = pd.DataFrame(scores, columns=list(Score._fields)).assign(data=data, model=model)
    table["seed"] = pd.array([seed] * len(table), dtype="Int64")
    table["digits"] = table["digits"].astype("Int64")
    return table[COLUMNS]


def describe_runs(
    scores: pd.DataFrame, trainings: Mapping[str, VideoTrainingParameters]
) -> dict[str, dict[str, dict[str, Any]]]:
    """Describe every network and its scores, for its record in MLflow.

    Parameters
    ----------
    scores : DataFrame
        Rows of :func:`score_network`, of all networks.
    trainings : mapping of str to VideoTrainingParameters
        Name of each network -> how it was trained.

    Returns
    -------
    dict
        Name of each network -> ``params`` (its own settings and seed) and ``metrics``
        (``<decoder>.<regime>.<measure>``, with the number of digits before the measure).
    """
    return {
        name: {
            "params": parameters.network.model_dump(mode="json") | {"seed": parameters.seed},
            "metrics": _metrics(scores, row_of(name), parameters.seed),
        }
        for name, parameters in trainings.items()
    }


def _metrics(scores: pd.DataFrame, row: str, seed: int) -> dict[str, float]:
    own = scores[(scores["model"] == row) & (scores["seed"] == seed)]
    return {
        f"{row.decoder}.{row.regime}.{_shown(row.digits)}{measure}": float(getattr(row, measure))
        for row in own.itertuples(index=False)
        for measure in MEASURES
        if not math.isnan(getattr(row, measure))
    }


def _shown(digits: Any) -> str:
    return "" if pd.isna(digits) else f"{digits}_digits."


def _regimes(network: VideoLstm) -> tuple[str, ...]:
    return (TEACHER, FREE) if network.conditional else (FREE,)


@torch.no_grad()
def _decoded(
    network: VideoLstm, videos: Videos, regime: str
) -> Iterator[tuple[str, Tensor, Tensor]]:
    """Decoder, what it makes (raw, on the CPU), and what it should."""
    batches = zip(*(frames.split(BATCH) for frames in videos), strict=True)
    decoded = [_decode(network, Videos(*batch), regime) for batch in batches]
    made = ([one.reconstruction for one in decoded], [one.future for one in decoded])
    for decoder, found, truth in zip(DECODERS, made, videos, strict=True):
        raw = [one.cpu() for one in found if one is not None]
        if raw:
            yield decoder, torch.cat(raw), truth


def _decode(network: VideoLstm, videos: Videos, regime: str) -> Decoded:
    source, target = (frames.to(next(network.parameters()).device) for frames in videos)
    if regime == FREE:
        return network.roll_out(source, target.shape[1])
    decoded: Decoded = network(source, target)
    return decoded
