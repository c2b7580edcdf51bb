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
    features:
        (rows, features).
    outside:
        Squared distance of each row from the space, (rows,).
    rate:
        Rows a second (Hz).
    edges:
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
    labels:
        Cluster of every row, numbered from 0 without gaps.
    cost:
        The smaller, the better.
    separation:
        Smallest separation of any two clusters; NaN for methods that do not measure it.
    """

    labels: Int[np.ndarray, "rows"]
    cost: float
    separation: float

    @property
    def number(self) -> int:
        """How many clusters there are."""
        return int(self.labels.max()) + 1

    @property
    def rank(self) -> float:
        """The least is the best of the partitions into as many clusters."""
        return self.cost - self.separation


@dataclass(frozen=True, eq=False)
class Found:
    """What a method found.

    Attributes
    ----------
    labels:
        Cluster of every row, for each number of clusters that was asked for.
    tried:
        The partition into each number of clusters that was tried to estimate their number.
    """

    labels: Sequence[Int[np.ndarray, "rows"]]
    tried: Mapping[int, Partition]


@runtime_checkable
class Method(Protocol):
    """A method of clustering."""

    def fit(self, rows: Rows, numbers: Sequence[int | None]) -> Found:
        """Cluster rows into each number of clusters; None: estimated."""

    def predict(
        self, rows: Rows, means: Float[np.ndarray, "clusters features"]
    ) -> Int[np.ndarray, "rows"]:
        """The cluster of every row, given the means of the clusters that were found."""
