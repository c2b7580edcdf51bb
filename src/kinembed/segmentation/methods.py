"""What every method of clustering does: two verbs, on rows in a feature space."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
from jaxtyping import Float, Int


@dataclass(frozen=True, eq=False)
class Rows:
    """Rows of one recording in a feature space.

    Attributes
    ----------
    features : ndarray of float, shape (rows, features)
        Coordinates in the feature space.
    outside : ndarray of float, shape (rows,)
        Squared distance of each row from the space.
    rate : float
        Rows per second, in Hz.
    edges : ndarray of int, shape (intervals + 1,)
        First rows of intervals (the first is 0) and, at last, the number of rows.
    """

    features: Float[np.ndarray, "rows features"]
    outside: Float[np.ndarray, "rows"]
    rate: float
    edges: Int[np.ndarray, "edges"]


@dataclass(frozen=True, eq=False)
class Partition:
    """Rows in clusters.

    Attributes
    ----------
    labels : ndarray of int, shape (rows,)
        Cluster of every row, numbered from 0 without gaps.
    cost : float
        Cost in the unit of the method; the smaller, the better.
    separation : float
        Smallest separation of any two clusters, infinite for one cluster; NaN for methods that do
        not measure it.
    """

    labels: Int[np.ndarray, "rows"]
    cost: float
    separation: float

    @property
    def number(self) -> int:
        """Number of clusters.

        Returns
        -------
        int
            At least 1.
        """
        return int(self.labels.max()) + 1

    @property
    def rank(self) -> float:
        """Cost less separation, which is least for the best partition into as many clusters.

        Returns
        -------
        float
            NaN for methods that do not measure the separation.
        """
        return self.cost - self.separation


@dataclass(frozen=True, eq=False)
class Found:
    """What a method found.

    Attributes
    ----------
    labels : sequence of ndarray of int, shape (rows,)
        Cluster of every row, for each number of clusters that was asked for.
    tried : mapping of int to Partition
        Number of clusters that was tried -> partition into as many.
    """

    labels: Sequence[Int[np.ndarray, "rows"]]
    tried: Mapping[int, Partition]


@runtime_checkable
class Method(Protocol):
    """A method of clustering."""

    def fit(self, rows: Rows, numbers: Sequence[int | None]) -> Found:
        """Cluster rows into each number of clusters.

        Parameters
        ----------
        rows : Rows
            Rows in the feature space.
        numbers : sequence of int or None
            Numbers of clusters; None: estimated.

        Returns
        -------
        Found
            Labels for each number, and the partitions that were tried.
        """

    def predict(
        self, rows: Rows, means: Float[np.ndarray, "clusters features"]
    ) -> Int[np.ndarray, "rows"]:
        """Label rows of any recording, given the means of the clusters that were found.

        Parameters
        ----------
        rows : Rows
            Rows in the same feature space.
        means : ndarray of float, shape (clusters, features)
            Mean of each cluster.

        Returns
        -------
        ndarray of int, shape (rows,)
            Cluster of every row.
        """
