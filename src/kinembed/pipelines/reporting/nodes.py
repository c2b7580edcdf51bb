"""Nodes of stage ``reporting``: figures of every sequence, and the page that shows them."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import pandas as pd

from kinembed.embeddings import Projection
from kinembed.models.trained import TrainedModel
from kinembed.motion import Motion, Segmentation
from kinembed.parallel import MappedPartitions, ParallelConfig, map_partitions
from kinembed.plots.export import InteractiveFigure, StaticFigure, plotly_script
from kinembed.plots.overview import loss_overview, score_overview
from kinembed.reporting import (
    ReportParameters,
    SequenceResults,
    report_page,
    sequence_figures,
)


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
    parameters: ReportParameters,
) -> tuple[str, str]:
    """The experiment's page, and the script that its interactive figures share."""
    page = report_page(scores, separability, ingestion_summary, figures, parameters)
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
