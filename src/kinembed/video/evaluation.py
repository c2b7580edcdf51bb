"""How well video networks reconstruct and predict digits that they have not seen.

A conditional decoder is tried twice. As *teacher*-forced it receives the true frame before each
that it makes; *free*, its own. An unconditional one receives nothing and is free.

Cross-entropy is in nats per frame, squared error is summed over the pixels of a frame; both are
means over frames and videos.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

import pandas as pd
import torch
from jaxtyping import Float
from torch import Tensor

from kinembed.devices import resolve_device
from kinembed.models.video_lstm import Decoded, VideoLstm, cross_entropy, squared_error
from kinembed.sources.digits import Digits
from kinembed.video.model import VideoModel
from kinembed.video.parameters import HeldOutParameters, row_of
from kinembed.video.training import Videos, VideoTrainingParameters, held_out_videos

COLUMNS = ["data", "model", "decoder", "seed", "regime", "digits", "cross_entropy", "squared_error"]
DECODERS = ("reconstruction", "prediction")
TEACHER, FREE = "teacher", "free"
BATCH = 100
"""Videos that a network sees at once."""


class Score(NamedTuple):
    """Of one decoder, in one regime, on videos of one number of digits."""

    decoder: str
    regime: str
    digits: int
    cross_entropy: float
    squared_error: float


def score_network(
    name: str, model: VideoModel, digits: Digits, held_out: HeldOutParameters
) -> pd.DataFrame:
    """Scores of every decoder, regime and number of digits: columns as in `COLUMNS`.

    `name` is that of :meth:`VideoParameters.trainings`. Raises DataError for digits that do not
    fit into the frames that the network knows.
    """
    network = model.network.to(resolve_device(model.parameters.device)).eval()
    scores = [
        score_of(raw, truth, decoder, regime, number)
        for number in held_out.digits
        for videos in [held_out_videos(digits, model.parameters, number, held_out.videos)]
        for regime in _regimes(network)
        for decoder, raw, truth in _decoded(network, videos, regime)
    ]
    return score_table(scores, digits, row_of(name), model.parameters.seed)


def score_of(
    logits: Float[Tensor, "videos frames pixels"],
    truth: Float[Tensor, "videos frames pixels"],
    decoder: str,
    regime: str,
    digits: int,
) -> Score:
    """Both measures of what a decoder made."""
    squared = squared_error(logits.sigmoid(), truth).item()
    return Score(decoder, regime, digits, cross_entropy(logits, truth).item(), squared)


def score_table(
    scores: Iterable[Score], digits: Digits, model: str, seed: int | None
) -> pd.DataFrame:
    """Scores of one model: columns as in `COLUMNS`."""
    table = pd.DataFrame(scores, columns=list(Score._fields)).assign(data=digits.name, model=model)
    table["seed"] = pd.array([seed] * len(table), dtype="Int64")
    return table[COLUMNS]


def describe_runs(
    scores: pd.DataFrame, trainings: Mapping[str, VideoTrainingParameters]
) -> dict[str, dict[str, dict[str, Any]]]:
    """Name of each network -> ``params`` of its own and ``metrics``, for its record in MLflow."""
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
        f"{row.decoder}.{row.regime}.{row.digits}_digits.{measure}": float(getattr(row, measure))
        for row in own.itertuples(index=False)
        for measure in ("cross_entropy", "squared_error")
    }


def _regimes(network: VideoLstm) -> tuple[str, ...]:
    return (TEACHER, FREE) if network.conditional else (FREE,)


@torch.no_grad()
def _decoded(
    network: VideoLstm, videos: Videos, regime: str
) -> Iterator[tuple[str, Tensor, Tensor]]:
    """Decoder, what it makes (raw, on the CPU), and what it should."""
    batches = zip(*(part.split(BATCH) for part in videos), strict=True)
    parts = [_decode(network, Videos(*batch), regime) for batch in batches]
    made = ([part.reconstruction for part in parts], [part.future for part in parts])
    for decoder, found, truth in zip(DECODERS, made, videos, strict=True):
        raw = [one.cpu() for one in found if one is not None]
        if raw:
            yield decoder, torch.cat(raw), truth


def _decode(network: VideoLstm, videos: Videos, regime: str) -> Decoded:
    source, target = (part.to(next(network.parameters()).device) for part in videos)
    if regime == FREE:
        return network.roll_out(source, target.shape[1])
    decoded: Decoded = network(source, target)
    return decoded
