"""The network as it is before training: what its mere architecture finds."""

import numpy as np
import pandas as pd
from jaxtyping import Int

from kinembed.baselines.parameters import StageParameters
from kinembed.clustering import cluster
from kinembed.embeddings import embed
from kinembed.features import network_features
from kinembed.models.trained import TrainedModel
from kinembed.motion import Motion
from kinembed.standardise import Standardiser
from kinembed.training import initial_network


def untrained(motion: Motion, number: int, stages: StageParameters) -> Int[np.ndarray, "frames"]:
    """Clusters of the untrained network's states, embedded and clustered like the trained one's."""
    embeddings = embed(untrained_model(motion, stages), motion, stages.embedding)
    return cluster(embeddings, stages.clustering, number).frame_labels


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
