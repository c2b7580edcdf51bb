"""Nodes of stage ``reporting``: figures, segments and a player of every sequence, and the page."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pandas as pd

from kinembed.analysis.state_dynamics.cards import behaviour_cards
from kinembed.core.parallel import MappedPartitions, ParallelConfig, loaders_of, map_partitions
from kinembed.evaluation.stability import stability_of
from kinembed.motion.motion import Motion, Segmentation
from kinembed.report.exports import aggregated_events, list_segments, segment_table, write_eaf
from kinembed.report.naming import Names, check_names, named_predictions, names_of_recordings
from kinembed.report.parameters import ReportParameters
from kinembed.report.player import player_block, report_page
from kinembed.report.plots.animation_files import WITHOUT_FFMPEG, ffmpeg_is_missing
from kinembed.report.plots.export import InteractiveFigure, StaticFigure, plotly_script, png
from kinembed.report.plots.overview import loss_overview, score_overview
from kinembed.report.plots.time_scale import time_scale_curves
from kinembed.report.sequence import SequenceResults, sequence_figures
from kinembed.segmentation.embedding import Embeddings, Projection
from kinembed.segmentation.time_scale import TimeScale
from kinembed.training.assignment import ModelAssignment
from kinembed.training.prediction_error import prediction_error
from kinembed.training.trained_model import TrainedModel

logger = logging.getLogger(__name__)
EARLIER_CLUSTERS = (
    "%s: stability.csv is of other clusters and is left out of the report; run the pipeline "
    "stability again"
)


def validate_names(
    names: Names,
    predictions: Mapping[str, Callable[[], pd.DataFrame]],
    assigned: ModelAssignment,
) -> Names:
    """Check that names fit the predictions, before anything slow.

    Parameters
    ----------
    names : Names
        What a person calls clusters.
    predictions : mapping of str to loader of DataFrame
        Sequence -> cluster of every frame: columns ``frame``, ``time_s`` (seconds), ``given`` where
        the number of clusters is given, and ``estimated``.
    assigned : ModelAssignment
        Model of every sequence; names of one that several share are those of all of them.

    Returns
    -------
    Names
        Names by sequence.

    Raises
    ------
    FormatError
        When an unknown sequence, prediction or cluster is named, or no frame is part of a split;
        file and key are named.
    """
    names = names_of_recordings(names, assigned.recordings_of_each(predictions), predictions)
    check_names(names, predictions)
    return names


def validate_stability(
    stability: pd.DataFrame,
    predictions: Mapping[str, Callable[[], pd.DataFrame]],
    assigned: ModelAssignment,
) -> dict[str, pd.DataFrame]:
    """Take from the table of further seeds what is of the present clusters.

    Parameters
    ----------
    stability : DataFrame
        Columns :data:`kinembed.evaluation.stability.BEHAVIOURS`; empty where the pipeline
        ``stability`` was never run.
    predictions : mapping of str to loader of DataFrame
        Sequence -> cluster of every frame.
    assigned : ModelAssignment
        Model of every sequence.

    Returns
    -------
    dict of str to DataFrame
        Sequence -> rows of its model; the log says where all are of earlier clusters.
    """
    if stability.empty:
        return {}
    found: dict[str, pd.DataFrame] = {}
    for model, of_model in assigned.by_model(predictions).items():
        tables = [load() for load in of_model.values()]
        rows = stability_of(stability, model, tables)
        if rows.empty:
            logger.info(EARLIER_CLUSTERS, model, extra={"markup": False})
        found |= dict.fromkeys(of_model, rows)
    return found


def tabulate_segments(
    predictions: Mapping[str, Callable[[], pd.DataFrame]],
    sequences: Mapping[str, Callable[[], Motion]],
    annotations: Mapping[str, Segmentation],
    names: Names,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """List the segments of all sequences, under the names that clusters have.

    Parameters
    ----------
    predictions : mapping of str to loader of DataFrame
        Sequence -> cluster of every frame: columns ``frame``, ``time_s`` (seconds), ``given`` where
        the number of clusters is given, and ``estimated``.
    sequences : mapping of str to loader of Motion
        Sequence -> its motion, of which the numbers of frames in its file are read.
    annotations : mapping of str to Segmentation
        Sequence -> its annotated segments; a sequence that is not annotated is absent.
    names : Names
        What a person calls clusters.

    Returns
    -------
    segments : DataFrame
        Columns of :mod:`kinembed.report.exports.segments`; a row per segment, predicted or
        annotated.
    same_segments : DataFrame
        The same table, for another format.

    Raises
    ------
    FormatError
        When names do not fit the predictions; file and key are named.
    """
    table = segment_table(
        row
        for sequence, load in predictions.items()
        for row in _segments(
            sequence, load(), sequences[sequence](), annotations.get(sequence), names
        )
    )
    return table, table


def write_elan(segments: pd.DataFrame) -> dict[str, str]:
    """Write a file for ELAN per sequence.

    Parameters
    ----------
    segments : DataFrame
        Columns of :mod:`kinembed.report.exports.segments`; a row per segment.

    Returns
    -------
    dict of str to str
        Sequence -> text of an EAF file, which is dated now.
    """
    made = datetime.now(UTC)
    return {str(name): write_eaf(rows, made) for name, rows in segments.groupby("sequence")}


def write_boris(segments: pd.DataFrame) -> pd.DataFrame:
    """Turn the segments of all sequences into events with BORIS' columns.

    Parameters
    ----------
    segments : DataFrame
        Columns of :mod:`kinembed.report.exports.segments`; a row per segment.

    Returns
    -------
    DataFrame
        Columns of :data:`kinembed.report.exports.boris.COLUMNS`; a row per segment.
    """
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
    """Draw all figures of every sequence, and its animation.

    Without ffmpeg an animation is a GIF alone, and the log warns of it.

    Parameters
    ----------
    predictions : mapping of str to loader of DataFrame
        Sequence -> cluster of every frame: columns ``frame``, ``time_s`` (seconds), ``given`` where
        the number of clusters is given, and ``estimated``.
    projections : mapping of str to loader of Projection
        Sequence -> principal components of its embedding.
    models : mapping of str to loader of TrainedModel
        Model -> network and the way from a motion to its input.
    sequences : mapping of str to loader of Motion
        Sequence -> its motion, in exponential maps or positions.
    assigned : ModelAssignment
        Model of every sequence.
    annotations : mapping of str to Segmentation
        Sequence -> its annotated segments, which give clusters names and colours; a sequence that
        is not annotated is absent.
    names : Names
        What a person calls clusters.
    parameters : ReportParameters
        Its ``note`` stands on every figure; ``animation_s_per_cluster`` is how long (seconds) each
        cluster is shown, 0: no animation.
    parallel : ParallelConfig
        Engine and number of workers.

    Returns
    -------
    MappedPartitions of dict of str to bytes
        Sequence -> PNG, HTML, GIF and MP4 files by name, drawn when they are asked for.

    Raises
    ------
    DataError
        When a sequence lacks a projection or a model. Once drawn, when predictions and annotation
        differ in length, or ffmpeg fails.
    """
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
    behaviour_tree: pd.DataFrame,
    annotations: Mapping[str, Segmentation],
    names: Names,
    parallel: ParallelConfig,
) -> MappedPartitions[dict[str, Any]]:
    """Build what the player shows of every sequence.

    Parameters
    ----------
    predictions : mapping of str to loader of DataFrame
        Sequence -> cluster of every frame: columns ``frame``, ``time_s`` (seconds), ``given`` where
        the number of clusters is given, and ``estimated``.
    projections : mapping of str to loader of Projection
        Sequence -> principal components of its embedding.
    embeddings : mapping of str to loader of Embeddings
        Sequence -> its embedding.
    models : mapping of str to loader of TrainedModel
        Model -> network and the way from a motion to its input.
    sequences : mapping of str to loader of Motion
        Sequence -> its motion, in exponential maps or positions.
    assigned : ModelAssignment
        Model of every sequence.
    behaviour_tree : DataFrame
        Which clusters of each model are alike, as of
        :func:`kinembed.pipelines.clustering.nodes.tabulate_trees`.
    annotations : mapping of str to Segmentation
        Sequence -> its annotated segments, which give clusters names and colours; a sequence that
        is not annotated is absent.
    names : Names
        What a person calls clusters.
    parallel : ParallelConfig
        Engine and number of workers.

    Returns
    -------
    MappedPartitions of dict of str to Any
        Sequence -> plain values for JSON (see
        :func:`kinembed.report.player.sequence.player_block`), computed when they are asked for.

    Raises
    ------
    DataError
        When a sequence lacks a projection, an embedding or a model. Once computed, when predictions
        and annotation differ in length.
    """
    build = partial(_build, annotations=annotations, names=names)
    model_of = assigned.by_recording({model: model for model in models})
    trees = {name: _trees_of(model, behaviour_tree) for name, model in model_of.items()}
    return map_partitions(
        build,
        predictions,
        projections,
        embeddings,
        assigned.by_recording(models),
        sequences,
        loaders_of(trees),
        config=parallel,
        description="player",
        with_name=True,
    )


def draw_losses(histories: pd.DataFrame, parameters: ReportParameters) -> InteractiveFigure:
    """Draw the loss of all networks over the steps.

    Parameters
    ----------
    histories : DataFrame
        Columns ``sequence``, ``step`` and ``loss``, and those of critics where an objective has
        them.
    parameters : ReportParameters
        Its ``note`` stands on the figure.

    Returns
    -------
    plotly.graph_objects.Figure
        A line per sequence.
    """
    return loss_overview(histories, note=parameters.note)


def draw_time_scale(scale: TimeScale, parameters: ReportParameters) -> dict[str, bytes]:
    """Draw how the shortest behaviour was estimated.

    Parameters
    ----------
    scale : TimeScale
        The shortest behaviour, and what it was estimated from.
    parameters : ReportParameters
        Its ``note`` stands on the figure.

    Returns
    -------
    dict of str to bytes
        ``autocorrelation.png``; empty where the time was given or none was used.
    """
    if not scale.autocorrelations:
        return {}
    return {"autocorrelation.png": png(time_scale_curves(scale, parameters.note))}


def draw_scores(scores: pd.DataFrame, parameters: ReportParameters) -> StaticFigure:
    """Draw the accuracy of every sequence.

    Parameters
    ----------
    scores : DataFrame
        Columns of :func:`kinembed.evaluation.scores.score_columns`.
    parameters : ReportParameters
        Its ``note`` stands on the figure.

    Returns
    -------
    matplotlib.figure.Figure
        With a given and with an estimated number of clusters.
    """
    return score_overview(scores, note=parameters.note)


def write_report(
    scores: pd.DataFrame,
    separability: pd.DataFrame,
    ingestion_summary: dict[str, Any],
    joint_table: pd.DataFrame,
    recordings: pd.DataFrame,
    segments: pd.DataFrame,
    figures: Mapping[str, Callable[[], dict[str, bytes]]],
    player_blocks: Mapping[str, Callable[[], dict[str, Any]]],
    stability: Mapping[str, pd.DataFrame],
    assigned: ModelAssignment,
    parameters: ReportParameters,
) -> tuple[str, str]:
    """Write the experiment's page, and the script that the figures beside it share.

    Parameters
    ----------
    scores : DataFrame
        Columns of :func:`kinembed.evaluation.scores.score_columns`.
    separability : DataFrame
        As of :func:`kinembed.pipelines.evaluation.nodes.measure_embeddings`.
    ingestion_summary : dict of str to Any
        As of :func:`kinembed.pipelines.ingestion.nodes.summarise_files`.
    joint_table : DataFrame
        Columns of :data:`kinembed.io.joint_table.COLUMNS`; a row per recording and joint.
    recordings : DataFrame
        As of :func:`kinembed.io.recording_table.recording_table`; a row per recording.
    segments : DataFrame
        Columns of :mod:`kinembed.report.exports.segments`; a row per segment.
    figures : mapping of str to loader of dict of str to bytes
        Sequence -> its figures by file name.
    player_blocks : mapping of str to loader of dict of str to Any
        Sequence -> what the player shows of it.
    stability : mapping of str to DataFrame
        As of :func:`validate_stability`.
    assigned : ModelAssignment
        Model of every sequence; the page says that several share one.
    parameters : ReportParameters
        Its ``title`` and ``note`` stand on the page.

    Returns
    -------
    report : str
        HTML with figures, player and scripts in it.
    script : str
        The JavaScript of the installed plotly package.
    """
    together = assigned.recordings_of_each(player_blocks).values()
    page = report_page(
        scores,
        separability,
        ingestion_summary,
        joint_table,
        recordings,
        segments,
        figures,
        player_blocks,
        parameters,
        stability=stability,
        shared=any(len(some) > 1 for some in together),
    )
    return page, plotly_script()


def _trees_of(model: str, trees: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Prediction -> its tree; a single cluster has none."""
    return {
        str(prediction): rows
        for prediction, rows in trees[trees["model"] == model].groupby("prediction")
    }


def _segments(
    sequence: str,
    predictions: pd.DataFrame,
    motion: Motion,
    annotation: Segmentation | None,
    names: Names,
) -> list[dict[str, Any]]:
    labels = named_predictions(names, sequence, predictions)
    return list_segments(sequence, predictions, labels, annotation, motion.file_frames)


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
    trees: Mapping[str, pd.DataFrame],
    annotations: Mapping[str, Segmentation],
    names: Names,
) -> dict[str, Any]:
    annotation = annotations.get(sequence)
    drawn = SequenceResults(
        sequence, predictions, projection, model.history, motion, annotation, names
    )
    results = replace(drawn, tree=trees.get(drawn.variant))
    cards = behaviour_cards(results.shown, embeddings, motion)
    return player_block(results, prediction_error(model, motion), cards)
