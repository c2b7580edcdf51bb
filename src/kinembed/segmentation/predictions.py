"""Predictions: a table with the cluster of every frame, by number given and number estimated."""

import numpy as np
import pandas as pd

from kinembed.segmentation.clustering import ClusteringParameters, cluster_each
from kinembed.segmentation.embedding import Embeddings

VARIANTS = {"given": True, "estimated": False}
"""Columns of a prediction, and whether the number of clusters was given."""


def frame_rate_of(predictions: pd.DataFrame) -> float:
    """Frames per second of a prediction, from its frames and their times."""
    last = predictions.iloc[-1]
    return float(last["frame"] / last["time_s"])


def predict_frames(
    embeddings: Embeddings, sequence: str, parameters: ClusteringParameters
) -> pd.DataFrame:
    """Clusters of every frame: column ``estimated`` and, where a number is given, ``given``.

    Columns ``frame`` and ``time_s`` say which frame a row is.
    """
    predictions = frame_times(embeddings.frame_count, embeddings.frame_rate)
    number = parameters.number_for(sequence)
    numbers = {"estimated": None} if number is None else {"given": number, "estimated": None}
    found = cluster_each(embeddings, parameters, list(numbers.values()))
    for variant, clusters in zip(numbers, found, strict=True):
        predictions[variant] = clusters.frame_labels
    return predictions


def frame_times(frame_count: int, frame_rate: float) -> pd.DataFrame:
    """Columns ``frame`` and ``time_s`` (seconds from the first frame) of predictions."""
    frames = np.arange(frame_count)
    return pd.DataFrame({"frame": frames, "time_s": frames / frame_rate})
