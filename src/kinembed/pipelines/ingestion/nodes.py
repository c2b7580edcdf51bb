"""Nodes of stage ``ingestion``: raw files -> one validated Motion per trial."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import pandas as pd

from kinembed.core.parallel import MappedPartitions, ParallelConfig, loaders_of, map_partitions
from kinembed.io.ingestion import (
    IngestionParameters,
    acquire,
    annotate_all,
    file_table,
    motion_files,
    read_trial,
    summarise,
)
from kinembed.io.recording_table import describe, recording_table
from kinembed.motion.motion import Motion, Segmentation


def acquire_files(parameters: IngestionParameters) -> pd.DataFrame:
    """Find and verify the raw files."""
    return file_table(acquire(parameters))


def read_motions(
    raw_files: pd.DataFrame, parameters: IngestionParameters, parallel: ParallelConfig
) -> MappedPartitions[Motion]:
    """Read and validate every trial."""
    files = loaders_of(motion_files(raw_files))
    read = partial(read_trial, parameters=parameters)
    return map_partitions(read, files, config=parallel, description="reading", with_name=True)


def describe_recordings(
    raw_files: pd.DataFrame,
    motions: Mapping[str, Callable[[], Motion]],
    parallel: ParallelConfig,
) -> pd.DataFrame:
    """Check that all move one skeleton, and say which frame rate they are brought to."""
    described = map_partitions(describe, motions, config=parallel, description="describing")
    files = {trial: found.motion for trial, found in motion_files(raw_files).items()}
    return recording_table((recording for _, recording in described.stream()), files)


def read_annotations(
    raw_files: pd.DataFrame, recordings: pd.DataFrame, parameters: IngestionParameters
) -> dict[str, Segmentation]:
    """Read what people say about the trials; most recordings have no annotation."""
    return annotate_all(raw_files, recordings, parameters.clip_pattern)


def summarise_files(raw_files: pd.DataFrame) -> dict[str, Any]:
    """Say what was found, what is absent and what the content's fingerprint is."""
    return summarise(raw_files)
