"""A network made for video in place of the main system's, all else being equal."""

import numpy as np
from jaxtyping import Int

from kinembed.motion.motion import Motion
from kinembed.segmentation.clustering import cluster
from kinembed.segmentation.embedding import embed
from kinembed.segmentation.stages import StageParameters
from kinembed.video.prediction import train_frame_features


def video_lstm(motion: Motion, number: int, stages: StageParameters) -> Int[np.ndarray, "frames"]:
    """Clusters of its states, embedded and clustered like those of the main system's network."""
    model = train_frame_features(motion, stages.features, stages.training)
    embeddings = embed(model, motion, stages.embedding)
    return cluster(embeddings, stages.clustering, number).frame_labels
