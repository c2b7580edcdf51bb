"""Nodes of stage ``reporting``: figures of every sequence, and the page with a player for each."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import pandas as pd

from kinembed.embeddings import Projection
from kinembed.models.prediction_error import prediction_error
from kinembed.models.trained import TrainedModel
from kinembed.motion import Motion, Segmentation
from kinembed.parallel import MappedPartitions, ParallelConfig, map_partitions
from kinembed.player import player_block, report_page
from kinembed.plots.export import InteractiveFigure, StaticFigure, plotly_script
from kinembed.plots.overview import loss_overview, score_overview
from kinembed.reporting import ReportParameters, SequenceResults, sequence_figures


def draw_sequences(
    predictions: Mapping[str, Callable[[], pd.DataFrame]],
    projections: Mapping[str, Callable[[], Projection]],
    models: Mapping[str, Callable[[], TrainedModel]],
    sequences: Mapping[str, Callable[[], Motion]],
    annotations: Mapping[str, Segmentation],
    parameters: ReportParameters,
    parallel: ParallelConfig,
) -> MappedPartitions[dict[str, bytes]]:
    """All figures of every sequence."""
    draw = partial(_draw, annotations=annotations, parameters=parameters)
    return map_partitions(
        draw, predictions, projections, models, sequences, config=parallel, description="figures"
    )


def build_player(
    predictions: Mapping[str, Callable[[], pd.DataFrame]],
    projections: Mapping[str, Callable[[], Projection]],
    models: Mapping[str, Callable[[], TrainedModel]],
    sequences: Mapping[str, Callable[[], Motion]],
    annotations: Mapping[str, Segmentation],
    parallel: ParallelConfig,
) -> MappedPartitions[dict[str, Any]]:
    """What the player shows of every sequence."""
    build = partial(_build, annotations=annotations)
    return map_partitions(
        build, predictions, projections, models, sequences, config=parallel, description="player"
    )


def draw_losses(histories: pd.DataFrame, parameters: ReportParameters) -> InteractiveFigure:
    """How all networks learnt."""
    return loss_overview(histories, note=parameters.note)


def draw_scores(scores: pd.DataFrame, parameters: ReportParameters) -> StaticFigure:
    """Accuracy of every sequence."""
    return score_overview(scores, note=parameters.note)


def write_report(
    scores: pd.DataFrame,
    separability: pd.DataFrame,
    ingestion_summary: dict[str, Any],
    figures: Mapping[str, Callable[[], dict[str, bytes]]],
    player_blocks: Mapping[str, Callable[[], dict[str, Any]]],
    parameters: ReportParameters,
) -> tuple[str, str]:
    """The experiment's page, and the script that the figures beside it share."""
    page = report_page(scores, separability, ingestion_summary, figures, player_blocks, parameters)
    return page, plotly_script()


def _draw(
    sequence: str,
    predictions: pd.DataFrame,
    projection: Projection,
    model: TrainedModel,
    motion: Motion,
    annotations: Mapping[str, Segmentation],
    parameters: ReportParameters,
) -> dict[str, bytes]:
    results = SequenceResults(
        sequence, predictions, projection, model.history, motion, annotations.get(sequence)
    )
    return sequence_figures(results, parameters)


def _build(
    sequence: str,
    predictions: pd.DataFrame,
    projection: Projection,
    model: TrainedModel,
    motion: Motion,
    annotations: Mapping[str, Segmentation],
) -> dict[str, Any]:
    results = SequenceResults(
        sequence, predictions, projection, model.history, motion, annotations.get(sequence)
    )
    return player_block(results, prediction_error(model, motion))
