"""The parameters of all stages from features to clusters, and the network that they begin with."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kinembed.motion.features import FeatureParameters
from kinembed.motion.joined_features import join_features, on_one_skeleton
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


def untrained_model(motions: Sequence[Motion], stages: StageParameters) -> TrainedModel:
    """Make the network from which training with these parameters begins.

    Parameters
    ----------
    motions : sequence of Motion
        Sequences in exponential maps or positions, at least one; the standardiser is fitted on
        them.
    stages : StageParameters
        Features of the motions, and architecture and seed of the network.

    Returns
    -------
    TrainedModel
        Initial weights, on the CPU, and an empty history.

    Raises
    ------
    DataError
        When the motions are in Euler angles, have different joints or do not move.
    """
    joined = join_features(on_one_skeleton(motions), stages.features)
    standardiser = Standardiser.fit(joined.values, joined.channels, joined.seen)
    return TrainedModel(
        initial_network(len(standardiser.channels), stages.training),
        stages.training,
        stages.features,
        standardiser,
        motions[0].skeleton,
        pd.DataFrame({"step": np.zeros(0, dtype=np.int64), "loss": np.zeros(0)}),
    )
