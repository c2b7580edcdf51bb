"""The network as it is before training: what its mere architecture finds."""

import numpy as np
from jaxtyping import Int

from kinembed.motion.motion import Motion
from kinembed.segmentation.clustering import PUBLISHED_CLUSTERING, cluster
from kinembed.segmentation.embedding import EmbeddingParameters, embed
from kinembed.segmentation.stages import StageParameters, untrained_model


def untrained(motion: Motion, number: int, stages: StageParameters) -> Int[np.ndarray, "frames"]:
    """Clusters of the untrained network's states, embedded and clustered like the trained one's."""
    embeddings = embed(untrained_model(motion, stages), motion, stages.embedding)
    return cluster(embeddings, stages.clustering, number).frame_labels


def untrained_single_linkage(
    motion: Motion, number: int, stages: StageParameters
) -> Int[np.ndarray, "frames"]:
    """Clusters, as published, of the untrained network's decoder states, one state a frame."""
    raw = EmbeddingParameters(
        states="decoder",
        arrangement="frame",
        stride=stages.training.windows.target,
        components=None,
        discontinuity_threshold=None,
        device=stages.embedding.device,
        precision=stages.embedding.precision,
    )
    embeddings = embed(untrained_model(motion, stages), motion, raw)
    return cluster(embeddings, PUBLISHED_CLUSTERING, number).frame_labels
