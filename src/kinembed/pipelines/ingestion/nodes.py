"""Nodes of stage ``ingestion``: raw files -> one validated Motion per trial."""

import logging
from collections.abc import Callable, Mapping
from functools import partial
from itertools import islice
from typing import Any

import pandas as pd

from kinembed.core.parallel import MappedPartitions, ParallelConfig, loaders_of, map_partitions
from kinembed.io.ingestion import (
    IngestionParameters,
    acquire,
    annotate_all,
    file_table,
    file_trial,
    motion_files,
    summarise,
)
from kinembed.io.joint_table import agree_on_joints, in_table, joints_seen
from kinembed.io.recording_table import describe, recording_table
from kinembed.motion.motion import Motion, Segmentation
from kinembed.report.ingestion_page import (
    draw_pose,
    ingestion_page,
    log_table,
    not_read,
    recording_rows,
)
from kinembed.report.parameters import ReportParameters

logger = logging.getLogger(__name__)

MOST_DRAWN = 500
"""Recordings that the page draws, at most."""


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


def tabulate_joints(
    recorded_motions: Mapping[str, Callable[[], Motion]],
    parameters: IngestionParameters,
    parallel: ParallelConfig,
) -> pd.DataFrame:
    """Measure how well joints were seen, and decide which of them are used, in all recordings.

    Parameters
    ----------
    recorded_motions : mapping of str to loader of Motion
        Recording -> its motion as its file has it.
    parameters : IngestionParameters
        Its ``positions`` name joints and those that are left out.
    parallel : ParallelConfig
        Engine and number of workers.

    Returns
    -------
    DataFrame
        A row per recording and joint, see :func:`kinembed.io.joint_table.agree_on_joints`.

    Raises
    ------
    DataError
        When recordings have different joints, or none remains.
    """
    seen = map_partitions(
        joints_seen, recorded_motions, config=parallel, description="what was seen"
    )
    return agree_on_joints((table for _, table in seen.stream()), parameters.positions)


def harmonise_motions(
    recorded_motions: Mapping[str, Callable[[], Motion]],
    joint_table: pd.DataFrame,
    parameters: IngestionParameters,
    parallel: ParallelConfig,
) -> MappedPartitions[Motion]:
    """Bring recordings to the same joints, order and unit of length, and trim them.

    Parameters
    ----------
    recorded_motions : mapping of str to loader of Motion
        Recording -> its motion as its file has it.
    joint_table : DataFrame
        A row per recording and joint, of :func:`tabulate_joints`.
    parameters : IngestionParameters
        Its ``positions`` hold the unit of length, and when a frame is not used.
    parallel : ParallelConfig
        Engine and number of workers.

    Returns
    -------
    MappedPartitions of Motion
        Recording -> its motion, computed when it is asked for.

    Raises
    ------
    DataError
        Once computed, when no frame of a recording may be used.
    """
    used = joint_table[joint_table["used"]]
    tables = {str(name): rows for name, rows in used.groupby("recording")}
    change = partial(in_table, parameters=parameters.positions)
    return map_partitions(
        change,
        recorded_motions,
        loaders_of(tables),
        config=parallel,
        description="same joints and unit",
    )


def describe_recordings(
    raw_files: pd.DataFrame,
    motions: Mapping[str, Callable[[], Motion]],
    recorded_motions: Mapping[str, Callable[[], Motion]],
    parallel: ParallelConfig,
) -> pd.DataFrame:
    """Check that all move one skeleton, and say which frame rate they are brought to.

    Parameters
    ----------
    raw_files : DataFrame
        Columns ``name``, ``role``, ``path``, ``sha256``, ``address`` and ``reason``; a file that is
        absent has an empty path.
    motions : mapping of str to loader of Motion
        Recording -> its motion.
    recorded_motions : mapping of str to loader of Motion
        Recording -> its motion as its file has it.
    parallel : ParallelConfig
        Engine and number of workers.

    Returns
    -------
    DataFrame
        A row per recording, see :func:`kinembed.io.recording_table.recording_table`.

    Raises
    ------
    DataError
        When recordings move different skeletons; the files of each are named.
    """
    described = map_partitions(
        describe, motions, recorded_motions, config=parallel, description="describing"
    )
    paths = {trial: found.motion for trial, found in motion_files(raw_files).items()}
    files = {name: paths[file_trial(name)] for name in motions}
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
        None: such trials are not annotated. Its ``not_labelled`` are behaviours that are none.

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
    return annotate_all(raw_files, recordings, parameters)


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


def write_ingestion_page(
    raw_files: pd.DataFrame,
    recordings: pd.DataFrame,
    joint_table: pd.DataFrame,
    motions: Mapping[str, Callable[[], Motion]],
    annotations: Mapping[str, Segmentation],
    ingestion_summary: dict[str, Any],
    parameters: IngestionParameters,
    report: ReportParameters,
    parallel: ParallelConfig,
) -> str:
    """Write the page to read before anything is trained, and its table to the log.

    Parameters
    ----------
    raw_files : DataFrame
        Columns ``name``, ``role``, ``path``, ``sha256``, ``address`` and ``reason``; a file that is
        absent has an empty path.
    recordings : DataFrame
        As of :func:`kinembed.io.recording_table.recording_table`; a row per recording.
    joint_table : DataFrame
        Columns of :data:`kinembed.io.joint_table.COLUMNS`; a row per recording and joint.
    motions : mapping of str to loader of Motion
        Recording -> its motion.
    annotations : mapping of str to Segmentation
        Recording -> its annotated segments; most recordings have no annotation.
    ingestion_summary : dict of str to Any
        As of :func:`summarise_files`.
    parameters : IngestionParameters
        How recordings were read.
    report : ReportParameters
        Its ``title`` and ``note`` stand on the page.
    parallel : ParallelConfig
        Engine and number of workers.

    Returns
    -------
    str
        HTML with drawings and tables in it.
    """
    drawn = {name: motions[name] for name in islice(recordings["trial"], MOST_DRAWN)}
    drawings = map_partitions(draw_pose, drawn, config=parallel, description="drawing").collect()
    rows = recording_rows(recordings, joint_table, raw_files, annotations)
    for problem in not_read(ingestion_summary):
        logger.warning("%s", problem, extra={"markup": False})
    logger.info("What was read:\n%s", log_table(rows), extra={"markup": False})
    return ingestion_page(rows, joint_table, ingestion_summary, drawings, parameters, report)
