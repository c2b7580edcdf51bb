"""What kinembed and its simple methods find in a series."""

import time
from collections.abc import Callable, Iterator

import numpy as np

from kinembed.evaluation.baselines import BaselineParameters, predict
from kinembed.segmentation.clustering import ClusteringParameters, fit_clusters
from kinembed.segmentation.embedding import EmbeddingParameters, embed
from kinembed.training.motion_prediction import TrainingParameters
from kinembed.training.trained_model import train_together
from peers.series import Series

SIMPLE = ("window_ward", "changepoints_window_5")
Found = tuple[bool, np.ndarray, float]
"""Whether the number was given, labels, seconds."""


def kinembed(series: Series, seed: int) -> Iterator[Found]:
    """One network of this recording, preset fast; its seconds count for both numbers."""
    begun = time.perf_counter()
    training = TrainingParameters(seed=seed)
    model = train_together(series.name, [series.motion], series.features, training)
    embeddings = embed(model, series.motion, EmbeddingParameters())
    found = fit_clusters(embeddings, ClusteringParameters(seed=seed), [series.number, None])
    seconds = time.perf_counter() - begun
    for given, clusters in zip((True, False), found.clusters, strict=True):
        yield given, clusters.frame_labels, seconds


def simple(method: str) -> Callable[[Series, int], Iterator[Found]]:
    """One of the methods that kinembed is always compared with; the number is given."""

    def found(series: Series, seed: int) -> Iterator[Found]:
        begun = time.perf_counter()
        baselines = BaselineParameters(seed=seed)
        labels = predict(method, series.motion, series.number, baselines, series.stages)
        yield True, labels, time.perf_counter() - begun

    return found


OWN = {"kinembed": kinembed} | {name: simple(name) for name in SIMPLE}
