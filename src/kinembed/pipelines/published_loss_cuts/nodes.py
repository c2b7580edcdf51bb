"""Nodes of pipeline ``published_loss_cuts``; the number of distinct actions is an input here."""

from collections.abc import Callable, Mapping
from functools import partial

import pandas as pd

from kinembed.core.parallel import (
    MappedPartitions,
    ParallelConfig,
    loaders_of_groups,
    map_partitions,
)
from kinembed.evaluation import published
from kinembed.evaluation.baselines import BaselineParameters
from kinembed.evaluation.published import LOSS_CUTS_METHODS, PublishedParameters
from kinembed.evaluation.scores import score_annotated, score_methods
from kinembed.io.concatenation import (
    ConcatenationParameters,
    Plan,
    concatenate,
    concatenate_annotations,
    concatenate_clip_classes,
)
from kinembed.motion.motion import Motion, Segmentation
from kinembed.training.checkpoints import CheckpointFolder
from kinembed.training.motion_prediction import TrainingParameters


def predict_loss_cuts(
    plan: Plan,
    expmaps: Mapping[str, Callable[[], Motion]],
    annotations: Mapping[str, Segmentation],
    checkpoints: CheckpointFolder,
    concatenation: ConcatenationParameters,
    training: TrainingParameters,
    baselines: BaselineParameters,
    parameters: PublishedParameters,
    parallel: ParallelConfig,
) -> MappedPartitions[pd.DataFrame]:
    """Join the clips of each annotated sequence as recorded, train, cut by the loss and cluster.

    Protocol (i) of Su & Shlizerman (arXiv 1905.12176).

    Parameters
    ----------
    plan : dict of str to list of str
        Sequence -> trials that it is made of, in order.
    expmaps : mapping of str to loader of Motion
        Clip -> its motion in exponential maps, or positions if those were recorded.
    annotations : mapping of str to Segmentation
        Clip -> its annotated segments, of which only the number of distinct behaviours is used.
    checkpoints : CheckpointFolder
        Where trainings keep their checkpoints; a training that was interrupted continues from
        there.
    concatenation : ConcatenationParameters
        Which frames are kept; clips are joined as recorded, whatever it says.
    training : TrainingParameters
        Network and optimisation; the windows are those of `parameters`.
    baselines : BaselineParameters
        Settings of the methods without a network.
    parameters : PublishedParameters
        Features, windows, and the loss (mean squared error in channel variances) above which a
        window is cut.
    parallel : ParallelConfig
        Engine and number of workers.

    Returns
    -------
    MappedPartitions of DataFrame
        Annotated sequence -> cluster of every frame, computed when it is asked for: columns
        ``frame``, ``time_s`` (seconds) and ``<method>.given``.

    Raises
    ------
    DataError
        When no sequence is annotated. Once computed, when a sequence is shorter than a window, a
        loss is not finite, or no more frames keep a state than clusters are asked for.
    CheckpointError
        Once computed, when a checkpoint is damaged.
    """
    joined = concatenate_annotations(plan, annotations, concatenation)
    run = partial(
        _predict,
        numbers={name: found.number_of_behaviours for name, found in joined.items()},
        concatenation=concatenation.model_copy(update={"join": "as_recorded"}),
        training=training,
        baselines=baselines,
        parameters=parameters,
        checkpoints=checkpoints,
    )
    clips = loaders_of_groups(published.annotated_entries(plan, joined), expmaps)
    return map_partitions(run, clips, config=parallel, description="loss cuts", with_name=True)


def score_loss_cuts(
    predictions: Mapping[str, Callable[[], pd.DataFrame]],
    plan: Plan,
    annotations: Mapping[str, Segmentation],
    concatenation: ConcatenationParameters,
    training: TrainingParameters,
) -> pd.DataFrame:
    """Score every sequence, with every segment of every clip as a class of its own.

    Parameters
    ----------
    predictions : mapping of str to loader of DataFrame
        Sequence -> cluster of every frame, as of :func:`predict_loss_cuts`.
    plan : dict of str to list of str
        Sequence -> trials that it is made of, in order.
    annotations : mapping of str to Segmentation
        Clip -> its annotated segments.
    concatenation : ConcatenationParameters
        Which frames are kept, and how far (in frames) a boundary may be from a join.
    training : TrainingParameters
        Its ``seed`` stands in the table.

    Returns
    -------
    DataFrame
        Columns of :func:`kinembed.evaluation.scores.score_columns`, under protocol
        ``published_loss_cuts``; a row per sequence and method.

    Raises
    ------
    DataError
        When predictions and annotation of a sequence differ in length.
    """
    classes = concatenate_clip_classes(plan, annotations, concatenation)
    score = partial(
        score_methods,
        methods=LOSS_CUTS_METHODS,
        protocol="published_loss_cuts",
        seed=training.seed,
    )
    return score_annotated(predictions, classes, score)


def _predict(
    sequence: str,
    clips: list[Motion],
    numbers: Mapping[str, int],
    concatenation: ConcatenationParameters,
    training: TrainingParameters,
    baselines: BaselineParameters,
    parameters: PublishedParameters,
    checkpoints: CheckpointFolder,
) -> pd.DataFrame:
    motion = concatenate(clips, sequence, concatenation)
    return published.predict_loss_cuts(
        motion, numbers[sequence], training, baselines, parameters, checkpoints
    )
