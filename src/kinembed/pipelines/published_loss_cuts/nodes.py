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
    parameters: PublishedParameters,
    parallel: ParallelConfig,
) -> MappedPartitions[pd.DataFrame]:
    """Join the clips of each annotated sequence as recorded, train, cut by the loss and cluster."""
    joined = concatenate_annotations(plan, annotations, concatenation)
    run = partial(
        _predict,
        numbers={name: len(set(found.behaviours)) for name, found in joined.items()},
        concatenation=concatenation.model_copy(update={"join": "as_recorded"}),
        training=training,
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
    """Score every sequence, every clip a class of its own."""
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
    parameters: PublishedParameters,
    checkpoints: CheckpointFolder,
) -> pd.DataFrame:
    motion = concatenate(clips, sequence, concatenation)
    return published.predict_loss_cuts(motion, numbers[sequence], training, parameters, checkpoints)
