"""Nodes of stage ``training``: a network for every sequence."""

from collections.abc import Callable, Mapping
from functools import partial

import pandas as pd

from kinembed.core.parallel import MappedPartitions, ParallelConfig, map_partitions
from kinembed.motion.features import FeatureParameters
from kinembed.motion.motion import Motion
from kinembed.training import histories
from kinembed.training.assignment import ModelAssignment, assign_models
from kinembed.training.checkpoints import CheckpointFolder
from kinembed.training.motion_prediction import TrainingParameters
from kinembed.training.trained_model import TrainedModel, train_model


def share_models(
    sequences: Mapping[str, Callable[[], Motion]], training: TrainingParameters
) -> ModelAssignment:
    """Say which model each sequence belongs to."""
    return assign_models(sequences, training.share)


def train_models(
    sequences: Mapping[str, Callable[[], Motion]],
    assigned: ModelAssignment,
    checkpoints: CheckpointFolder,
    features: FeatureParameters,
    training: TrainingParameters,
    parallel: ParallelConfig,
) -> MappedPartitions[TrainedModel]:
    """Train every model on its sequence, from its last checkpoint if a run was killed."""
    train = partial(train_model, features=features, training=training, checkpoints=checkpoints)
    return map_partitions(
        train, assigned.by_model(sequences), config=parallel, description="training"
    )


def collect_histories(models: Mapping[str, Callable[[], TrainedModel]]) -> pd.DataFrame:
    """How the loss of every network fell: columns sequence, step, loss."""
    return histories.collect_histories(models, "sequence")
