"""Nodes of pipeline ``video``: networks that reconstruct and predict synthetic moving digits."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import pandas as pd

from kinembed import video
from kinembed.checkpoints import CheckpointFolder
from kinembed.parallel import MappedPartitions, ParallelConfig, loaders_of, map_partitions
from kinembed.plots.export import png
from kinembed.plots.moving_video import moving_videos
from kinembed.plots.video import input_filters, roll_out_peaks, strips, unit_activity
from kinembed.reporting import ReportParameters
from kinembed.sources.digits import Digits, find_digits
from kinembed.video import (
    VideoModel,
    VideoParameters,
    VideoTrainingParameters,
    example_strips,
    long_strips,
    score_baselines,
    train_video_model,
)

UNITS = 64
"""Units whose filters are drawn."""

Models = Mapping[str, Callable[[], VideoModel]]


def collect_digits(parameters: VideoParameters) -> Digits:
    """MNIST where it is, else other digits, in the size that is asked for."""
    return find_digits(parameters.folder, parameters.mirror).shrunk(parameters.shrink)


def train_videos(
    digits: Digits,
    checkpoints: CheckpointFolder,
    parameters: VideoParameters,
    parallel: ParallelConfig,
) -> MappedPartitions[VideoModel]:
    """A network for each row and seed, from its last checkpoint if a run was killed."""
    train = partial(_train, digits=digits, checkpoints=checkpoints)
    trainings = loaders_of(parameters.trainings())
    return map_partitions(train, trainings, config=parallel, description="training")


def collect_histories(models: Models) -> pd.DataFrame:
    """How the loss of every network fell: columns network, step, loss."""
    histories = {name: load().history for name, load in models.items()}
    return pd.concat(histories, names=["network"]).reset_index("network")


def score_videos(
    models: Models, digits: Digits, parameters: VideoParameters, parallel: ParallelConfig
) -> pd.DataFrame:
    """Scores on held-out videos: baselines, then every network."""
    score = partial(video.score_network, digits=digits, held_out=parameters.held_out)
    chosen = {name: models[name] for name in parameters.trainings()}
    mapped = map_partitions(score, chosen, config=parallel, description="scoring")
    found = dict(mapped.stream())
    baselines = score_baselines(digits, parameters.training, parameters.held_out)
    return pd.concat([baselines, *(found[name] for name in chosen)], ignore_index=True)


def describe_runs(
    scores: pd.DataFrame, parameters: VideoParameters
) -> dict[str, dict[str, dict[str, Any]]]:
    """Every network and its scores, for its record in MLflow."""
    return video.describe_runs(scores, parameters.trainings())


def roll_out(
    models: Models, digits: Digits, parameters: VideoParameters, parallel: ParallelConfig
) -> pd.DataFrame:
    """How bright frames stay that are predicted at length, trained and untrained."""
    measure = partial(video.peak_table, digits=digits, held_out=parameters.held_out)
    chosen = {name: models[name] for name in parameters.predicting()}
    mapped = map_partitions(measure, chosen, config=parallel, description="roll-outs")
    found = dict(mapped.stream())
    return pd.concat([found[name] for name in chosen], ignore_index=True)


def draw_videos(
    models: Models, digits: Digits, parameters: VideoParameters, reporting: ReportParameters
) -> dict[str, bytes]:
    """Strips of one video for each number of digits, moving too, and of long roll-outs.

    All of the first seed.
    """
    first = {name: models[name]() for name in parameters.trainings() if _is_first(name, parameters)}
    predicting = {name: model for name, model in first.items() if name in parameters.predicting()}
    source, note = parameters.training.windows.source, reporting.note
    files = {}
    for shown in parameters.held_out.digits:
        rows = example_strips(first, digits, shown)
        files[f"strips_{shown}_digits.png"] = png(strips(rows, note, source))
        files[f"moving_{shown}_digits.gif"] = moving_videos(rows, source, note)
    long = long_strips(predicting, digits, parameters.held_out)
    return files | {"roll_outs.png": png(strips(long, note))}


def draw_units(
    models: Models,
    digits: Digits,
    roll_outs: pd.DataFrame,
    parameters: VideoParameters,
    reporting: ReportParameters,
) -> dict[str, bytes]:
    """How bright roll-outs stay; what units of the first seed do, and what they let in."""
    frames, note = parameters.training.windows.target, reporting.note
    figures = {"roll_out_peaks.png": roll_out_peaks(roll_outs, frames, note)}
    for name in parameters.predicting():
        if _is_first(name, parameters):
            model = models[name]()
            states = video.roll_out(model, digits, parameters.held_out, 1).states[0]
            figures[f"units_{name}.png"] = unit_activity(states, frames, note)
            figures[f"filters_{name}.png"] = input_filters(video.input_filters(model, UNITS), note)
    return {name: png(figure) for name, figure in figures.items()}


def forget_checkpoints(checkpoints: CheckpointFolder, histories: pd.DataFrame) -> None:  # noqa: ARG001
    """Once networks are stored (their histories tell) checkpoints have done their work."""
    checkpoints.clear()


def _is_first(name: str, parameters: VideoParameters) -> bool:
    return parameters.trainings()[name].seed == parameters.seeds[0]


def _train(
    name: str, parameters: VideoTrainingParameters, digits: Digits, checkpoints: CheckpointFolder
) -> VideoModel:
    return train_video_model(digits.train, parameters, name, checkpoints)
