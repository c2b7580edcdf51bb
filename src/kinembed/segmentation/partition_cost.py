"""Cost of a partition of rows into clusters; its formula stands here alone.

    sum_t |phi_t - mean(z_t)|^2  +  penalty * (number of changes of z)

with rows phi in a feature space and the penalty in rows (of a total variance of 1). A change where
an interval begins costs nothing.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Float, Int
from scipy.sparse import csr_array
from sklearn.metrics.pairwise import euclidean_distances

from kinembed.segmentation.methods import Rows
from kinembed.segmentation.viterbi import cheapest_labels

# Running sums are kept at one row in this many: at every row they would be as large as the rows.
SUMMED_ROWS = 16


@dataclass(frozen=True, eq=False)
class PartitionCost:
    """The cost of any labels of some rows.

    Attributes
    ----------
    features : ndarray of float, shape (rows, features)
        Rows in the feature space, with a total variance of about 1.
    penalty : float
        Cost of a transition, in rows.
    edges : ndarray of int, shape (intervals + 1,)
        First rows of intervals (the first is 0) and, at last, the number of rows.
    whole : bool
        Whether the cluster changes only between intervals.
    """

    features: Float[np.ndarray, "rows features"]
    penalty: float
    edges: Int[np.ndarray, "edges"]
    whole: bool = False

    @classmethod
    def of_rows(cls, rows: Rows, transition_penalty_s: float, whole: bool) -> "PartitionCost":
        """Make the cost from rows and the penalty in seconds.

        Parameters
        ----------
        rows : Rows
            Rows in the feature space.
        transition_penalty_s : float
            Cost of a transition, in seconds of variance.
        whole : bool
            Whether the cluster changes only between intervals.

        Returns
        -------
        PartitionCost
            What labels of these rows cost.
        """
        return cls(rows.features, transition_penalty_s * rows.rate, rows.edges, whole)

    def means(self, labels: Int[np.ndarray, "rows"]) -> Float[np.ndarray, "clusters features"]:
        """Compute the mean of the rows of each cluster, in time that grows with the changes.

        Parameters
        ----------
        labels : ndarray of int, shape (rows,)
            Cluster of every row, numbered from 0 without gaps.

        Returns
        -------
        ndarray of float, shape (clusters, features)
            Mean of each cluster.
        """
        changes = np.flatnonzero(np.diff(labels)) + 1
        edges = np.concatenate([[0], changes, [len(labels)]])
        counts = np.bincount(labels)
        members = np.equal.outer(np.arange(len(counts)), labels[edges[:-1]]).astype(float)
        means: Float[np.ndarray, "clusters features"]
        means = members @ self.sums_between(edges) / counts[:, None]
        return means

    def sums_between(
        self, edges: Int[np.ndarray, "edges"]
    ) -> Float[np.ndarray, "segments features"]:
        """Sum up the rows of segments.

        Parameters
        ----------
        edges : ndarray of int, shape (segments + 1,)
            First rows of segments and, at last, the row after the last one.

        Returns
        -------
        ndarray of float, shape (segments, features)
            Sum of the rows of each segment.
        """
        sums, rest = self._sums[edges // SUMMED_ROWS], edges % SUMMED_ROWS
        for row in range(SUMMED_ROWS - 1):
            further = rest > row
            sums[further] += self.features[(edges - rest)[further] + row]
        return np.diff(sums, axis=0)

    def of_rows_alone(self, rows: Int[np.ndarray, "some"]) -> "PartitionCost":
        """Select rows; a transition where rows between are left out costs nothing.

        Parameters
        ----------
        rows : ndarray of int, shape (some,)
            Rows, at least one, ascending.

        Returns
        -------
        PartitionCost
            The cost of labels of these rows alone.
        """
        begins = np.isin(rows, self.edges)
        begins[0] = True
        begins[1:] |= np.diff(rows) > 1
        edges = np.append(np.flatnonzero(begins), len(rows))
        return PartitionCost(self.features[rows], self.penalty, edges, self.whole)

    def of(self, labels: Int[np.ndarray, "rows"]) -> float:
        """Compute the cost of labels, with the means of their own clusters.

        Parameters
        ----------
        labels : ndarray of int, shape (rows,)
            Cluster of every row, numbered from 0 without gaps.

        Returns
        -------
        float
            Cost in transition penalties.
        """
        means, counts = self.means(labels), np.bincount(labels)
        within = self._squares - (counts * np.square(means).sum(axis=1)).sum()
        return float(within / self.penalty + len(self._paid(labels)))

    def rise(self, labels: Int[np.ndarray, "rows"]) -> Float[np.ndarray, "clusters clusters"]:
        """Compute how much joining any two clusters raises the cost.

        Parameters
        ----------
        labels : ndarray of int, shape (rows,)
            Cluster of every row, numbered from 0 without gaps.

        Returns
        -------
        ndarray of float, shape (clusters, clusters)
            Rise in rows, symmetric, below 0 where joining lowers the cost; infinite on the
            diagonal.
        """
        means, inverse = self.means(labels), 1 / np.bincount(labels)
        distances = np.asarray(euclidean_distances(means, squared=True))
        before = self._paid(labels)
        changes = np.zeros_like(distances)
        np.add.at(changes, (labels[before], labels[before + 1]), 1)
        rise: Float[np.ndarray, "clusters clusters"]
        rise = 1 / np.add.outer(inverse, inverse) * distances
        rise -= self.penalty * (changes + changes.T)
        np.fill_diagonal(rise, np.inf)
        return rise

    def cheapest_labels(
        self, means: Float[np.ndarray, "clusters features"]
    ) -> Int[np.ndarray, "rows"]:
        """Find the labels of least cost for given means.

        Parameters
        ----------
        means : ndarray of float, shape (clusters, features)
            Mean of each cluster.

        Returns
        -------
        ndarray of int, shape (rows,)
            Cluster of every row; some clusters may not occur.
        """
        # What the squared distances to all means have in common, the row's square, decides nothing.
        costs = self.features @ (-2 * means.T)
        costs += np.square(means).sum(axis=1)
        return cheapest_labels(costs, self.penalties)

    @property
    def penalties(self) -> Float[np.ndarray, "rows"]:
        """Cost of another label than in the row before.

        Returns
        -------
        ndarray of float, shape (rows,)
            0 where an interval begins.
        """
        penalties = np.full(len(self.features), np.inf if self.whole else self.penalty)
        penalties[self.edges[:-1]] = 0.0
        return penalties

    @cached_property
    def _squares(self) -> float:
        """Sum of all squares."""
        return float(np.einsum("ij,ij->", self.features, self.features))

    @cached_property
    def _sums(self) -> Float[np.ndarray, "blocks features"]:
        """Sum of the rows before each block of some rows and, at last, of all."""
        firsts = np.arange(0, len(self.features), SUMMED_ROWS)
        sums = np.zeros((len(firsts) + 1, self.features.shape[1]))
        np.cumsum(np.add.reduceat(self.features, firsts, axis=0), axis=0, out=sums[1:])
        return sums

    def _paid(self, labels: Int[np.ndarray, "rows"]) -> Int[np.ndarray, "changes"]:
        """Rows before a change that has its cost."""
        changes = np.flatnonzero(np.diff(labels))
        return np.setdiff1d(changes, self.edges - 1, assume_unique=True)


def cluster_means(
    values: Float[np.ndarray, "rows features"], labels: Int[np.ndarray, "rows"]
) -> Float[np.ndarray, "clusters features"]:
    """Compute the mean of the rows of each cluster.

    Parameters
    ----------
    values : ndarray of float, shape (rows, features)
        Rows.
    labels : ndarray of int, shape (rows,)
        Cluster of every row, numbered from 0 without gaps.

    Returns
    -------
    ndarray of float, shape (clusters, features)
        Mean of each cluster.
    """
    members = csr_array((np.ones(len(labels)), (labels, np.arange(len(labels)))))
    means: Float[np.ndarray, "clusters features"]
    means = members @ values / np.bincount(labels)[:, None]
    return means
