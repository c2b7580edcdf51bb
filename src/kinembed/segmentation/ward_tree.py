"""Ward's method on weighted points: one tree, cut into any number of clusters.

A point of weight w stands for w equal ones. Two clusters of weights a and b, whose means are d
apart, have the distance 2 a b / (a + b) d^2; those nearest to each other are joined first. Joins
are found by the chain of nearest neighbours (Murtagh & Contreras, WIREs Data Mining 2, 2012), and
distances follow the recurrence of Lance & Williams: time and memory grow with the square of the
number of points, whatever their weights (8,000 points: 5 s, 1.2 GB).
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from sklearn.metrics.pairwise import euclidean_distances


@dataclass(frozen=True, eq=False)
class WardTree:
    """All joins of some points, the nearest first.

    Attributes
    ----------
    joins : ndarray of int, shape (points - 1, 2)
        A point of either cluster that is joined.
    """

    joins: Int[np.ndarray, "joins 2"]

    @classmethod
    def of(
        cls, points: Float[np.ndarray, "points features"], weights: Int[np.ndarray, "points"]
    ) -> "WardTree":
        """Build the tree of some points.

        Parameters
        ----------
        points : ndarray of float, shape (points, features)
            Points.
        weights : ndarray of int, shape (points,)
            How many equal points each stands for, at least 1.

        Returns
        -------
        WardTree
            The tree.
        """
        sizes = weights.astype(float)
        distances = _distances(points, sizes)
        found = list(_joins(distances, sizes))
        order = np.argsort([height for _, _, height in found], kind="stable")
        pairs = np.array([pair for *pair, _ in found], dtype=np.int64).reshape(-1, 2)
        return cls(pairs[order])

    def cut(self, number: int) -> Int[np.ndarray, "points"]:
        """Cut the tree into a number of clusters.

        Parameters
        ----------
        number : int
            Number of clusters, at least 1.

        Returns
        -------
        ndarray of int, shape (points,)
            Cluster of every point, numbered from 0; a cluster for each where there are fewer.
        """
        points = len(self.joins) + 1
        one, other = self.joins[: max(points - number, 0)].T
        joined = coo_array((np.ones(len(one)), (one, other)), shape=(points, points))
        return connected_components(joined, directed=False)[1].astype(np.int64)


def _distances(
    points: Float[np.ndarray, "points features"], sizes: Float[np.ndarray, "points"]
) -> Float[np.ndarray, "points points"]:
    """Distances of Ward's method, infinite on the diagonal."""
    squared = euclidean_distances(points, squared=True)
    # Symmetric to the last digit: a chain among equal distances would else never end.
    distances: Float[np.ndarray, "points points"] = np.minimum(squared, squared.T)
    del squared
    distances *= 2 * np.multiply.outer(sizes, sizes)
    distances /= np.add.outer(sizes, sizes)
    np.fill_diagonal(distances, np.inf)
    return distances


def _joins(
    distances: Float[np.ndarray, "points points"], sizes: Float[np.ndarray, "points"]
) -> Iterator[tuple[int, int, float]]:
    """Two points whose clusters are joined, and the distance of these; both arrays are used up."""
    chain: list[int] = []
    for _ in range(len(sizes) - 1):
        if not chain:
            chain.append(int(np.argmax(sizes > 0)))
        _lengthen(chain, distances)
        one, other = sorted((chain.pop(), chain.pop()))
        yield one, other, float(distances[one, other])
        _join(one, other, distances, sizes)


def _lengthen(chain: list[int], distances: Float[np.ndarray, "points points"]) -> None:
    """Go from neighbour to nearest neighbour until two are nearest to each other."""
    while True:
        row = distances[chain[-1]]
        nearest = int(row.argmin())
        if len(chain) > 1 and row[chain[-2]] <= row[nearest]:
            return
        chain.append(nearest)


def _join(
    one: int,
    other: int,
    distances: Float[np.ndarray, "points points"],
    sizes: Float[np.ndarray, "points"],
) -> None:
    """Let `other` stand for both clusters, and `one` for none."""
    both = (sizes[one] + sizes) * distances[one] + (sizes[other] + sizes) * distances[other]
    both -= sizes * distances[one, other]
    both /= sizes[one] + sizes[other] + sizes
    both[[one, other]] = np.inf
    distances[other], distances[:, other] = both, both
    distances[one], distances[:, one] = np.inf, np.inf
    sizes[one], sizes[other] = 0.0, sizes[one] + sizes[other]
