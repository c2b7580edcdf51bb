"""Segments and clusters found together: kernel k-means whose clusters seldom change.

A movement is a series of segments, each of one of a few behaviours that come again. The rows of an
embedding are mapped into the feature space of a Gaussian kernel
(:mod:`kinembed.segmentation.kernel_features`), in which a mean stands for a whole distribution, a
cycle of states no less than a point. Wanted are the labels of least cost
(:mod:`kinembed.segmentation.partition_cost`): squared distance of every row from the mean of its
cluster, in units of the total variance, and ``transition_penalty_s`` for every change of cluster.
For fixed means the best labels are found exactly (:mod:`kinembed.segmentation.viterbi`), for fixed
labels the best means are the clusters' own; the two alternate (Lloyd's algorithm with a Potts
prior).

The search starts from change points found at several penalties (Arlot, Celisse & Harchaoui,
JMLR 20, 2019), their segments merged by Ward's method, each weighing as much as it lasts, and goes
on by joining, again and again, the two clusters that cost least to join. That gives many
partitions, each as good as its neighbourhood allows.

The cost alone would rather cut a long behaviour in two than separate two short ones, because it
grows with time. So a partition is also judged by its smallest pairwise separation. Two clusters
have the separation

    transition_penalty_s * min(n, 8 s) * d^2 / v / 80 s^2,  d = |mean - mean|^2,  n = harmonic time
    of the two,

with v the variance within the two along the line between their means: n d^2 is the square of what
the power of a kernel two-sample test grows with (Gretton et al., JMLR 13, 2012), and d / v how far
apart the two are beside their spread (kernel Fisher discriminant: Harchaoui, Bach & Moulines,
NIPS 2007). Time counts up to 8 s: two behaviours of an hour need as much separation as two of a
minute. The cheaper a change, the finer partitions are and the more n d^2 / v there is; counted so,
a separation is worth as many changes at any penalty. Of the partitions into a number of clusters
the one with the least cost, in changes, less the smallest separation, wins. Where the number is
sought it is the one after which the smallest separation falls most, as far as it falls near
``separation_threshold``. From the partition into that number, larger ones are reached by splitting
the clusters that a split explains most of (:mod:`kinembed.segmentation.further_splits`). They
replace those of least cost whose clusters are not all separated, by at least
``separation_threshold`` / :data:`CLIP_FACTOR`, and the number is sought once more among all.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from hashlib import blake2b
from itertools import pairwise

import numpy as np
import ruptures
from jaxtyping import Float, Int

from kinembed.segmentation.further_splits import further_partitions
from kinembed.segmentation.methods import Found, Partition, Rows
from kinembed.segmentation.partition_cost import PartitionCost
from kinembed.segmentation.separation import smallest_separation
from kinembed.segmentation.ward_tree import WardTree

# Penalties of change points to start from, as multiples of the cost of a change.
STARTS = (1 / 16, 1 / 8, 1 / 4, 1 / 2, 1.0, 2.0)
# Rows, at most, among which change points are sought: their time grows with the square.
START_ROWS = 5000
# Change points lie no closer than this (rows).
SHORTEST_ROWS = 2
# A segment weighs one in Ward's method for each such time (s).
MERGED_EVERY_S = 0.5
# A separation is transition_penalty_s * n d^2 / v over this (square seconds).
SEPARATION_UNIT_S2 = 80.0
# A separation of this many times the threshold is as good as any more; the inverse is none.
CLIP_FACTOR = 3.5
# Turns of labels and means, at most; a handful is usual.
ROUNDS = 30


@dataclass(frozen=True)
class KernelSegmentation:
    """The method ``kernel_segmentation``.

    Attributes
    ----------
    transition_penalty_s : float
        Cost of a transition, in seconds of variance.
    separation_threshold : float
        Separation that any two clusters need if their number is estimated, in transition penalties.
    one_cluster_per_interval : bool
        Whether the cluster changes only between intervals.
    largest_number : int
        Most clusters tried in estimating their number.
    """

    transition_penalty_s: float
    separation_threshold: float
    one_cluster_per_interval: bool
    largest_number: int

    def fit(self, rows: Rows, numbers: Sequence[int | None]) -> Found:
        """Cluster rows into each number of clusters, which one search serves.

        Parameters
        ----------
        rows : Rows
            Rows in the feature space.
        numbers : sequence of int or None
            Numbers of clusters, also above ``largest_number``; None: estimated.

        Returns
        -------
        Found
            Labels for each number (of fewer clusters where there are too few segments), and the
            best partition into each number that the search reached.
        """
        most = max(number or 0 for number in numbers)
        cost = self._cost(rows)
        found = self._partitions(cost, rows.rate, max(self.largest_number, most))
        further = self._further(self._estimated(found), most, cost, rows.rate)
        separated = {number: one for number, one in found.items() if self._separates(one)}
        found = dict(sorted((found | further | separated).items()))
        chosen = [
            self._estimated(found) if number is None else _given(number, found)
            for number in numbers
        ]
        return Found([partition.labels for partition in chosen], found)

    def predict(
        self, rows: Rows, means: Float[np.ndarray, "clusters features"]
    ) -> Int[np.ndarray, "rows"]:
        """Find the labels of least cost for the means of clusters.

        Parameters
        ----------
        rows : Rows
            Rows of any recording in the feature space.
        means : ndarray of float, shape (clusters, features)
            Mean of each cluster in that space.

        Returns
        -------
        ndarray of int, shape (rows,)
            Cluster of every row.
        """
        return self._cost(rows).cheapest_labels(means)

    def _partitions(self, cost: PartitionCost, rate: float, largest: int) -> dict[int, Partition]:
        if not np.ptp(cost.features, axis=0).any():
            return {1: Partition(np.zeros(len(cost.features), dtype=np.int64), 0.0, np.inf)}
        return best_partitions(cost, rate, largest)

    def _estimated(self, found: Mapping[int, Partition]) -> Partition:
        """The partition into the number of clusters that the separations speak for."""
        separations = {
            number: partition.separation
            for number, partition in found.items()
            if number <= self.largest_number
        }
        return found[select_number_of_clusters(separations, self.separation_threshold)]

    def _further(
        self, start: Partition, most: int, cost: PartitionCost, rate: float
    ) -> dict[int, Partition]:
        """Partitions that splits lead to, while they separate clusters or `most` is not reached."""
        halve = partial(best_partitions, rate=rate, largest=2)
        settle = partial(_settled, cost, rate, known={})
        further: dict[int, Partition] = {}
        for partition in further_partitions(start, cost, halve, settle):
            if partition.number > max(most, self.largest_number):
                break
            further[partition.number] = _widened(partition)
            if not self._separates(partition) and partition.number >= most:
                break
        return further

    def _separates(self, partition: Partition) -> bool:
        return partition.separation >= self.separation_threshold / CLIP_FACTOR

    def _cost(self, rows: Rows) -> PartitionCost:
        return PartitionCost.of_rows(rows, self.transition_penalty_s, self.one_cluster_per_interval)


def best_partitions(cost: PartitionCost, rate: float, largest: int) -> dict[int, Partition]:
    """Find the best partition into each number of clusters.

    Parameters
    ----------
    cost : PartitionCost
        Rows and what labels of them cost.
    rate : float
        Rows per second, in Hz.
    largest : int
        The largest number of clusters.

    Returns
    -------
    dict of int to Partition
        Number of clusters, from 1 and ascending -> partition; numbers for which there are too few
        segments are missing.
    """
    best: dict[int, Partition] = {}
    for partition in _partitions(cost, rate, largest):
        rival = best.setdefault(partition.number, partition)
        if partition.rank < rival.rank:
            best[partition.number] = partition
    return {number: _widened(best[number]) for number in sorted(best) if number <= largest}


def select_number_of_clusters(separations: Mapping[int, float], separation_threshold: float) -> int:
    """Select the number of clusters after which the smallest separation falls most, in proportion.

    Parameters
    ----------
    separations : mapping of int to float
        Number of clusters -> smallest pairwise separation, in transition penalties.
    separation_threshold : float
        Separations are clipped to the range from this / :data:`CLIP_FACTOR` to this times
        :data:`CLIP_FACTOR`; beyond the largest number, the separation counts as the lower bound.

    Returns
    -------
    int
        One of the numbers, the smallest of equals.
    """
    numbers = sorted(separations)
    low, high = separation_threshold / CLIP_FACTOR, separation_threshold * CLIP_FACTOR
    heights = np.log(np.clip([separations[number] for number in numbers], low, high))
    return numbers[int(np.diff(heights, append=np.log(low)).argmin())]


def _given(number: int, found: Mapping[int, Partition]) -> Partition:
    """The partition into a number of clusters, or the next smaller one."""
    return found[max(one for one in found if one <= number)]


def _partitions(cost: PartitionCost, rate: float, largest: int) -> Iterator[Partition]:
    """Partitions into 1 to `largest` clusters, from every start."""
    known: dict[bytes, Partition] = {}
    yield _judged(cost, rate, np.zeros(len(cost.features), dtype=np.int64))
    for edges in _starts(cost):
        tree, lengths = _merged(cost, edges, rate), np.diff(edges)
        for number in range(2, largest + 1):
            yield (found := _settled(cost, rate, np.repeat(tree.cut(number), lengths), known))
        while found.number > 2:
            one, other = np.unravel_index((rise := cost.rise(found.labels)).argmin(), rise.shape)
            joined = np.where(found.labels == other, one, found.labels)
            yield (found := _settled(cost, rate, joined, known))


def _starts(cost: PartitionCost) -> Iterator[Int[np.ndarray, "edges"]]:
    """Edges of segments (first rows and, at last, the number of rows) at several penalties."""
    if cost.whole:
        yield cost.edges
        return
    step = -(-len(cost.features) // START_ROWS)
    searches = [
        (start, _change_points(cost.features[start:stop:step]))
        for start, stop in pairwise(cost.edges)
    ]
    known: set[int] = set()
    for share in STARTS:
        penalty = share * cost.penalty / step
        found = [
            start + step * np.array(search.predict(pen=penalty)[:-1], dtype=np.int64)
            for start, search in searches
            if search is not None
        ]
        edges = np.union1d(cost.edges, np.concatenate(found)) if found else cost.edges
        if len(edges) not in known:
            known.add(len(edges))
            yield edges


def _change_points(features: Float[np.ndarray, "rows features"]) -> ruptures.KernelCPD | None:
    """A search for change points, unless there are too few rows for one."""
    if len(features) < 2 * SHORTEST_ROWS:
        return None
    return ruptures.KernelCPD(kernel="linear", min_size=SHORTEST_ROWS).fit(features)


def _merged(cost: PartitionCost, edges: Int[np.ndarray, "edges"], rate: float) -> WardTree:
    """Segments merged by Ward's method, each counted as often as it is long."""
    lengths = np.diff(edges)
    weights = np.maximum(1, np.round(lengths / rate / MERGED_EVERY_S)).astype(np.int64)
    return WardTree.of(cost.sums_between(edges) / lengths[:, None], weights)


