"""Nodes of pipeline ``inference``: stored models on further recordings, without training."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial

import pandas as pd

from kinembed.core.parallel import MappedPartitions, ParallelConfig, loaders_of, map_partitions
from kinembed.io.ingestion import (
    IngestionParameters,
    MotionFiles,
    acquire,
    file_table,
    motion_files,
    read_trial,
)
from kinembed.report.exports import segment_table, write_eaf
from kinembed.report.exports.labelled import labelled_segments
from kinembed.report.naming import Names
from kinembed.segmentation.cluster_model import ClusterModel
from kinembed.segmentation.inference import (
    InferenceParameters,
    choose_models,
    label_motion,
    summarise_labels,
)
from kinembed.training.assignment import ModelAssignment
from kinembed.training.trained_model import TrainedModel


def find_files(parameters: IngestionParameters) -> pd.DataFrame:
    """Find the recordings that are to be labelled."""
    return file_table(acquire(parameters))


def assign_models(
    files: pd.DataFrame,
    models: Mapping[str, Callable[[], TrainedModel]],
    assigned: ModelAssignment,
    parameters: InferenceParameters,
) -> dict[str, str]:
    """Choose whose model labels each recording."""
    return choose_models(list(motion_files(files)), list(models), parameters.model, assigned)


def label_recordings(
    files: pd.DataFrame,
    chosen: dict[str, str],
    models: Mapping[str, Callable[[], TrainedModel]],
    cluster_models: Mapping[str, Callable[[], ClusterModel]],
    ingestion: IngestionParameters,
    parallel: ParallelConfig,
) -> MappedPartitions[pd.DataFrame]:
    """Read, embed and label every recording."""
    return map_partitions(
        partial(_label, ingestion=ingestion),
        loaders_of(motion_files(files)),
        {name: models[model] for name, model in chosen.items()},
        {name: cluster_models[model] for name, model in chosen.items()},
        config=parallel,
        description="labelling",
        with_name=True,
    )


def summarise(
    labels: Mapping[str, Callable[[], pd.DataFrame]],
    chosen: dict[str, str],
    cluster_models: Mapping[str, Callable[[], ClusterModel]],
) -> pd.DataFrame:
    """Say whose model labelled each recording, and how much of it is unknown."""
    loaded = ((name, load()) for name, load in labels.items())
    return summarise_labels(loaded, chosen, cluster_models)


def tabulate_segments(
    labels: Mapping[str, Callable[[], pd.DataFrame]],
    chosen: dict[str, str],
    cluster_models: Mapping[str, Callable[[], ClusterModel]],
    assigned: ModelAssignment,
    names: Names,
) -> pd.DataFrame:
    """The segments of all recordings, under the names that clusters of their models have."""
    fitted_on = assigned.recording_of_each(cluster_models)
    return segment_table(
        row
        for name, load in labels.items()
        for row in labelled_segments(
            name,
            load(),
            fitted_on.get(chosen[name], chosen[name]),
            cluster_models[chosen[name]](),
            names,
        )
    )


def write_elan(segments: pd.DataFrame) -> dict[str, str]:
    """A file for ELAN per recording."""
    made = datetime.now(UTC)
    return {str(name): write_eaf(rows, made) for name, rows in segments.groupby("sequence")}


def _label(
    recording: str,
    files: MotionFiles,
    model: TrainedModel,
    clusters: ClusterModel,
    ingestion: IngestionParameters,
) -> pd.DataFrame:
    return label_motion(read_trial(recording, files, ingestion), model, clusters)
