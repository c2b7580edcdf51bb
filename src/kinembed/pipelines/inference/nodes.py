"""Nodes of pipeline ``inference``: stored models on further recordings, without training."""

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pandas as pd

from kinembed.core.parallel import MappedPartitions, ParallelConfig, map_partitions
from kinembed.io.ingestion import IngestionParameters, acquire, file_table
from kinembed.io.ingestion import summarise as summarise_files
from kinembed.io.joint_table import for_joints
from kinembed.motion.motion import Motion
from kinembed.motion.positions import PositionParameters
from kinembed.report.exports import segment_table, write_eaf
from kinembed.report.exports.labelled import labelled_segments
from kinembed.report.ingestion_page import not_read
from kinembed.report.labelled import labelled_block
from kinembed.report.naming import Names
from kinembed.report.parameters import ReportParameters
from kinembed.report.player import labelled_page
from kinembed.segmentation.cluster_model import ClusterModel
from kinembed.segmentation.clustering import ClusteringParameters
from kinembed.segmentation.inference import (
    InferenceParameters,
    choose_models,
    label_motion,
    summarise_labels,
)
from kinembed.segmentation.measured_clusters import from_table
from kinembed.training.assignment import ModelAssignment
from kinembed.training.trained_model import TrainedModel

logger = logging.getLogger(__name__)


def find_files(parameters: IngestionParameters) -> pd.DataFrame:
    """Find the recordings that are to be labelled; the log names the files that are not read.

    Parameters
    ----------
    parameters : IngestionParameters
        Source of the recordings.

    Returns
    -------
    DataFrame
        A row per file, with columns ``name`` (of the recording), ``role`` (motion, skeleton or
        annotation), ``path``, ``sha256``, ``address`` and ``reason``.

    Raises
    ------
    SourceError
        When there is no recording, or a file is not the one that was published.
    """
    files = file_table(acquire(parameters))
    for problem in not_read(summarise_files(files)):
        logger.warning("%s", problem, extra={"markup": False})
    return files


def assign_models(
    recordings: Mapping[str, Callable[[], Motion]],
    models: Mapping[str, Callable[[], TrainedModel]],
    assigned: ModelAssignment,
    parameters: InferenceParameters,
) -> dict[str, str]:
    """Choose the model that labels each recording.

    Parameters
    ----------
    recordings : mapping of str to loader of Motion
        Recording -> its motion as its file has it; only the names are read.
    models : mapping of str to loader of TrainedModel
        Model -> network; only the names are read.
    assigned : ModelAssignment
        Models that recordings have, for those that are labelled by their own.
    parameters : InferenceParameters
        Its ``model`` labels all recordings; ``own``: each is labelled by its own; None: by the only
        model that is stored.

    Returns
    -------
    dict of str to str
        Recording -> model.

    Raises
    ------
    DataError
        When the model that is asked for is not stored, or none is named and several are stored.
    """
    return choose_models(list(recordings), list(models), parameters.model, assigned)


