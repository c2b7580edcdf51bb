"""The network as it is before training: what its mere architecture finds."""

import numpy as np
import pandas as pd
from jaxtyping import Int

from kinembed.evaluation.baselines.parameters import StageParameters
from kinembed.motion.features import network_features
from kinembed.motion.motion import Motion
from kinembed.motion.standardise import Standardiser
from kinembed.segmentation.clustering import PUBLISHED_CLUSTERING, cluster
from kinembed.segmentation.embedding import EmbeddingParameters, embed
from kinembed.training.motion_prediction import initial_network
from kinembed.training.trained_model import TrainedModel


def untrained(motion: Motion, number: int, stages: StageParameters) -> Int[np.ndarray, "frames"]:
    """Clusters of the untrained network's states, embedded and clustered like the trained one's."""
    embeddings = embed(untrained_model(motion, stages), motion, stages.embedding)
    return cluster(embeddings, stages.clustering, number).frame_labels


def untrained_single_linkage(
    motion: Motion, number: int, stages: StageParameters
) -> Int[np.ndarray, "frames"]:
    """Clusters, as published, of the untrained network's decoder states, one state a frame."""
    raw = EmbeddingParameters(
        arrangement="frame",
        stride=stages.training.windows.target,
        device=stages.embedding.device,
        precision=stages.embedding.precision,
    )
    embeddings = embed(untrained_model(motion, stages), motion, raw)
    return cluster(embeddings, PUBLISHED_CLUSTERING, number).frame_labels


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
