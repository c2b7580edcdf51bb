"""Nodes of stage ``ingestion``: raw files -> one validated Motion per trial."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import pandas as pd

from kinembed.ingestion import (
    IngestionParameters,
    MotionFiles,
    acquire,
    annotate,
    file_table,
    motion_files,
    read_trial,
    summarise,
)
from kinembed.motion import Motion, Segmentation
from kinembed.parallel import MappedPartitions, ParallelConfig, map_partitions


def acquire_files(parameters: IngestionParameters) -> pd.DataFrame:
    """Find and verify the raw files."""
    return file_table(acquire(parameters))


def read_motions(
    raw_files: pd.DataFrame, parameters: IngestionParameters, parallel: ParallelConfig
) -> MappedPartitions[Motion]:
    """Read and validate every trial."""
    files = {name: partial(_same, found) for name, found in motion_files(raw_files).items()}
    read = partial(read_trial, frame_rate=parameters.frame_rate)
    return map_partitions(read, files, config=parallel, description="reading")


def read_annotations(
    raw_files: pd.DataFrame,
    motions: Mapping[str, Callable[[], Motion]],
    parameters: IngestionParameters,
) -> dict[str, Segmentation]:
    """Read what people say about the trials; most recordings have no annotation."""
    files = motion_files(raw_files)
    found = {
        trial: annotate(trial, files[trial], len(load()), parameters.clip_pattern)
        for trial, load in motions.items()
    }
    return {trial: annotation for trial, annotation in found.items() if annotation is not None}


def summarise_files(raw_files: pd.DataFrame) -> dict[str, Any]:
    """Say what was found, what is absent and what the content's fingerprint is."""
    return summarise(raw_files)


def _same(value: MotionFiles) -> MotionFiles:
    return value
