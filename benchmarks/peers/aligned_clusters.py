"""Aligned cluster analysis as a process: ``python aligned_clusters.py NAME TASK LABELS``.

Zhou, De la Torre & Hodgins, "Aligned cluster analysis for temporal segmentation of human motion",
FG 2008: segments of bounded length and their clusters by turns, kernel k-means on the dynamic time
alignment kernel. Here rows are those of one level, segments begin as equal parts in spectral
clusters, and the kernel's width is the median distance. No package has the method.
"""

from itertools import pairwise

import numpy as np
from scipy.spatial.distance import cdist
from sklearn.cluster import SpectralClustering

SHORTEST, LONGEST, ROUNDS = 10, 40, 10
"""Rows of a segment, at 10 rows per second, and most rounds."""


def cluster(values: np.ndarray, number: int, seed: int) -> np.ndarray:
    """Label rows of one series by the given number of clusters."""
    squares = cdist(values, values, "sqeuclidean")
    kernel = np.exp(-squares / (2 * np.median(squares)))
    starts = np.arange(0, len(values) - SHORTEST + 1, (SHORTEST + LONGEST) // 2)
    edges = [*starts.tolist(), len(values)]
    similar = np.clip(_between(_alignments(kernel, edges), edges), 1e-9, None)
    spectral = SpectralClustering(number, affinity="precomputed", random_state=seed)
    labels = spectral.fit_predict((similar + similar.T) / 2)
    for _ in range(ROUNDS):
        before = edges, labels.tolist()
        edges, labels = _segments(_alignments(kernel, edges), edges, labels)
        if (edges, labels.tolist()) == before:
            break
    return np.repeat(labels, np.diff(edges))


def _alignments(kernel: np.ndarray, edges: list[int]) -> np.ndarray:
    """Kernel of each segment with what begins at each row, by its length.

    The shape is (segments, rows, lengths). Of two alignments that meet, the better one goes on; a
    step along both counts twice.
    """
    count = len(kernel)
    padded = np.vstack([kernel, np.full((LONGEST, count), -np.inf)])
    found = np.empty((len(edges) - 1, count, LONGEST))
    for number, (start, stop) in enumerate(pairwise(edges)):
        above = np.full((stop - start + 1, count), -np.inf)
        for row in range(LONGEST):
            same = padded[row : row + count, start:stop].T
            here = np.full_like(above, -np.inf)
            for column in range(stop - start):
                corner = above[column] if row or column else 0.0
                sides = np.maximum(here[column], above[column + 1]) + same[column]
                here[column + 1] = np.maximum(sides, corner + 2 * same[column])
            found[number, :, row] = here[-1] / (row + 1 + stop - start)
            above = here
    return found


def _between(alignments: np.ndarray, edges: list[int]) -> np.ndarray:
    """Kernel of each segment with each."""
    lengths = np.minimum(np.diff(edges), LONGEST)
    return alignments[:, edges[:-1], lengths - 1]


def _segments(
    alignments: np.ndarray, edges: list[int], labels: np.ndarray
) -> tuple[list[int], np.ndarray]:
    """The cheapest segments and their clusters: squared distances to the clusters' centres."""
    groups = [np.flatnonzero(labels == cluster) for cluster in np.unique(labels)]
    similar = _between(alignments, edges)
    costs = np.array(
        [
            1 - 2 * alignments[group].mean(axis=0) + similar[np.ix_(group, group)].mean()
            for group in groups
        ]
    )
    best, cluster = costs.min(axis=0), costs.argmin(axis=0)
    count = best.shape[0]
    total, length = np.full(count + 1, np.inf), np.zeros(count + 1, dtype=int)
    total[0] = 0
    for stop in range(SHORTEST, count + 1):
        tried = np.arange(SHORTEST, min(LONGEST, stop) + 1)
        sums = total[stop - tried] + best[stop - tried, tried - 1]
        total[stop], length[stop] = sums.min(), tried[sums.argmin()]
    cuts = [count]
    while cuts[-1]:
        cuts.append(cuts[-1] - int(length[cuts[-1]]))
    cuts.reverse()
    return cuts, cluster[cuts[:-1], np.diff(cuts) - 1]


if __name__ == "__main__":
    from program import answer  # beside this file

    answer(cluster)
