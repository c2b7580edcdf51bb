"""TW-FINCH, in a process of its own: ``python tw_finch.py tw_finch TASK LABELS``.

Sarfraz et al., "Temporally-weighted hierarchical clustering for unsupervised action segmentation",
CVPR 2021: each row is joined to its nearest neighbour, distances being weighted by the time
between; groups become rows (their mean, their mean time), and so on. The package ``finch-clust``
has the method without time, which cannot be given from outside: it changes at every level.
"""

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components
from sklearn.metrics import pairwise_distances


def cluster(values: np.ndarray, number: int) -> np.ndarray:
    """Label rows of one series by the given number of clusters; fewer rows stay apart."""
    labels = np.arange(len(values))
    while True:
        weights = _weights(values, labels)
        joined = _join(weights.argmin(axis=1))[labels]
        if joined.max() + 1 < number or len(weights) <= 2:
            break
        labels = joined
    while labels.max() + 1 > number:
        weights = _weights(values, labels)
        labels = _join(_only_nearest(weights))[labels]
    return labels


def _weights(values: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Cosine distance of groups, times the share of the series that lies between them."""
    counts = np.bincount(labels)
    sums = np.zeros((len(counts), values.shape[1]))
    np.add.at(sums, labels, values)
    times = np.bincount(labels, np.arange(len(values))) / counts
    apart = np.abs(times[:, None] - times) / len(values)
    weights = pairwise_distances(sums / counts[:, None], metric="cosine") * apart
    np.fill_diagonal(weights, np.inf)
    return weights


def _join(neighbours: np.ndarray) -> np.ndarray:
    """Groups of what is joined to a neighbour, directly or over others."""
    count = len(neighbours)
    graph = csr_array((np.ones(count), (np.arange(count), neighbours)), shape=(count, count))
    return connected_components(graph, directed=False)[1]


def _only_nearest(weights: np.ndarray) -> np.ndarray:
    """The nearest two groups are neighbours, every other one is its own."""
    one, other = np.unravel_index(weights.argmin(), weights.shape)
    neighbours = np.arange(len(weights))
    neighbours[one] = other
    return neighbours


if __name__ == "__main__":
    from program import answer  # beside this file

    answer(lambda values, number, _: cluster(values, number))
