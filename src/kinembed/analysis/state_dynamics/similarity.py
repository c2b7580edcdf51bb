"""Self-distance of a sequence, as the clustering sees it."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from sklearn.metrics.pairwise import euclidean_distances

from kinembed.segmentation.embedding import Embeddings
from kinembed.segmentation.frame_labels import rows_per_second
from kinembed.segmentation.kernel_features import SUMMARY_S
from kinembed.segmentation.summaries import summary

MOST_ROWS = 400
"""More can hardly be told apart in a figure."""


@dataclass(frozen=True, eq=False)
class SelfSimilarity:
    """Distances between intervals of a sequence, and the times (s) of their centres.

    Attributes
    ----------
    times : ndarray of float, shape (intervals,)
        Centre of each interval, in seconds.
    distances : ndarray of float, shape (intervals, intervals)
        Euclidean distances of the intervals' summaries; symmetric, zero on the diagonal, NaN where
        too little was seen.
    """

    times: Float[np.ndarray, "intervals"]
    distances: Float[np.ndarray, "intervals intervals"]


def self_similarity(embeddings: Embeddings) -> SelfSimilarity:
    """Compute the distances between mean and spread of the states around each moment.

    Parameters
    ----------
    embeddings : Embeddings
        Vectors of one sequence; each is summarised with those of the two seconds around it, not
        across cuts.

    Returns
    -------
    SelfSimilarity
        Distances of evenly chosen vectors, MOST_ROWS at most.
    """
    index = embeddings.frame_index
    rows = max(1, round(SUMMARY_S * rows_per_second(embeddings)))
    summaries = summary(embeddings.values, index, embeddings.cuts, rows, spread=True)
    step = -(-len(index) // MOST_ROWS)
    distances = np.asarray(euclidean_distances(summaries[::step]))
    found = SelfSimilarity(index[::step] / embeddings.frame_rate, distances)
    return found if embeddings.seen is None else _with_gaps(found)


def _with_gaps(found: SelfSimilarity) -> SelfSimilarity:
    """The same at evenly spaced times, NaN at those that are far from every row."""
    spacing = float(np.median(np.diff(found.times)))
    times = np.arange(found.times[0], found.times[-1] + spacing / 2, spacing)
    nearest = np.abs(times[:, None] - found.times).argmin(axis=1)
    distances = found.distances[np.ix_(nearest, nearest)]
    far = np.abs(found.times[nearest] - times) > 0.75 * spacing
    distances[far], distances[:, far] = np.nan, np.nan
    return SelfSimilarity(times, distances)
