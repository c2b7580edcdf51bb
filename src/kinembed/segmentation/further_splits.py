"""More clusters than stand clearly apart: the cluster is split that a split explains most of.

A partition of least cost into more clusters than are clearly separated has a long behaviour in two,
because the cost grows with time: half an hour of walking in two styles saves more than ten seconds
of two jumps told apart. So larger numbers are reached from the last partition of least cost whose
clusters are separated, split by split. Of each cluster the best two-cluster partition of its own
rows is found, and the cluster is split whose cost falls most **in proportion**:

    1 - cost of its rows in two clusters / cost of its rows in one

A share of a cost does not grow with time: two jumps that share a cluster are most of what varies in
it, two styles of walking are not. All labels and means are settled after each split.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import Int

from kinembed.segmentation.methods import Partition
from kinembed.segmentation.partition_cost import PartitionCost

Halve = Callable[[PartitionCost], Mapping[int, Partition]]
"""Finds the best partitions of some rows into 1 and, where it can, into 2 clusters."""
Settle = Callable[[Int[np.ndarray, "rows"]], Partition]
"""Turns labels of all rows into a partition, of fewer clusters where some do not last."""


@dataclass(frozen=True, eq=False)
class Split:
    """A split of a cluster.

    Attributes
    ----------
    share : float
        Share of the cost of the cluster's rows that it saves, at most 1.
    rows : ndarray of int, shape (rows that move,)
        Rows of the second cluster.
    """

    share: float
    rows: Int[np.ndarray, "moving"]

    def of(self, labels: Int[np.ndarray, "rows"]) -> Int[np.ndarray, "rows"]:
        """Split the cluster.

        Parameters
        ----------
        labels : ndarray of int, shape (rows,)
            Cluster of every row, numbered from 0 without gaps.

        Returns
        -------
        ndarray of int, shape (rows,)
            The same with a cluster more, which has the next number.
        """
        split = labels.copy()
        split[self.rows] = labels.max() + 1
        return split


def further_partitions(
    partition: Partition, cost: PartitionCost, halve: Halve, settle: Settle
) -> Iterator[Partition]:
    """Split clusters one after another, each time the one whose cost falls most in proportion.

    Parameters
    ----------
    partition : Partition
        Where to start.
    cost : PartitionCost
        Rows and what labels of them cost.
    halve : callable
        Finds the best partitions of some rows into 1 and 2 clusters.
    settle : callable
        Turns labels of all rows into a partition.

    Yields
    ------
    Partition
        Of more and more clusters, until no further split lasts.
    """
    known: dict[bytes, Split | None] = {}
    further: Partition | None = partition
    while further is not None:
        splits = sorted(_splits(partition, cost, halve, known), key=lambda split: -split.share)
        settled = (settle(split.of(partition.labels)) for split in splits)
        further = next((one for one in settled if one.number > partition.number), None)
        if further is not None:
            yield (partition := further)


def _splits(
    partition: Partition, cost: PartitionCost, halve: Halve, known: dict[bytes, Split | None]
) -> Iterator[Split]:
    """The split of each cluster that has one; most clusters stay as they are, so it is `known`."""
    for cluster in range(partition.number):
        rows = np.flatnonzero(partition.labels == cluster)
        key = rows.tobytes()
        if key not in known:
            known[key] = _split(rows, cost.of_rows_alone(rows), halve)
        if (split := known[key]) is not None:
            yield split


def _split(rows: Int[np.ndarray, "own"], cost: PartitionCost, halve: Halve) -> Split | None:
    """The best split of a cluster; rows that are all alike have none."""
    if not np.ptp(cost.features, axis=0).any():
        return None
    found = halve(cost)
    if 2 not in found:
        return None
    return Split(1 - found[2].cost / found[1].cost, rows[found[2].labels == 1])
