"""Predictions: a table with the cluster of every frame, by number given and number estimated."""

import numpy as np
import pandas as pd
from jaxtyping import Bool, Float

from kinembed.core.errors import DataError
from kinembed.motion.segments import FrameLabels

# Columns of a prediction, and whether the number of clusters was given.
VARIANTS = {"given": True, "estimated": False}

PROBABILITY, UNMERGED = "probability", "unmerged"
"""Columns beside a prediction's, after its name and an underscore: how probable the cluster of
every frame is, and which it was before clusters were merged."""

UNKNOWN = -1
"""The cluster of frames that are like nothing that was clustered."""
UNKNOWN_LABEL = "unknown"
"""What such frames are called."""
NOT_SEEN = -2
"""The cluster of frames of which too little was seen: they have none."""
NOT_SEEN_LABEL = "not seen"
"""What such frames are called."""

DIGITS = 12
"""Of a frame rate; more show how a computer rounds, such as 120.00000000000001."""


def frame_rate_of(predictions: pd.DataFrame) -> float:
    """Compute the frame rate of a prediction from its frames and their times.

    Parameters
    ----------
    predictions : DataFrame
        Columns ``frame`` and ``time_s`` (seconds); at least two rows.

    Returns
    -------
    float
        Frames per second, in Hz.

    Raises
    ------
    DataError
        When the prediction has fewer than two frames.
    """
    if len(predictions) < 2:
        raise DataError(
            f"a prediction of {len(predictions)} frame(s) does not tell its frame rate; predict "
            "two frames or more"
        )
    last = predictions.iloc[-1]
    return float(f"{last['frame'] / last['time_s']:.{DIGITS}g}")


def probability_of(predictions: pd.DataFrame, variant: str) -> Float[np.ndarray, "frames"]:
    """Read how probable the cluster of every frame is.

    Parameters
    ----------
    predictions : DataFrame
        A row per frame.
    variant : str
        Column with the clusters.

    Returns
    -------
    ndarray of float, shape (frames,)
        From 0 to 1; NaN where a frame has no cluster, the method gives no probability, or an
        earlier version stored the prediction.
    """
    column = f"{variant}_{PROBABILITY}"
    absent = np.full(len(predictions), np.nan)
    return predictions[column].to_numpy() if column in predictions else absent


def number_of_clusters(labels: pd.Series) -> int:
    """Count the clusters of a prediction.

    Parameters
    ----------
    labels : Series of int
        Cluster of every frame; below 0 where a frame has none.

    Returns
    -------
    int
        Clusters that occur.
    """
    return int(labels[labels >= 0].nunique())


def have_label(labels: FrameLabels) -> Bool[np.ndarray, "frames"]:
    """Find the frames that have a label, since enough was seen of them.

    Parameters
    ----------
    labels : ndarray of int or sequence of str, shape (frames,)
        Cluster of every frame, or its name.

    Returns
    -------
    ndarray of bool, shape (frames,)
        False where the label is -2 or "not seen".
    """
    if isinstance(labels, np.ndarray):
        return np.asarray(labels != NOT_SEEN)
    return np.array([label != NOT_SEEN_LABEL for label in labels], dtype=bool)


def frame_times(frame_count: int, frame_rate: float) -> pd.DataFrame:
    """Make the first columns of a table of predictions.

    Parameters
    ----------
    frame_count : int
        Frames of the recording.
    frame_rate : float
        Frames per second, in Hz.

    Returns
    -------
    DataFrame
        Columns ``frame`` (from 0) and ``time_s`` (seconds from the first frame).
    """
    frames = np.arange(frame_count)
    return pd.DataFrame({"frame": frames, "time_s": frames / frame_rate})
