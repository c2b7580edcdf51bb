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
    """Choose the trials of every sequence.

    Parameters
    ----------
    expmaps : mapping of str to loader of Motion
        Trial -> its motion; only the names are read.
    ingestion : IngestionParameters
        Its ``clip_pattern`` finds the action in the name of a clip.
    parameters : ConcatenationParameters
        Which clips are drawn; without ``draw`` every trial is a sequence.

    Returns
    -------
    dict of str to list of str
        Sequence -> trials that it is made of, in order.

    Raises
    ------
    DataError
        When clips are drawn without a pattern, a name does not follow it, an action is unknown, or
        there are fewer actions, or fewer clips to draw, than distinct actions are asked for.
    """
    return plan_sequences(list(expmaps), ingestion.clip_pattern, parameters)


def concatenate_motions(
    plan: Plan,
    expmaps: Mapping[str, Callable[[], Motion]],
    parameters: ConcatenationParameters,
    parallel: ParallelConfig,
) -> MappedPartitions[Motion]:
    """Join the trials of every sequence.

    Parameters
    ----------
    plan : dict of str to list of str
        Sequence -> trials that it is made of, in order.
    expmaps : mapping of str to loader of Motion
        Trial -> its motion in exponential maps, or positions if those were recorded, all at one
        frame rate.
    parameters : ConcatenationParameters
        How clips are joined, and which frames are kept.
    parallel : ParallelConfig
        Engine and number of workers.

    Returns
    -------
    MappedPartitions of Motion
        Sequence -> its motion, joined when it is asked for.

    Raises
    ------
    DataError
        Once computed, when trials of a sequence move different skeletons or differ in frame rate.
    """
    clips = loaders_of_groups(plan, expmaps)
    join = partial(_concatenate, parameters=parameters)
    return map_partitions(join, clips, config=parallel, description="sequences", with_name=True)


def join_annotations(
    plan: Plan, annotations: Mapping[str, Segmentation], parameters: ConcatenationParameters
) -> dict[str, Segmentation]:
    """Join the annotations in the same way; they wait for evaluation.

    Parameters
    ----------
    plan : dict of str to list of str
        Sequence -> trials that it is made of, in order.
    annotations : mapping of str to Segmentation
        Trial -> its annotated segments; a trial that is not annotated is absent.
    parameters : ConcatenationParameters
        Which frames are kept, and how far (in frames) a boundary may be from a join.

    Returns
    -------
    dict of str to Segmentation
        Sequence -> annotated segments, of the sequences whose trials are all annotated.
    """
    return concatenate_annotations(plan, annotations, parameters)


def _concatenate(name: str, motions: list[Motion], parameters: ConcatenationParameters) -> Motion:
    return concatenate(motions, name, parameters)
