"""Nodes of pipeline ``interpretation``: what the states of every network say, and its figures."""

from collections.abc import Callable, Mapping
from functools import partial

import pandas as pd

from kinembed.analysis.state_dynamics import Interpretation, InterpretationParameters, interpret
from kinembed.core.parallel import MappedPartitions, ParallelConfig, map_partitions
from kinembed.motion.motion import Motion, Segmentation
from kinembed.report.plots.export import plotly_script
from kinembed.report.segmentation import segmentation_figure
from kinembed.report.sequence import ReportParameters
from kinembed.report.state_dynamics import clusters_shown, interpretation_figures
from kinembed.segmentation.cluster_model import ClusterModel
from kinembed.segmentation.clustering import ClusteringParameters
from kinembed.segmentation.embedding import Embeddings
from kinembed.training.assignment import ModelAssignment
from kinembed.training.trained_model import TrainedModel


def interpret_models(
    models: Mapping[str, Callable[[], TrainedModel]],
    sequences: Mapping[str, Callable[[], Motion]],
    predictions: Mapping[str, Callable[[], pd.DataFrame]],
    assigned: ModelAssignment,
    parameters: InterpretationParameters,
    parallel: ParallelConfig,
) -> MappedPartitions[dict[str, bytes]]:
    """Tables about the states of every network; no annotation is read."""
    run = partial(_interpret, parameters=parameters)
    return map_partitions(
        run,
        assigned.by_recording(models),
        sequences,
        predictions,
        config=parallel,
        description="interpretation",
    )


def draw_interpretations(
    interpretations: Mapping[str, Callable[[], dict[str, bytes]]],
    predictions: Mapping[str, Callable[[], pd.DataFrame]],
    annotations: Mapping[str, Segmentation],
    parameters: ReportParameters,
    parallel: ParallelConfig,
) -> MappedPartitions[dict[str, bytes]]:
    """All figures of every sequence; annotations only name the clusters."""
    draw = partial(_draw, annotations=annotations, parameters=parameters)
    return map_partitions(
        draw,
        interpretations,
        predictions,
        config=parallel,
        description="figures",
        with_name=True,
    )


def draw_segmentations(
    embeddings: Mapping[str, Callable[[], Embeddings]],
    cluster_models: Mapping[str, Callable[[], ClusterModel]],
    assigned: ModelAssignment,
    annotations: Mapping[str, Segmentation],
    clustering: ClusteringParameters,
    parameters: ReportParameters,
    parallel: ParallelConfig,
) -> MappedPartitions[dict[str, bytes]]:
    """Why every sequence falls into these segments; nothing where another method clusters."""
    draw = partial(_draw_segmentation, annotations=annotations, note=parameters.note)
    explained = embeddings if clustering.method == "kernel_segmentation" else {}
    return map_partitions(
        draw,
        explained,
        assigned.by_recording(cluster_models),
        config=parallel,
        description="segmentation figures",
        with_name=True,
    )


def write_script() -> str:
    """The script that the interactive figures share."""
    return plotly_script()


def _interpret(
    model: TrainedModel,
    motion: Motion,
    predictions: pd.DataFrame,
    parameters: InterpretationParameters,
) -> dict[str, bytes]:
    return interpret(model, motion, clusters_shown(predictions), parameters).to_files()


def _draw(
    sequence: str,
    tables: dict[str, bytes],
    predictions: pd.DataFrame,
    annotations: Mapping[str, Segmentation],
    parameters: ReportParameters,
) -> dict[str, bytes]:
    interpretation = Interpretation.from_files(tables)
    annotation = annotations.get(sequence)
    return interpretation_figures(
        sequence, interpretation, predictions, annotation, parameters.note
    )


def _draw_segmentation(
    sequence: str,
    embeddings: Embeddings,
    clusters: ClusterModel,
    annotations: Mapping[str, Segmentation],
    note: str,
) -> dict[str, bytes]:
    return segmentation_figure(sequence, embeddings, clusters, annotations.get(sequence), note)
