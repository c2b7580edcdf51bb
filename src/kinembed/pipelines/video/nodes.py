"""Nodes of pipeline ``video``: networks that reconstruct and predict videos of any kind."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import pandas as pd

from kinembed.core.parallel import MappedPartitions, ParallelConfig, loaders_of, map_partitions
from kinembed.io.sources.frame_features import FrameFeatures
from kinembed.report.parameters import ReportParameters
from kinembed.report.plots.channel_lines import channel_lines
from kinembed.report.plots.export import StaticFigure, png
from kinembed.report.plots.moving_video import moving_videos
from kinembed.report.plots.video import input_filters, roll_out_peaks, strips, unit_activity
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
    """Collect digits, videos or frame features, whichever are asked for.

    Parameters
    ----------
    frame_features : FrameFeatures
        Joint positions of recordings; of no recording where there are none.
    parameters : VideoParameters
        Its ``data`` says which are collected; windows and roll-outs are checked against their
        length.

    Returns
    -------
    Digits or VideoFiles or FrameFeatures
        Images, frames or features.

    Raises
    ------
    SourceError
        When the data are absent, or a file is not the one that was published.
    FormatError
        When a file is damaged.
    DataError
        When the data are too short or too small.
    """
    return collect_data(parameters, frame_features)


def train_videos(
    data: VideoData,
    checkpoints: CheckpointFolder,
    parameters: VideoParameters,
    parallel: ParallelConfig,
) -> MappedPartitions[VideoModel]:
    """Train a network for each row and seed, from its last checkpoint if a run was killed.

    Parameters
    ----------
    data : Digits or VideoFiles or FrameFeatures
        Images, frames or features, as of :func:`collect_videos`.
    checkpoints : CheckpointFolder
        Where trainings keep their checkpoints; a training that was interrupted continues from
        there.
    parameters : VideoParameters
        Rows, seeds, windows and optimisation.
    parallel : ParallelConfig
        Engine and number of workers.

    Returns
    -------
    MappedPartitions of VideoModel
        ``<row>.seed_<seed>`` -> network, trained when it is asked for.

    Raises
    ------
    DataError
        Once computed, when a loss is not finite, or values do not suit it.
    CheckpointError
        Once computed, when a checkpoint is damaged.
    """
    train = partial(_train, source=source_of(data, parameters), checkpoints=checkpoints)
    trainings = loaders_of(parameters.trainings())
    return map_partitions(train, trainings, config=parallel, description="training", with_name=True)


def score_videos(
    models: Models, data: VideoData, parameters: VideoParameters, parallel: ParallelConfig
) -> pd.DataFrame:
    """Score baselines, then every network, on held-out videos.

    Parameters
    ----------
    models : mapping of str to loader of VideoModel
        ``<row>.seed_<seed>`` -> network.
    data : Digits or VideoFiles or FrameFeatures
        Images, frames or features, as of :func:`collect_videos`.
    parameters : VideoParameters
        Rows, seeds, windows and number of held-out videos.
    parallel : ParallelConfig
        Engine and number of workers.

    Returns
    -------
    DataFrame
        Columns ``data``, ``model`` (row or baseline), ``decoder``, ``seed``, ``regime`` (teacher or
        free), ``digits``, ``cross_entropy`` (nats per frame; nan for real values) and
        ``squared_error`` (summed over the channels of a frame).

    Raises
    ------
    DataError
        When no held-out video is as long as a window.
    """
    source = source_of(data, parameters)
    score = partial(video.score_network, source=source, held_out=parameters.held_out)
    chosen = {name: models[name] for name in parameters.trainings()}
    mapped = map_partitions(score, chosen, config=parallel, description="scoring", with_name=True)
    baselines = score_baselines(source, parameters.training, parameters.held_out)
    return pd.concat([baselines, *mapped.collect().values()], ignore_index=True)


def describe_runs(
    scores: pd.DataFrame, parameters: VideoParameters
) -> dict[str, dict[str, dict[str, Any]]]:
    """Describe every network and its scores, for its record in MLflow.

    Parameters
    ----------
    scores : DataFrame
        As of :func:`score_videos`.
    parameters : VideoParameters
        Rows and seeds.

    Returns
    -------
    dict of str to dict
        ``<row>.seed_<seed>`` -> ``params`` of the network, and ``metrics``.
    """
    return video.describe_runs(scores, parameters.trainings())


def roll_out(
    models: Models, data: VideoData, parameters: VideoParameters, parallel: ParallelConfig
) -> pd.DataFrame:
    """Measure how large values stay in frames that are predicted at length, trained and untrained.

    Parameters
    ----------
    models : mapping of str to loader of VideoModel
        ``<row>.seed_<seed>`` -> network.
    data : Digits or VideoFiles or FrameFeatures
        Images, frames or features, as of :func:`collect_videos`.
    parameters : VideoParameters
        Rows, seeds, number of held-out videos and length (frames) of roll-outs; autoencoders are
        left out.
    parallel : ParallelConfig
        Engine and number of workers.

    Returns
    -------
    DataFrame
        Columns ``model`` (row), ``seed``, ``trained``, ``frame`` (1: first after the source),
        ``peak`` (largest absolute value, mean over videos) and ``squared_error``.

    Raises
    ------
    DataError
        When no held-out video is as long as a roll-out.
    ValueError
        When every row is an autoencoder.
    """
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
    """Draw one video for each number of digits, and long roll-outs, of networks of the first seed.

    Parameters
    ----------
    models : mapping of str to loader of VideoModel
        ``<row>.seed_<seed>`` -> network.
    data : Digits or VideoFiles or FrameFeatures
        Images, frames or features, as of :func:`collect_videos`.
    parameters : VideoParameters
        Rows, seeds, windows and length (frames) of roll-outs.
    reporting : ReportParameters
        Its ``note`` stands on every figure.

    Returns
    -------
    dict of str to bytes
        ``strips.png`` (or ``strips_<number>_digits.png``), the same as ``moving...gif`` where
        frames are pictures, and ``roll_outs.png``.

    Raises
    ------
    DataError
        When every row is an autoencoder, or no held-out video is as long as a roll-out.
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
    """Draw how large values stay in roll-outs, and activity and filters of units of the first seed.

    Parameters
    ----------
    models : mapping of str to loader of VideoModel
        ``<row>.seed_<seed>`` -> network.
    data : Digits or VideoFiles or FrameFeatures
        Images, frames or features, as of :func:`collect_videos`.
    roll_outs : DataFrame
        As of :func:`roll_out`.
    parameters : VideoParameters
        Rows, seeds, windows and length (frames) of roll-outs.
    reporting : ReportParameters
        Its ``note`` stands on every figure.

    Returns
    -------
    dict of str to bytes
        ``roll_out_peaks.png``, ``units_<network>.png`` and, where frames are pictures,
        ``filters_<network>.png``.

    Raises
    ------
    DataError
        When no held-out video is as long as a roll-out.
    """
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
