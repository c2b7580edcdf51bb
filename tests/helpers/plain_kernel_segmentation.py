"""Kernel segmentation as it was before it was made fast: the oracle of tests and benchmarks.

Ward's tree is built anew for every number of clusters, on means repeated as often as their segments
weigh; separations are measured on all rows; means are sums over rows.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import ruptures
from scipy.sparse import csr_array
from sklearn.cluster import AgglomerativeClustering
from sklearn.metrics.pairwise import euclidean_distances

from kinembed.segmentation.methods import Partition

STARTS = (1 / 16, 1 / 8, 1 / 4, 1 / 2, 1.0, 2.0)
START_ROWS, SHORTEST_ROWS, MERGED_EVERY_S, ROUNDS = 5000, 2, 0.5, 30
SEPARATION_UNIT_S2, LONGEST_S, SMALLEST_SPREAD = 80.0, 8.0, 1e-3


@dataclass(frozen=True, eq=False)
class PlainCost:
    """The cost of any labels of some rows, and the rows per second."""

    features: np.ndarray
    penalty: float
    edges: np.ndarray
    whole: bool
    rate: float

    def of(self, labels):
        means, counts = cluster_means(self.features, labels), np.bincount(labels)
        within = np.square(self.features).sum() - (counts * np.square(means).sum(axis=1)).sum()
        return float(within / self.penalty + len(self.paid(labels)))

    def rise(self, labels):
        means, inverse = cluster_means(self.features, labels), 1 / np.bincount(labels)
        distances, before = euclidean_distances(means, squared=True), self.paid(labels)
        changes = np.zeros_like(distances)
        np.add.at(changes, (labels[before], labels[before + 1]), 1)
        rise = 1 / np.add.outer(inverse, inverse) * distances - self.penalty * (changes + changes.T)
        np.fill_diagonal(rise, np.inf)
        return rise

    def cheapest_labels(self, means):
        penalties = np.full(len(self.features), np.inf if self.whole else self.penalty)
        penalties[self.edges[:-1]] = 0.0
        return cheapest_labels(euclidean_distances(self.features, means, squared=True), penalties)

    def paid(self, labels):
        changes = np.flatnonzero(np.diff(labels))
        return np.setdiff1d(changes, self.edges - 1, assume_unique=True)


def cluster_means(values, labels):
    members = csr_array((np.ones(len(labels)), (labels, np.arange(len(labels)))))
    return members @ values / np.bincount(labels)[:, None]


def best_partitions(cost, largest):
    """The best partition into each number of clusters."""
    best = {}
    for partition in partitions(cost, largest):
        rival = best.setdefault(partition.number, partition)
        if partition.rank < rival.rank:
            best[partition.number] = partition
    return {number: best[number] for number in sorted(best) if number <= largest}


def partitions(cost, largest):
    yield judged(cost, np.zeros(len(cost.features), dtype=np.int64))
    for edges in starts(cost):
        for number in range(2, largest + 1):
            labels = settle(cost, merge(cost.features, edges, number, cost.rate))
            yield judged(cost, labels)
        while labels.max() > 1:
            one, other = np.unravel_index((rise := cost.rise(labels)).argmin(), rise.shape)
            labels = settle(cost, np.where(labels == other, one, labels))
            yield judged(cost, labels)


def starts(cost):
    if cost.whole:
        yield cost.edges
        return
    step = -(-len(cost.features) // START_ROWS)
    searches = [
        (start, ruptures.KernelCPD(kernel="linear", min_size=SHORTEST_ROWS).fit(rows))
        for start, stop in pairwise(cost.edges)
        if len(rows := cost.features[start:stop:step]) >= 2 * SHORTEST_ROWS
    ]
    known = set()
    for share in STARTS:
        found = [
            start + step * np.array(search.predict(pen=share * cost.penalty / step)[:-1], dtype=int)
            for start, search in searches
        ]
        edges = np.union1d(cost.edges, np.concatenate(found)) if found else cost.edges
        if len(edges) not in known:
            known.add(len(edges))
            yield edges


def merge(features, edges, number, rate):
    lengths = np.diff(edges)
    if len(lengths) <= number:
        return np.repeat(np.arange(len(lengths)), lengths)
    means = np.add.reduceat(features, edges[:-1], axis=0) / lengths[:, None]
    weights = np.maximum(1, np.round(lengths / rate / MERGED_EVERY_S)).astype(np.int64)
    counted = AgglomerativeClustering(number).fit_predict(np.repeat(means, weights, axis=0))
    return np.repeat(counted[np.cumsum(weights) - 1], lengths).astype(np.int64)


def settle(cost, labels):
    labels = np.unique(labels, return_inverse=True)[1]
    for _ in range(ROUNDS):
        if not labels.any():
            break
        settled = cost.cheapest_labels(cluster_means(cost.features, labels))
        if np.array_equal(settled, labels):
            break
        labels = np.unique(settled, return_inverse=True)[1]
    return labels


def judged(cost, labels):
    if not labels.any():
        return Partition(labels, cost.of(labels), np.inf)
    smallest = smallest_separation(cost.features, cost.rate, labels)
    separation = cost.penalty / cost.rate * smallest / SEPARATION_UNIT_S2
    return Partition(labels, cost.of(labels), separation)


def smallest_separation(features, rate, labels):
    means, counts = cluster_means(features, labels), np.bincount(labels)
    one, other = np.triu_indices(len(counts), 1)
    lines = means[one] - means[other]
    distances = np.square(lines).sum(axis=1)
    along = np.square((features - means[labels]) @ lines.T)
    spread = cluster_means(along, labels)[[one, other], np.arange(len(one))].mean(axis=0)
    spread = np.maximum(spread, SMALLEST_SPREAD * distances)
    times = counts[one] * counts[other] / (counts[one] + counts[other]) / rate
    times = np.minimum(times, LONGEST_S)
    found = np.divide(times * distances**3, spread, out=np.zeros(len(one)), where=spread > 0)
    return float(found.min())


def cheapest_labels(costs, penalties):
    """Viterbi with one price of a change, blocks of rows side by side."""
    rows, labels = costs.shape
    length = int(np.ceil(np.sqrt(rows)))
    blocks = -(-rows // length)
    padded = np.pad(np.column_stack([penalties, costs]), [(0, blocks * length - rows), (0, 0)])
    steps = np.ascontiguousarray(padded.reshape(blocks, length, 1 + labels).transpose(1, 2, 0))
    best, before = np.empty((length, labels, blocks)), np.zeros((labels, blocks))
    sums = steps[:, 1:].sum(axis=0)
    before[:, 1:] = np.where(sums > sums.min(axis=0), np.inf, 0.0)[:, :-1]
    for _ in range(blocks):
        state = before
        for step, here in zip(steps, best, strict=True):
            np.subtract(state, np.minimum.reduce(state), out=here)
            np.minimum(here, step[0], out=here)
            state = np.add(here, step[1:], out=here)
        ends = np.column_stack([before[:, 0], state[:, :-1]])
        if np.array_equal(ends, before):
            break
        before = ends
    return traced_back(best.transpose(2, 0, 1).reshape(-1, labels)[:rows], penalties)


def traced_back(best, penalties):
    above, (rows, labels) = best - best.min(axis=1, keepdims=True), best.shape
    cheapest = labels - 1 - best[:, ::-1].argmin(axis=1)
    entered = np.zeros((rows, labels), dtype=np.int64)
    entered[1:] = np.where(above[:-1] > penalties[1:, None], np.arange(1, rows)[:, None], 0)
    first, found = np.maximum.accumulate(entered), np.empty(rows, dtype=np.int64)
    stop, label = rows, int(best[-1].argmin())
    while stop:
        start = int(first[stop - 1, label])
        found[start:stop] = label
        stop, label = start, int(cheapest[start - 1])
    return found
