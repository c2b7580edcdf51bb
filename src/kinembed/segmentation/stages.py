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
    """How a network is trained, embedded and clustered."""

    features: FeatureParameters
    training: TrainingParameters
    embedding: EmbeddingParameters
    clustering: ClusteringParameters


def untrained_model(motion: Motion, stages: StageParameters) -> TrainedModel:
    """The very network from which training with these parameters begins."""
    features = network_features(motion, stages.features)
    standardiser = Standardiser.fit(features.values, features.channels)
    return TrainedModel(
        initial_network(len(standardiser.channels), stages.training),
        stages.training,
        stages.features,
        standardiser,
        motion.skeleton,
        pd.DataFrame({"step": np.zeros(0, dtype=np.int64), "loss": np.zeros(0)}),
    )
