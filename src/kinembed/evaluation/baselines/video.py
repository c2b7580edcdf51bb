"""A network made for video instead of the main system's, all else being equal."""

import numpy as np
from jaxtyping import Int

from kinembed.motion.motion import Motion
from kinembed.segmentation.clustering import cluster
from kinembed.segmentation.embedding import embed
from kinembed.segmentation.stages import StageParameters
from kinembed.video.prediction import train_frame_features


def video_lstm(motion: Motion, number: int, stages: StageParameters) -> Int[np.ndarray, "frames"]:
    """Train the video network, then embed and cluster its states like the main system's.

    Parameters
    ----------
    motion : Motion
        Sequence to train on and to cluster, in exponential maps or positions.
    number : int
        Clusters to find.
    stages : StageParameters
        Settings of the main system: features, amount of training, embedding and clustering.

    Returns
    -------
    ndarray of int, shape (frames,)
        Cluster of every frame, numbered from 0 in order of appearance.

    Raises
    ------
    DataError
        When the motion is in Euler angles, does not move or is shorter than a window, the loss is
        not finite, or as many clusters are asked for as the embedding has rows.
    """
    model = train_frame_features(motion, stages.features, stages.training)
    embeddings = embed(model, motion, stages.embedding)
    return cluster(embeddings, stages.clustering, number).frame_labels
