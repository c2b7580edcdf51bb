"""Nodes of pipeline ``interpretation``: what the states of every network say, and its figures."""

from collections.abc import Callable, Mapping
from functools import partial

import pandas as pd

from kinembed.analysis.state_dynamics import Interpretation, InterpretationParameters, interpret
from kinembed.core.parallel import MappedPartitions, ParallelConfig, map_partitions
from kinembed.motion.motion import Motion, Segmentation
from kinembed.report.parameters import ReportParameters
from kinembed.report.plots.export import plotly_script
from kinembed.report.segmentation import segmentation_figure
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
    """Describe the states of every network in tables; no annotation is read.

    Parameters
    ----------
    models : mapping of str to loader of TrainedModel
        Model -> network and the way from a motion to its input.
    sequences : mapping of str to loader of Motion
        Sequence -> its motion, in exponential maps or positions.
    predictions : mapping of str to loader of DataFrame
        Sequence -> cluster of every frame: columns ``frame``, ``time_s`` (seconds), ``given`` where
        the number of clusters is given, and ``estimated``.
    assigned : ModelAssignment
        Model of every sequence.
    parameters : InterpretationParameters
        Windows, and number of components of a proper orthogonal decomposition (POD).
    parallel : ParallelConfig
        Engine and number of workers.

    Returns
    -------
    MappedPartitions of dict of str to bytes
        Sequence -> Parquet files of the tables of
        :class:`kinembed.analysis.state_dynamics.Interpretation`, computed when they are asked for.

    Raises
    ------
    DataError
        When a sequence has no predictions, or no model. Once computed, when no two windows lie
        wholly within one cluster.
    """
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
    """Draw all figures of every sequence; annotations only name the clusters.

    Parameters
    ----------
    interpretations : mapping of str to loader of dict of str to bytes
        Sequence -> its tables, as of :func:`interpret_models`.
    predictions : mapping of str to loader of DataFrame
        Sequence -> cluster of every frame: columns ``frame``, ``time_s`` (seconds), ``given`` where
        the number of clusters is given, and ``estimated``.
    annotations : mapping of str to Segmentation
        Sequence -> its annotated segments, which give clusters names and colours; a sequence that
        is not annotated is absent.
    parameters : ReportParameters
        Its ``note`` stands on every figure.
    parallel : ParallelConfig
        Engine and number of workers.

    Returns
    -------
    MappedPartitions of dict of str to bytes
        Sequence -> PNG and HTML files by name, drawn when they are asked for.

    Raises
    ------
    DataError
        When a sequence has no predictions. Once drawn, when they differ from the annotation in
        length.
    """
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
    """Draw what speaks for the segments of every sequence, where kernel segmentation found them.

    Parameters
    ----------
    embeddings : mapping of str to loader of Embeddings
        Sequence -> its embedding.
    cluster_models : mapping of str to loader of ClusterModel
        Model -> its fitted clusters.
    assigned : ModelAssignment
        Model of every sequence.
    annotations : mapping of str to Segmentation
        Sequence -> its annotated segments; a sequence that is not annotated is absent.
    clustering : ClusteringParameters
        Its ``method`` decides whether anything is drawn.
    parameters : ReportParameters
        Its ``note`` stands on every figure.
    parallel : ParallelConfig
        Engine and number of workers.

    Returns
    -------
    MappedPartitions of dict of str to bytes
        Sequence -> ``segmentation.png``, drawn when it is asked for; of no sequence where another
        method clusters.

    Raises
    ------
    DataError
        When nothing is stored of a sequence's model. Once drawn, when an earlier version stored it.
    """
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
    """Hand out the script that the interactive figures share.

    Returns
    -------
    str
        The JavaScript of the installed plotly package.
    """
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
