"""Nodes of stage ``reporting``: figures, segments and a player of every sequence, and the page."""

import logging
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pandas as pd

from kinembed.analysis.state_dynamics.cards import behaviour_cards
from kinembed.core.parallel import MappedPartitions, ParallelConfig, map_partitions
from kinembed.motion.motion import Motion, Segmentation
from kinembed.report.exports import aggregated_events, list_segments, segment_table, write_eaf
from kinembed.report.naming import Names, check_names, named_predictions
from kinembed.report.player import player_block, report_page
from kinembed.report.plots.animation_files import WITHOUT_FFMPEG, ffmpeg_is_missing
from kinembed.report.plots.export import InteractiveFigure, StaticFigure, plotly_script
from kinembed.report.plots.overview import loss_overview, score_overview
from kinembed.report.sequence import ReportParameters, SequenceResults, sequence_figures
from kinembed.segmentation.embedding import Embeddings, Projection
from kinembed.training.assignment import ModelAssignment
from kinembed.training.prediction_error import prediction_error
from kinembed.training.trained_model import TrainedModel

logger = logging.getLogger(__name__)


def check(names: Names, predictions: Mapping[str, Callable[[], pd.DataFrame]]) -> Names:
    """The names, if they fit the predictions; whatever takes time waits for this."""
    check_names(names, predictions)
    return names


def tabulate_segments(
    predictions: Mapping[str, Callable[[], pd.DataFrame]],
    annotations: Mapping[str, Segmentation],
    names: Names,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The segments of all sequences under their names; twice, for two formats."""
    table = segment_table(
        row
        for sequence, load in predictions.items()
        for row in _segments(sequence, load(), annotations.get(sequence), names)
    )
    return table, table


def write_elan(segments: pd.DataFrame) -> dict[str, str]:
    """A file for ELAN per sequence."""
    made = datetime.now(UTC)
    return {str(name): write_eaf(rows, made) for name, rows in segments.groupby("sequence")}


def write_boris(segments: pd.DataFrame) -> pd.DataFrame:
    """Events of all sequences with BORIS' columns."""
    return aggregated_events(segments)


def draw_sequences(
    predictions: Mapping[str, Callable[[], pd.DataFrame]],
    projections: Mapping[str, Callable[[], Projection]],
    models: Mapping[str, Callable[[], TrainedModel]],
    sequences: Mapping[str, Callable[[], Motion]],
    assigned: ModelAssignment,
    annotations: Mapping[str, Segmentation],
    names: Names,
    parameters: ReportParameters,
    parallel: ParallelConfig,
) -> MappedPartitions[dict[str, bytes]]:
    """All figures of every sequence, and its animation."""
    if parameters.animation_s_per_cluster and ffmpeg_is_missing():
        logger.warning(WITHOUT_FFMPEG)
    draw = partial(_draw, annotations=annotations, names=names, parameters=parameters)
    return map_partitions(
        draw,
        predictions,
        projections,
        assigned.by_recording(models),
        sequences,
        config=parallel,
        description="figures",
        with_name=True,
    )


def build_player(
    predictions: Mapping[str, Callable[[], pd.DataFrame]],
    projections: Mapping[str, Callable[[], Projection]],
    embeddings: Mapping[str, Callable[[], Embeddings]],
    models: Mapping[str, Callable[[], TrainedModel]],
    sequences: Mapping[str, Callable[[], Motion]],
    assigned: ModelAssignment,
    annotations: Mapping[str, Segmentation],
    names: Names,
    parallel: ParallelConfig,
) -> MappedPartitions[dict[str, Any]]:
    """What the player shows of every sequence."""
    build = partial(_build, annotations=annotations, names=names)
    return map_partitions(
        build,
        predictions,
        projections,
        embeddings,
        assigned.by_recording(models),
        sequences,
        config=parallel,
        description="player",
        with_name=True,
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
    segments: pd.DataFrame,
    figures: Mapping[str, Callable[[], dict[str, bytes]]],
    player_blocks: Mapping[str, Callable[[], dict[str, Any]]],
    parameters: ReportParameters,
) -> tuple[str, str]:
    """The experiment's page, and the script that the figures beside it share."""
    page = report_page(
        scores, separability, ingestion_summary, segments, figures, player_blocks, parameters
    )
    return page, plotly_script()


def _segments(
    sequence: str, predictions: pd.DataFrame, annotation: Segmentation | None, names: Names
) -> list[dict[str, Any]]:
    labels = named_predictions(names, sequence, predictions)
    return list_segments(sequence, predictions, labels, annotation)


def _draw(
    sequence: str,
    predictions: pd.DataFrame,
    projection: Projection,
    model: TrainedModel,
    motion: Motion,
    annotations: Mapping[str, Segmentation],
    names: Names,
    parameters: ReportParameters,
) -> dict[str, bytes]:
    annotation = annotations.get(sequence)
    results = SequenceResults(
        sequence, predictions, projection, model.history, motion, annotation, names
    )
    return sequence_figures(results, parameters)


def _build(
    sequence: str,
    predictions: pd.DataFrame,
    projection: Projection,
    embeddings: Embeddings,
    model: TrainedModel,
    motion: Motion,
    annotations: Mapping[str, Segmentation],
    names: Names,
) -> dict[str, Any]:
    annotation = annotations.get(sequence)
    results = SequenceResults(
        sequence, predictions, projection, model.history, motion, annotation, names
    )
    cards = behaviour_cards(results.shown, embeddings, motion)
    return player_block(results, prediction_error(model, motion), cards)
