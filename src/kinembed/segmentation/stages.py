"""The parameters of all stages from features to clusters, and the network that they begin with."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kinembed.motion.features import FeatureParameters, network_features
from kinembed.motion.motion import Motion
from kinembed.motion.standardise import Standardiser
from kinembed.segmentation.clustering import ClusteringParameters
from kinembed.segmentation.embedding import EmbeddingParameters
from kinembed.training.motion_prediction import TrainingParameters, initial_network
from kinembed.training.trained_model import TrainedModel


@dataclass(frozen=True)
class StageParameters:
    """How a network is trained, embedded and clustered.

    Attributes
    ----------
    features : FeatureParameters
        Which channels the network learns to predict.
    training : TrainingParameters
        Architecture of the network, and how it is trained.
    embedding : EmbeddingParameters
        Which states make the embedding.
    clustering : ClusteringParameters
        How the embedding is clustered.
    """

    features: FeatureParameters
    training: TrainingParameters
    embedding: EmbeddingParameters
    clustering: ClusteringParameters


def untrained_model(motion: Motion, stages: StageParameters) -> TrainedModel:
    """Make the network from which training with these parameters begins.

    Parameters
    ----------
    motion : Motion
        Sequence in exponential maps or positions; the standardiser is fitted on it.
    stages : StageParameters
        Features of the motion, and architecture and seed of the network.

    Returns
    -------
    TrainedModel
        Initial weights, on the CPU, and an empty history.

    Raises
    ------
    DataError
        When the motion is in Euler angles or does not move.
    """
    features = network_features(motion, stages.features)
    standardiser = Standardiser.fit(features.values[motion.seen], features.channels)
    return TrainedModel(
        initial_network(len(standardiser.channels), stages.training),
        stages.training,
        stages.features,
        standardiser,
        motion.skeleton,
        pd.DataFrame({"step": np.zeros(0, dtype=np.int64), "loss": np.zeros(0)}),
    )
