"""The network as it is before training: what its mere architecture finds."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Int

from kinembed.motion.motion import Motion
from kinembed.segmentation.clustering import PUBLISHED_CLUSTERING, cluster, fit_clusters
from kinembed.segmentation.embedding import (
    EmbeddingParameters,
    embed,
    embed_together,
    join_embeddings,
)
from kinembed.segmentation.stages import StageParameters, untrained_model


def untrained(
    motions: Sequence[Motion], numbers: Sequence[int | None], stages: StageParameters
) -> list[Int[np.ndarray, "frames"]]:
    """Cluster states of the untrained network, embedded and clustered like the trained one's.

    Parameters
    ----------
    motions : sequence of Motion
        Sequences in exponential maps or positions, at least one.
    numbers : sequence of int or None
        Numbers of clusters to find; None: estimated.
    stages : StageParameters
        Settings of the network, its embedding and the clustering.

    Returns
    -------
    list of ndarray of int, each of shape (frames,)
        For each number the cluster of every frame of all motions, numbered from 0 in order of
        appearance.

    Raises
    ------
    DataError
        When a motion is in Euler angles or does not move, no interval is as long as a window, or
        as many clusters are asked for as the embedding has rows.
    """
    embedded = embed_together(untrained_model(motions, stages), motions, stages.embedding)
    found = fit_clusters(join_embeddings(embedded), stages.clustering, numbers).clusters
    return [clusters.frame_labels for clusters in found]


def untrained_single_linkage(
    motion: Motion, number: int, stages: StageParameters
) -> Int[np.ndarray, "frames"]:
    """Cluster decoder states of the untrained network as published, one state per frame.

    Parameters
    ----------
    motion : Motion
        Sequence in exponential maps or positions.
    number : int
        Clusters to find.
    stages : StageParameters
        Settings of the network, and the device and precision of its embedding.

    Returns
    -------
    ndarray of int, shape (frames,)
        Cluster of every frame, numbered from 0 in order of appearance.

    Raises
    ------
    DataError
        When the motion is in Euler angles or does not move, is shorter than a window, or as many
        clusters are asked for as the embedding has rows.
    """
    raw = EmbeddingParameters(
        states="decoder",
        arrangement="frame",
        stride=stages.training.windows.target,
        components=None,
        discontinuity_threshold=None,
        device=stages.embedding.device,
        precision=stages.embedding.precision,
    )
    embeddings = embed(untrained_model([motion], stages), motion, raw)
    return cluster(embeddings, PUBLISHED_CLUSTERING, number).frame_labels
