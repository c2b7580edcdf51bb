"""From labels of an embedding's rows to labels of a sequence's frames."""

from collections.abc import Sequence
from functools import partial

import numpy as np
from jaxtyping import Float, Int
from scipy.ndimage import uniform_filter1d

from kinembed.segmentation.embedding import Embeddings, within_intervals


def rows_per_second(embeddings: Embeddings) -> float:
    """Rows a second (Hz); rows are evenly spaced for the most part."""
    index = embeddings.frame_index
    spacing = float(np.median(np.diff(index))) if len(index) > 1 else 1.0
    return embeddings.frame_rate / spacing


def majority_filter(
    labels: Int[np.ndarray, "rows"], embeddings: Embeddings, minimum_duration_s: float
) -> Int[np.ndarray, "rows"]:
    """The most frequent label around every row, so that no segment is too short.

    Parameters
    ----------
    labels:
        Of every row, from 0, (rows,).
    embeddings:
        Whose rows they are.
    minimum_duration_s:
        The centred window that is counted (s).

    Returns
    -------
    numpy.ndarray
        (rows,); windows reach across no cut.
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
    """The value of the nearest row of the same interval, for every frame of the sequence.

    Parameters
    ----------
    values:
        Of every row, (rows,).
    embeddings:
        Whose rows they are.

    Returns
    -------
    numpy.ndarray
        (frames,); in an interval without a row, the value of the nearest row of all.
    """
    limits = _last_frames_of_rows(embeddings.frame_index, embeddings.cuts)
    row: Int[np.ndarray, frames] = np.searchsorted(limits, np.arange(embeddings.frame_count))
    return np.asarray(values[row], dtype=np.int64)


def in_order_of_appearance(labels: Int[np.ndarray, "frames"]) -> Int[np.ndarray, "frames"]:
    """Labels numbered from 0 as they first appear."""
    _, first, inverse = np.unique(labels, return_index=True, return_inverse=True)
    ranks = np.argsort(np.argsort(first))
    return np.asarray(ranks[inverse], dtype=np.int64)


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
