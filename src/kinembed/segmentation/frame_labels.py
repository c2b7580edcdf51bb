"""From labels of an embedding's rows to labels of a sequence's frames."""

from collections.abc import Sequence
from functools import partial

import numpy as np
import pandas as pd
from jaxtyping import Float, Int
from scipy.ndimage import uniform_filter1d

from kinembed.segmentation.embedding import Embeddings
from kinembed.segmentation.summaries import within_intervals


def rows_per_second(embeddings: Embeddings) -> float:
    """Compute the rate of rows, which are mostly evenly spaced.

    Parameters
    ----------
    embeddings : Embeddings
        Embedding of a sequence.

    Returns
    -------
    float
        Rows per second, in Hz; the frame rate for a single row.
    """
    index = embeddings.frame_index
    spacing = float(np.median(np.diff(index))) if len(index) > 1 else 1.0
    return embeddings.frame_rate / spacing


def majority_filter(
    labels: Int[np.ndarray, "rows"], embeddings: Embeddings, minimum_duration_s: float
) -> Int[np.ndarray, "rows"]:
    """Replace labels by the most frequent one around every row, which removes short segments.

    Parameters
    ----------
    labels : ndarray of int, shape (rows,)
        Label of every row, from 0.
    embeddings : Embeddings
        Embedding of the rows.
    minimum_duration_s : float
        Length of the centred window in which labels are counted, in seconds; shorter than two rows,
        nothing is replaced.

    Returns
    -------
    ndarray of int, shape (rows,)
        Label of every row; windows reach across no cut.
    """
    length = round(minimum_duration_s * rows_per_second(embeddings))
    if length < 2:
        return labels
    votes = np.eye(int(labels.max()) + 1)[labels]
    count = partial(uniform_filter1d, size=length, axis=0, mode="nearest")
    share = within_intervals(count, votes, embeddings.frame_index, embeddings.cuts)
    return np.asarray(share.argmax(axis=1), dtype=np.int64)


def of_nearest_row(
    values: Int[np.ndarray, "rows"], embeddings: Embeddings
) -> Int[np.ndarray, "frames"]:
    """Give every frame of the sequence the value of the nearest row of the same interval.

    Parameters
    ----------
    values : ndarray of int, shape (rows,)
        Value of every row.
    embeddings : Embeddings
        Embedding of the rows.

    Returns
    -------
    ndarray of int, shape (frames,)
        Value of every frame; in an interval without a row, that of the nearest row of all.
    """
    limits = _last_frames_of_rows(embeddings.frame_index, embeddings.cuts)
    row: Int[np.ndarray, frames] = np.searchsorted(limits, np.arange(embeddings.frame_count))
    return np.asarray(values[row], dtype=np.int64)


def in_order_of_appearance(labels: Int[np.ndarray, "frames"]) -> Int[np.ndarray, "frames"]:
    """Number labels from 0 in order of first appearance.

    Parameters
    ----------
    labels : ndarray of int, shape (frames,)
        Label of every frame.

    Returns
    -------
    ndarray of int, shape (frames,)
        The same labels with their new numbers.
    """
    numbers: Int[np.ndarray, frames] = pd.factorize(labels)[0].astype(np.int64)
    return numbers


def _last_frames_of_rows(
    index: Int[np.ndarray, "rows"], cuts: Sequence[int]
) -> Float[np.ndarray, "rows_but_one"]:
    """Where the frames of each row end and those of the next begin: midway, or at a cut between.

    With several cuts between two rows the middle is moved only as far as the nearest of them.
    """
    middles: Float[np.ndarray, rows_but_one] = (index[:-1] + index[1:]) / 2
    edges = np.asarray(cuts, dtype=np.float64)
    interval = np.searchsorted(edges, index, side="right")
    apart = np.flatnonzero(np.diff(interval))
    first, last = edges[interval[apart]], edges[interval[apart + 1] - 1]
    middles[apart] = np.clip(middles[apart], first - 0.5, last - 0.5)
    return middles
