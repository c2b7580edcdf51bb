"""Nodes of pipeline ``video``: networks that reconstruct and predict videos of any kind."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import pandas as pd

from kinembed.core.parallel import MappedPartitions, ParallelConfig, loaders_of, map_partitions
from kinembed.io.sources.frame_features import FrameFeatures
from kinembed.report.plots.channel_lines import channel_lines
from kinembed.report.plots.export import StaticFigure, png
from kinembed.report.plots.moving_video import moving_videos
from kinembed.report.plots.video import input_filters, roll_out_peaks, strips, unit_activity
from kinembed.report.sequence import ReportParameters
from kinembed.training.checkpoints import CheckpointFolder
from kinembed.video import prediction as video
from kinembed.video.prediction import (
    VideoData,
    VideoModel,
    VideoParameters,
    VideoTrainingParameters,
    WindowSource,
    collect_data,
    example_strips,
    long_strips,
    score_baselines,
    source_of,
    train_video_model,
)
from kinembed.video.prediction.strips import EVERY, Strips

UNITS = 64
"""Units whose filters are drawn."""

Models = Mapping[str, Callable[[], VideoModel]]


def collect_videos(frame_features: FrameFeatures, parameters: VideoParameters) -> VideoData:
    """Digits, videos or frame features, whichever are asked for."""
    return collect_data(parameters, frame_features)


def train_videos(
    data: VideoData,
    checkpoints: CheckpointFolder,
    parameters: VideoParameters,
    parallel: ParallelConfig,
) -> MappedPartitions[VideoModel]:
    """A network for each row and seed, from its last checkpoint if a run was killed."""
    train = partial(_train, source=source_of(data, parameters), checkpoints=checkpoints)
    trainings = loaders_of(parameters.trainings())
    return map_partitions(train, trainings, config=parallel, description="training", with_name=True)


def score_videos(
    models: Models, data: VideoData, parameters: VideoParameters, parallel: ParallelConfig
) -> pd.DataFrame:
    """Scores on held-out videos: baselines, then every network."""
    source = source_of(data, parameters)
    score = partial(video.score_network, source=source, held_out=parameters.held_out)
    chosen = {name: models[name] for name in parameters.trainings()}
    mapped = map_partitions(score, chosen, config=parallel, description="scoring", with_name=True)
    baselines = score_baselines(source, parameters.training, parameters.held_out)
    return pd.concat([baselines, *mapped.collect().values()], ignore_index=True)


def describe_runs(
    scores: pd.DataFrame, parameters: VideoParameters
) -> dict[str, dict[str, dict[str, Any]]]:
    """Every network and its scores, for its record in MLflow."""
    return video.describe_runs(scores, parameters.trainings())


def roll_out(
    models: Models, data: VideoData, parameters: VideoParameters, parallel: ParallelConfig
) -> pd.DataFrame:
    """How large values stay in frames that are predicted at length, trained and untrained."""
    source = source_of(data, parameters)
    measure = partial(video.peak_table, source=source, held_out=parameters.held_out)
    chosen = {name: models[name] for name in parameters.predicting()}
    mapped = map_partitions(
        measure, chosen, config=parallel, description="roll-outs", with_name=True
    )
    return pd.concat(mapped.collect().values(), ignore_index=True)


def draw_videos(
    models: Models, data: VideoData, parameters: VideoParameters, reporting: ReportParameters
) -> dict[str, bytes]:
    """One video for each number of digits, pictures moving too, and long roll-outs.

    All of the first seed.
    """
    source, note, frames = source_of(data, parameters), reporting.note, parameters.training.windows
    first = {name: models[name]() for name in parameters.trainings() if _is_first(name, parameters)}
    predicting = {name: model for name, model in first.items() if name in parameters.predicting()}
    files = {}
    for shown in source.shown:
        rows, name = example_strips(first, source, shown), f"_{shown}_digits" if shown else ""
        files[f"strips{name}.png"] = png(_drawn(rows, source, note, frames.source))
        if _are_pictures(source):
            files[f"moving{name}.gif"] = moving_videos(rows, frames.source, note)
    long = long_strips(predicting, source, parameters.held_out)
    return files | {"roll_outs.png": png(_drawn(long, source, note, every=EVERY))}


def draw_units(
    models: Models,
    data: VideoData,
    roll_outs: pd.DataFrame,
    parameters: VideoParameters,
    reporting: ReportParameters,
) -> dict[str, bytes]:
    """How large values stay in roll-outs; what units of the first seed do, and what they let in."""
    source, frames = source_of(data, parameters), parameters.training.windows.target
    note, label = reporting.note, "brightest pixel" if _are_pictures(source) else "largest value"
    figures = {"roll_out_peaks.png": roll_out_peaks(roll_outs, frames, note, label)}
    for name in parameters.predicting():
        if _is_first(name, parameters):
            model = models[name]()
            states = video.roll_out(model, source, parameters.held_out, 1).states[0]
            figures[f"units_{name}.png"] = unit_activity(states, frames, note)
            if _are_pictures(source):
                filters = video.input_filters(model, UNITS, source.frame_shape)
                figures[f"filters_{name}.png"] = input_filters(filters, note)
    return {name: png(figure) for name, figure in figures.items()}


def _is_first(name: str, parameters: VideoParameters) -> bool:
    return parameters.trainings()[name].seed == parameters.seeds[0]


def _drawn(
    rows: Strips, source: WindowSource, note: str | None, border: int | None = None, every: int = 1
) -> StaticFigure:
    if _are_pictures(source):
        return strips(rows, note, border)
    return channel_lines(rows, note, border, channels=source.channels, every=every)


def _are_pictures(source: WindowSource) -> bool:
    return len(source.frame_shape) > 1


def _train(
    name: str,
    parameters: VideoTrainingParameters,
    source: WindowSource,
    checkpoints: CheckpointFolder,
) -> VideoModel:
    return train_video_model(source, parameters, name, checkpoints)