def label_recordings(
    recordings: Mapping[str, Callable[[], Motion]],
    chosen: dict[str, str],
    models: Mapping[str, Callable[[], TrainedModel]],
    cluster_models: Mapping[str, Callable[[], ClusterModel]],
    cluster_means: Mapping[str, Callable[[], pd.DataFrame]],
    ingestion: IngestionParameters,
    clustering: ClusteringParameters,
    parallel: ParallelConfig,
) -> MappedPartitions[pd.DataFrame]:
    """Embed and label every recording.

    Parameters
    ----------
    recordings : mapping of str to loader of Motion
        Recording -> its motion as its file has it.
    chosen : dict of str to str
        Recording -> model that labels it.
    models : mapping of str to loader of TrainedModel
        Model -> network and the way from a motion to its input.
    cluster_models : mapping of str to loader of ClusterModel
        Model -> its fitted clusters.
    cluster_means : mapping of str to loader of DataFrame
        Model -> what was measured of its clusters
        (:func:`kinembed.segmentation.measured_clusters.to_table`).
    ingestion : IngestionParameters
        Its ``positions`` name joints and say which unit of length is used.
    clustering : ClusteringParameters
        Its ``merge_to`` is the number of behaviours that are left; None: nothing is merged.
    parallel : ParallelConfig
        Engine and number of workers.

    Returns
    -------
    MappedPartitions of DataFrame
        Recording -> columns ``frame``, ``time_s`` (seconds), ``cluster`` (-1: unknown, -2: not
        seen), ``distance`` (above 1: unknown), ``cluster_probability``, ``cluster_unmerged`` where
        clusters are merged, and ``file_frame`` (number of the frame in the recording's file),
        computed when they are asked for.

    Raises
    ------
    DataError
        Once computed, when a recording moves another skeleton than its model was trained on.
    """
    return map_partitions(
        partial(_label, positions=ingestion.positions, merge_to=clustering.merge_to),
        recordings,
        {name: models[model] for name, model in chosen.items()},
        {name: cluster_models[model] for name, model in chosen.items()},
        {name: cluster_means[model] for name, model in chosen.items()},
        config=parallel,
        description="inference",
    )


def summarise(
    labels: Mapping[str, Callable[[], pd.DataFrame]],
    chosen: dict[str, str],
    cluster_models: Mapping[str, Callable[[], ClusterModel]],
    recordings: Mapping[str, Callable[[], Motion]],
) -> pd.DataFrame:
    """Tabulate the model that labelled each recording, and how much of it has which label.

    Parameters
    ----------
    labels : mapping of str to loader of DataFrame
        Recording -> its labels, as of :func:`label_recordings`.
    chosen : dict of str to str
        Recording -> model that labelled it.
    cluster_models : mapping of str to loader of ClusterModel
        Model -> its fitted clusters.
    recordings : mapping of str to loader of Motion
        Recording -> its motion as its file has it.

    Returns
    -------
    DataFrame
        A row per recording, see :func:`kinembed.segmentation.inference.summarise_labels`.
    """
    loaded = ((name, load()) for name, load in labels.items())
    return summarise_labels(loaded, chosen, cluster_models, recordings)


def tabulate_segments(
    labels: Mapping[str, Callable[[], pd.DataFrame]],
    chosen: dict[str, str],
    cluster_models: Mapping[str, Callable[[], ClusterModel]],
    assigned: ModelAssignment,
    names: Names,
) -> pd.DataFrame:
    """List the segments of all recordings, under the names that clusters of their models have.

    Parameters
    ----------
    labels : mapping of str to loader of DataFrame
        Recording -> its labels, as of :func:`label_recordings`.
    chosen : dict of str to str
        Recording -> model that labelled it.
    cluster_models : mapping of str to loader of ClusterModel
        Model -> its fitted clusters.
    assigned : ModelAssignment
        Recordings that each model was fitted on; names of clusters are those of the model, else
        those of its first recording.
    names : Names
        What a person calls clusters.

    Returns
    -------
    DataFrame
        Columns of :mod:`kinembed.report.exports.segments`; a row per segment, unknown ones and
        those that were not seen included.
    """
    fitted_on = assigned.recordings_of_each(cluster_models)
    return segment_table(
        row
        for name, load in labels.items()
        for row in labelled_segments(
            name,
            load(),
            _named_as(chosen[name], fitted_on, names),
            cluster_models[chosen[name]](),
            names,
        )
    )


