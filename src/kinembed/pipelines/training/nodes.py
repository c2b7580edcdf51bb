"""Nodes of stage ``training``: a network for every sequence."""

from collections.abc import Callable, Mapping
from functools import partial

import pandas as pd

from kinembed.checkpoints import CheckpointFolder
from kinembed.features import FeatureParameters
from kinembed.models.trained import TrainedModel, train_model
from kinembed.motion import Motion
from kinembed.parallel import MappedPartitions, ParallelConfig, map_partitions
from kinembed.training import TrainingParameters


def train_models(
    sequences: Mapping[str, Callable[[], Motion]],
    checkpoints: CheckpointFolder,
    features: FeatureParameters,
    parameters: TrainingParameters,
    parallel: ParallelConfig,
) -> MappedPartitions[TrainedModel]:
    """Train a network on each sequence, from its last checkpoint if a run was killed."""
    train = partial(_train, features=features, parameters=parameters, checkpoints=checkpoints)
    return map_partitions(train, sequences, config=parallel, description="training")


def collect_histories(models: Mapping[str, Callable[[], TrainedModel]]) -> pd.DataFrame:
    """How the loss of every network fell: columns sequence, step, loss."""
    histories = {name: load().history for name, load in models.items()}
    return pd.concat(histories, names=["sequence"]).reset_index("sequence")


def forget_checkpoints(checkpoints: CheckpointFolder, histories: pd.DataFrame) -> None:  # noqa: ARG001
    """Once the models are stored (their histories tell) checkpoints have done their work."""
    checkpoints.clear()


def _train(
    sequence: str,  # noqa: ARG001
    motion: Motion,
    features: FeatureParameters,
    parameters: TrainingParameters,
    checkpoints: CheckpointFolder,
) -> TrainedModel:
    return train_model(motion, features, parameters, checkpoints)
