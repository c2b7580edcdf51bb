"""Nodes of stage ``training``: a network for every sequence."""

from collections.abc import Callable, Mapping
from functools import partial

import pandas as pd

from kinembed.core.parallel import MappedPartitions, ParallelConfig, map_partitions
from kinembed.evaluation.baselines import StageParameters
from kinembed.evaluation.early_stopping import EarlyStoppingParameters, train_with_early_stopping
from kinembed.motion.features import FeatureParameters
from kinembed.motion.motion import Motion
from kinembed.segmentation.clustering import ClusteringParameters
from kinembed.segmentation.embedding import EmbeddingParameters
from kinembed.training.checkpoints import CheckpointFolder
from kinembed.training.motion_prediction import TrainingParameters
from kinembed.training.trained_model import TrainedModel


def train_models(
    sequences: Mapping[str, Callable[[], Motion]],
    checkpoints: CheckpointFolder,
    features: FeatureParameters,
    training: TrainingParameters,
    embedding: EmbeddingParameters,
    clustering: ClusteringParameters,
    early_stopping: EarlyStoppingParameters,
    parallel: ParallelConfig,
) -> MappedPartitions[TrainedModel]:
    """Train a network on each sequence, from its last checkpoint if a run was killed.

    How the network will be embedded and clustered matters only to a criterion of stopping.
    """
    stages = StageParameters(features, training, embedding, clustering)
    train = partial(_train, stages=stages, early_stopping=early_stopping, checkpoints=checkpoints)
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
    stages: StageParameters,
    early_stopping: EarlyStoppingParameters,
    checkpoints: CheckpointFolder,
) -> TrainedModel:
    return train_with_early_stopping(motion, stages, early_stopping, checkpoints)
