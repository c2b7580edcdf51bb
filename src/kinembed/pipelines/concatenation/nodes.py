"""Nodes of stage ``concatenation``: trials -> the sequences that models are trained on."""

from collections.abc import Callable, Mapping
from functools import partial

from kinembed.core.parallel import (
    MappedPartitions,
    ParallelConfig,
    loaders_of_groups,
    map_partitions,
)
from kinembed.io.concatenation import (
    ConcatenationParameters,
    Plan,
    concatenate,
    concatenate_annotations,
    plan_sequences,
)
from kinembed.io.ingestion import IngestionParameters
from kinembed.motion.motion import Motion, Segmentation


def plan(
    expmaps: Mapping[str, Callable[[], Motion]],
    ingestion: IngestionParameters,
    parameters: ConcatenationParameters,
) -> Plan:
    """Choose the trials of every sequence."""
    return plan_sequences(list(expmaps), ingestion.clip_pattern, parameters)


def concatenate_motions(
    plan: Plan,
    expmaps: Mapping[str, Callable[[], Motion]],
    parameters: ConcatenationParameters,
    parallel: ParallelConfig,
) -> MappedPartitions[Motion]:
    """Join the trials of every sequence."""
    parts = loaders_of_groups(plan, expmaps)
    join = partial(_concatenate, parameters=parameters)
    return map_partitions(join, parts, config=parallel, description="sequences", with_name=True)


def join_annotations(
    plan: Plan, annotations: Mapping[str, Segmentation], parameters: ConcatenationParameters
) -> dict[str, Segmentation]:
    """Join the annotations in the same way; they wait for evaluation."""
    return concatenate_annotations(plan, annotations, parameters)


def _concatenate(name: str, motions: list[Motion], parameters: ConcatenationParameters) -> Motion:
    return concatenate(motions, name, parameters)
