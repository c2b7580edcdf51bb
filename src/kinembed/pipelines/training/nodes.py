"""Nodes of stage ``training``: a network for every sequence."""

import logging
from collections.abc import Callable, Mapping
from functools import partial

import pandas as pd

from kinembed.core.parallel import (
    MappedPartitions,
    ParallelConfig,
    lazy_groups,
    map_partitions,
)
from kinembed.motion.features import FeatureParameters
from kinembed.motion.motion import Motion
from kinembed.segmentation.clustering import ClusteringParameters
from kinembed.segmentation.embedding import EmbeddingParameters
from kinembed.segmentation.stages import StageParameters
from kinembed.segmentation.time_scale import (
    TimeScale,
    TimeScaleParameters,
    measure_time_scale,
)
from kinembed.training import histories
from kinembed.training.assignment import ModelAssignment, assign_models
from kinembed.training.checkpoints import CheckpointFolder
from kinembed.training.motion_prediction import TrainingParameters
from kinembed.training.trained_model import TrainedModel, log_resumption, train_together

logger = logging.getLogger(__name__)

CLUSTERED = "Clusters will be of the states of networks trained to predict: %s, %d units, %d steps"


def share_models(
    sequences: Mapping[str, Callable[[], Motion]], training: TrainingParameters
) -> ModelAssignment:
    """Say which model each sequence belongs to.

    Parameters
    ----------
    sequences : mapping of str to loader of Motion
        Sequence -> its motion; only the names are read.
    training : TrainingParameters
        Its ``share`` says which sequences have a model together.

    Returns
    -------
    ModelAssignment
        Model of every sequence.
    """
    return assign_models(sequences, training.share)


def find_time_scale(
    sequences: Mapping[str, Callable[[], Motion]],
    parameters: TimeScaleParameters,
    features: FeatureParameters,
    training: TrainingParameters,
    embedding: EmbeddingParameters,
    clustering: ClusteringParameters,
) -> TimeScale:
    """Find the shortest behaviour, and log which settings follow from it.

    Parameters
    ----------
    sequences : mapping of str to loader of Motion
        Sequence -> its motion, in exponential maps or positions; not read where no time is asked
        for.
    parameters : TimeScaleParameters
        The time, or how it is found.
    features : FeatureParameters
        Channels of a motion that networks see.
    training, embedding, clustering
        Settings as they stand.

    Returns
    -------
    TimeScale
        The time in seconds, or None, and what it was estimated from.

    Raises
    ------
    DataError
        When the time is longer than every sequence, or cannot be estimated.
    """
    found = measure_time_scale(sequences, parameters, features, embedding)
    if found.shortest_behaviour_s is not None:
        stages = StageParameters(features, training, embedding, clustering)
        logger.info(found.describe(stages), extra={"markup": False})
    return found


def train_models(
    sequences: Mapping[str, Callable[[], Motion]],
    assigned: ModelAssignment,
    checkpoints: CheckpointFolder,
    features: FeatureParameters,
    training: TrainingParameters,
    time_scale: TimeScale,
    parallel: ParallelConfig,
) -> MappedPartitions[TrainedModel]:
    """Train every model on its sequences, from its last checkpoint if a run was killed.

    The log says what is trained, because its states are what is clustered, and which models have a
    checkpoint.

    Parameters
    ----------
    sequences : mapping of str to loader of Motion
        Sequence -> its motion, in exponential maps or positions.
    assigned : ModelAssignment
        Model of every sequence.
    checkpoints : CheckpointFolder
        Where trainings keep their checkpoints; a training that was interrupted continues from
        there.
    features : FeatureParameters
        Channels of a motion that networks see.
    training : TrainingParameters
        Network, windows and optimisation.
    time_scale : TimeScale
        The shortest behaviour, from which windows follow if it is used.
    parallel : ParallelConfig
        Engine and number of workers.

    Returns
    -------
    MappedPartitions of TrainedModel
        Model -> network, trained when it is asked for.

    Raises
    ------
    DataError
        When a sequence of a model is absent. Once computed, when no sequence is as long as a window
        or a loss is not finite.
    CheckpointError
        Once computed, when a checkpoint is damaged.
    """
    training = time_scale.training(training)
    logger.info(CLUSTERED, training.network.cell, training.network.units, training.steps)
    groups = lazy_groups(assigned.recordings_of_each(sequences), sequences)
    for name in checkpoints.begun(groups):
        log_resumption(name, groups[name](), features, training, checkpoints)
    train = partial(train_together, features=features, training=training, checkpoints=checkpoints)
    return map_partitions(train, groups, config=parallel, description="training", with_name=True)


def keep_time_scale(
    scale: TimeScale,
    models: Mapping[str, Callable[[], TrainedModel]],
) -> TimeScale:
    """Pass on the shortest behaviour once the networks that were trained with it are stored.

    Stored before, it would seem to be that of earlier networks where a training fails.

    Parameters
    ----------
    scale : TimeScale
        As of :func:`find_time_scale`.
    models : mapping of str to loader of TrainedModel
        As of :func:`train_models`; none is read.

    Returns
    -------
    TimeScale
        The same.
    """
    del models  # waited for alone
    return scale


def collect_histories(models: Mapping[str, Callable[[], TrainedModel]]) -> pd.DataFrame:
    """Join the histories of all networks in one table.

    Parameters
    ----------
    models : mapping of str to loader of TrainedModel
        Model -> network and the way from a motion to its input.

    Returns
    -------
    DataFrame
        Columns ``sequence`` (the model's name), ``step`` and ``loss``, and those of critics where
        an objective has them.
    """
    return histories.collect_histories(models, "sequence")