def _settled(
    cost: PartitionCost,
    rate: float,
    labels: Int[np.ndarray, "rows"],
    known: dict[bytes, Partition],
) -> Partition:
    """The partition that labels end in; different starts often end alike, so ends are known."""
    met: list[bytes] = []
    for reached in _rounds(cost, labels):
        met.append(blake2b(reached.tobytes(), digest_size=16).digest())
        if met[-1] in known:
            break
    found = known.get(met[-1]) or _judged(cost, rate, reached)
    known.update(dict.fromkeys(met, found))
    return found


def _rounds(
    cost: PartitionCost, labels: Int[np.ndarray, "rows"]
) -> Iterator[Int[np.ndarray, "rows"]]:
    """Labels, numbered from 0 without gaps, and means in turns until neither changes."""
    yield (labels := _numbered(labels))
    for _ in range(ROUNDS):
        if not labels.any():
            return
        settled = cost.cheapest_labels(cost.means(labels))
        if np.array_equal(settled, labels):
            return
        yield (labels := _numbered(settled))


def _numbered(labels: Int[np.ndarray, "rows"]) -> Int[np.ndarray, "rows"]:
    ranks = np.cumsum(np.bincount(labels) > 0) - 1
    return np.asarray(ranks[labels], dtype=np.int64)


def _judged(cost: PartitionCost, rate: float, labels: Int[np.ndarray, "rows"]) -> Partition:
    """The labels with their cost and the smallest separation of any two clusters, in changes."""
    # All partitions that were reached are remembered, so their labels are as small as can be.
    small = labels.astype(np.min_scalar_type(-labels.max() - 1))
    if not labels.any():
        return Partition(small, cost.of(labels), np.inf)
    smallest = smallest_separation(cost.features, cost.means(labels), rate, labels)
    separation = cost.penalty / rate * smallest / SEPARATION_UNIT_S2
    return Partition(small, cost.of(labels), separation)


def _widened(partition: Partition) -> Partition:
    return replace(partition, labels=partition.labels.astype(np.int64))
