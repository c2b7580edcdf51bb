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
    """Find and verify the raw files.

    Parameters
    ----------
    parameters : IngestionParameters
        Source of the recordings.

    Returns
    -------
    DataFrame
        A row per file, with columns ``name`` (of the trial), ``role`` (motion, skeleton or
        annotation), ``path``, ``sha256``, ``address`` and ``reason``; a file that is absent has an
        empty path and a reason.

    Raises
    ------
    SourceError
        When there is no recording, or a file is not the one that was published.
    FormatError
        When a list of published files is damaged.
    """
    return file_table(acquire(parameters))


def read_motions(
    raw_files: pd.DataFrame, parameters: IngestionParameters, parallel: ParallelConfig
) -> MappedPartitions[Motion]:
    """Read and validate every trial.

    Parameters
    ----------
    raw_files : DataFrame
        Columns ``name``, ``role``, ``path``, ``sha256``, ``address`` and ``reason``; a file that is
        absent has an empty path.
    parameters : IngestionParameters
        Frame rate (Hz) of files that do not state it, and how positions are read.
    parallel : ParallelConfig
        Engine and number of workers.

    Returns
    -------
    MappedPartitions of Motion
        Trial -> its motion, read when it is asked for.

    Raises
    ------
    FormatError
        Once computed, when a file does not hold what its format requires.
    DataError
        Once computed, when a recording has no frame or a value that is not finite.
    """
    files = loaders_of(motion_files(raw_files))
    read = partial(read_trial, parameters=parameters)
    return map_partitions(read, files, config=parallel, description="reading", with_name=True)


def describe_recordings(
    raw_files: pd.DataFrame,
    motions: Mapping[str, Callable[[], Motion]],
    parallel: ParallelConfig,
) -> pd.DataFrame:
    """Check that all move one skeleton, and say which frame rate they are brought to.

    Parameters
    ----------
    raw_files : DataFrame
        Columns ``name``, ``role``, ``path``, ``sha256``, ``address`` and ``reason``; a file that is
        absent has an empty path.
    motions : mapping of str to loader of Motion
        Trial -> its motion.
    parallel : ParallelConfig
        Engine and number of workers.

    Returns
    -------
    DataFrame
        A row per trial, with columns ``trial``, ``frames``, ``frame_rate`` (Hz), ``duration_s``,
        ``joints`` (their number) and ``common_rate`` (Hz), the lowest frame rate of all.

    Raises
    ------
    DataError
        When recordings move different skeletons; the files of each are named.
    """
    described = map_partitions(describe, motions, config=parallel, description="describing")
    files = {trial: found.motion for trial, found in motion_files(raw_files).items()}
    return recording_table((recording for _, recording in described.stream()), files)


def read_annotations(
    raw_files: pd.DataFrame, recordings: pd.DataFrame, parameters: IngestionParameters
) -> dict[str, Segmentation]:
    """Read what people say about the trials; most recordings have no annotation.

    Parameters
    ----------
    raw_files : DataFrame
        Columns ``name``, ``role``, ``path``, ``sha256``, ``address`` and ``reason``; a file that is
        absent has an empty path.
    recordings : DataFrame
        As of :func:`kinembed.pipelines.ingestion.nodes.describe_recordings`.
    parameters : IngestionParameters
        Its ``clip_pattern`` finds the behaviour in the name of a trial that has no annotation file;
        None: such trials are not annotated.

    Returns
    -------
    dict of str to Segmentation
        Trial -> its annotated segments, in frames of the common rate.

    Raises
    ------
    FormatError
        When an annotation file does not hold what its format requires, or labels another number of
        frames.
    DataError
        When a name does not follow the pattern, or a segment is shorter than a frame at the common
        rate.
    """
    return annotate_all(raw_files, recordings, parameters.clip_pattern)


def summarise_files(raw_files: pd.DataFrame) -> dict[str, Any]:
    """Say what was found, what is absent and what the content's fingerprint is.

    Parameters
    ----------
    raw_files : DataFrame
        Columns ``name``, ``role``, ``path``, ``sha256``, ``address`` and ``reason``; a file that is
        absent has an empty path.

    Returns
    -------
    dict of str to Any
        ``trials`` (their names), ``absent`` (name, role, address and reason of each file) and
        ``fingerprint`` of the content of all files.
    """
    return summarise(raw_files)