def build_players(
    labels: Mapping[str, Callable[[], pd.DataFrame]],
    recordings: Mapping[str, Callable[[], Motion]],
    chosen: dict[str, str],
    models: Mapping[str, Callable[[], TrainedModel]],
    cluster_models: Mapping[str, Callable[[], ClusterModel]],
    assigned: ModelAssignment,
    names: Names,
    ingestion: IngestionParameters,
    parallel: ParallelConfig,
) -> MappedPartitions[dict[str, Any]]:
    """Build what the player shows of every recording.

    Parameters
    ----------
    labels : mapping of str to loader of DataFrame
        Recording -> its labels, as of :func:`label_recordings`.
    recordings : mapping of str to loader of Motion
        Recording -> its motion as its file has it.
    chosen : dict of str to str
        Recording -> model that labelled it.
    models : mapping of str to loader of TrainedModel
        Model -> network and the way from a motion to its input.
    cluster_models : mapping of str to loader of ClusterModel
        Model -> its fitted clusters.
    assigned : ModelAssignment
        Recordings that each model was fitted on.
    names : Names
        What a person calls clusters.
    ingestion : IngestionParameters
        Its ``positions`` name joints and say which unit of length is used.
    parallel : ParallelConfig
        Engine and number of workers.

    Returns
    -------
    MappedPartitions of dict of str to Any
        Recording -> plain values for JSON (see :func:`kinembed.report.labelled.labelled_block`),
        computed when they are asked for.
    """
    fitted_on = assigned.recordings_of_each(cluster_models)
    named_as = {name: _named_as(model, fitted_on, names) for name, model in chosen.items()}
    return map_partitions(
        partial(_block, named_as=named_as, names=names, positions=ingestion.positions),
        recordings,
        labels,
        {name: models[model] for name, model in chosen.items()},
        {name: cluster_models[model] for name, model in chosen.items()},
        config=parallel,
        description="player",
        with_name=True,
    )


def write_report(
    labelled: pd.DataFrame,
    files: pd.DataFrame,
    segments: pd.DataFrame,
    players: Mapping[str, Callable[[], dict[str, Any]]],
    parameters: ReportParameters,
) -> str:
    """Write the page of the recordings that were labelled.

    Parameters
    ----------
    labelled : DataFrame
        As of :func:`summarise`.
    files : DataFrame
        As of :func:`find_files`.
    segments : DataFrame
        As of :func:`tabulate_segments`.
    players : mapping of str to loader of dict of str to Any
        Recording -> what the player shows of it.
    parameters : ReportParameters
        Its ``title`` and ``note`` stand on the page.

    Returns
    -------
    str
        HTML with the player in it.
    """
    return labelled_page(labelled, summarise_files(files), segments, players, parameters)


def write_elan(segments: pd.DataFrame) -> dict[str, str]:
    """Write a file for ELAN per recording.

    Parameters
    ----------
    segments : DataFrame
        Columns of :mod:`kinembed.report.exports.segments`; a row per segment.

    Returns
    -------
    dict of str to str
        Recording -> text of an EAF file, which is dated now.
    """
    made = datetime.now(UTC)
    return {str(name): write_eaf(rows, made) for name, rows in segments.groupby("sequence")}


def _label(
    motion: Motion,
    model: TrainedModel,
    clusters: ClusterModel,
    means: pd.DataFrame,
    positions: PositionParameters,
    merge_to: int | None,
) -> pd.DataFrame:
    used = for_joints(motion, model.skeleton.joints, positions)
    return label_motion(used, model, clusters, from_table(means), merge_to)


def _block(
    recording: str,
    motion: Motion,
    labels: pd.DataFrame,
    model: TrainedModel,
    clusters: ClusterModel,
    named_as: Mapping[str, str],
    names: Names,
    positions: PositionParameters,
) -> dict[str, Any]:
    used = for_joints(motion, model.skeleton.joints, positions)
    return labelled_block(
        recording, used, labels, model, clusters, named_as=named_as[recording], names=names
    )


def _named_as(model: str, fitted_on: Mapping[str, Sequence[str]], names: Names) -> str:
    """Under which name a names file speaks of the clusters of a model."""
    return model if model in names.sequences else next(iter(fitted_on.get(model, ())), model)
