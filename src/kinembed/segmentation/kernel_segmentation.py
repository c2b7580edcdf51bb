"""Segments and clusters found together: kernel k-means whose clusters seldom change.

A movement is a series of segments, each of one of a few behaviours that come again. The rows of an
embedding are mapped into the feature space of a Gaussian kernel, in which a mean stands for a whole
distribution, a cycle of states no less than a point. Labels z of the rows are sought that minimise

    sum_t |phi_t - mean(z_t)|^2  +  transition_penalty_s * (number of changes of z)

with distances in units of the total variance and time in seconds; a change where the rows were cut
costs nothing. For fixed means the best labels
are those of a hidden Markov model with equal spherical Gaussians (Viterbi), for fixed labels the
best means are the clusters' own; the two take turns (Lloyd's algorithm with a Potts prior).

The search starts from change points found at several penalties (Arlot, Celisse & Harchaoui,
JMLR 20, 2019), their segments merged by Ward's method, each weighing as much as it lasts, and goes
on by joining, again and again, the two clusters that cost least to join. That gives many
partitions, each as good as its neighbourhood allows.

The sum alone would rather cut a long behaviour in two than tell two short ones apart, because it
grows with time. So a partition is also judged by its weakest distinction. That two clusters differ
has the evidence

    transition_penalty_s * min(n, 8 s) * d^2 / v / 80 s^2,  d = |mean - mean|^2,  n = harmonic time
    of the two,

with v the variance within the two along the line between their means: n d^2 is the square of what
the power of a kernel two-sample test grows with (Gretton et al., JMLR 13, 2012), and d / v how far
apart the two are beside their spread (kernel Fisher discriminant: Harchaoui, Bach & Moulines,
NIPS 2007). Time counts up to 8 s: two stretches of an hour are not to be told apart by less than
two of a minute. The cheaper a change, the finer partitions are and the more n d^2 / v there is;
counted so, evidence is worth as many changes at any cost. Of the partitions into so many clusters
the one with the least sum, in changes, less the weakest evidence, wins. Where the number is sought
it is the one after which the weakest evidence falls most, as far as it falls near
`separation_threshold`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import ruptures
from hmmlearn.base import BaseHMM
from jaxtyping import Float, Int
from scipy.sparse import csr_array
from scipy.spatial.distance import pdist
from sklearn.cluster import AgglomerativeClustering
from sklearn.kernel_approximation import Nystroem
from sklearn.metrics.pairwise import euclidean_distances

from kinembed.segmentation.embedding import principal_components, summary, unit_variance

LANDMARKS = 300
"""Rows that stand for all in the kernel's feature space (Nystroem)."""
BANDWIDTH_ROWS = 500
"""Rows that the kernel's width, the median distance between them, is taken of."""
SUMMARY_S = 2.0
"""Beside the rows themselves stand their mean and spread over so many seconds..."""
SUMMARY_WEIGHT = 1 / 3
"""...with this share of the total variance."""
STARTS = (1 / 16, 1 / 8, 1 / 4, 1 / 2, 1.0, 2.0)
"""Penalties of change points to start from, as multiples of the cost of a change."""
DIMENSIONS = 100
"""Of the feature space the principal components are kept: nearly all of the variance."""
START_ROWS = 5000
"""Change points are sought among at most so many rows: their time grows with the square."""
SHORTEST_ROWS = 2
"""Change points lie no closer than that."""
MERGED_EVERY_S = 0.5
"""A segment weighs one in Ward's method for each such stretch."""
EVIDENCE_UNIT_S2 = 80.0
"""Evidence is transition_penalty_s * n d^2 / v over this, in square seconds..."""
LONGEST_S = 8.0
"""...with n this at most..."""
SMALLEST_SPREAD = 1e-3
"""...and v at least this share of the total variance, so that clusters may not vary at all."""
CLIP_FACTOR = 3.5
"""Evidence of so many times what is asked for is as good as any more; the inverse is none."""
ROUNDS = 30
"""Turns of labels and means, at most; a handful is usual."""


@dataclass(frozen=True, eq=False)
class Rows:
    """Rows in the kernel's feature space, and what a change of cluster costs, in rows.

    ``edges``: where intervals begin (0, then the cuts) and, at last, the number of rows.
    ``whole``: the cluster changes nowhere else.
    """

    features: Float[np.ndarray, "rows features"]
    rate: float
    change: float
    edges: Int[np.ndarray, "edges"]
    whole: bool = False

    def changes(self, labels: Int[np.ndarray, "rows"]) -> Int[np.ndarray, "changes"]:
        """Rows before a change that has its cost: where the rows are cut it has none."""
        changes = np.flatnonzero(np.diff(labels))
        return np.setdiff1d(changes, self.edges - 1, assume_unique=True)


@dataclass(frozen=True, eq=False)
class Partition:
    """Labels of the rows with their sum and weakest evidence, both in changes of cluster."""

    labels: Int[np.ndarray, "rows"]
    cost: float
    evidence: float

    @property
    def number(self) -> int:
        """How many clusters there are."""
        return int(self.labels.max()) + 1

    @property
    def rank(self) -> float:
        """The least is the best of the partitions into as many clusters."""
        return self.cost - self.evidence


def best_partitions(
    values: Float[np.ndarray, "rows dimensions"],
    rate: float,
    largest_number: int,
    transition_penalty_s: float,
    seed: int,
    cuts: Sequence[int] = (),
    one_cluster_per_interval: bool = False,
) -> dict[int, Partition]:
    """The best partition into each number of clusters, from 1 up to `largest_number`.

    Rows follow each other at `rate` a second, except at `cuts`, ascending first rows of a new
    interval; with `one_cluster_per_interval` every interval is of one cluster. Numbers for which
    there are too few segments are missing.
    """
    features = _features(values, rate, cuts, seed)
    if features is None:
        return {1: Partition(np.zeros(len(values), dtype=np.int64), 0.0, np.inf)}
    edges = np.unique([0, *cuts, len(values)])
    rows = Rows(features, rate, transition_penalty_s * rate, edges, one_cluster_per_interval)
    best = _best_of_each_number(_partitions(rows, largest_number))
    return {number: best[number] for number in sorted(best) if number <= largest_number}


def choose(
    partitions: Mapping[int, Partition], number: int | None, separation_threshold: float
) -> Partition:
    """The partition into `number` clusters, or fewer where there are not so many segments.

    For None the one into as many as :func:`select_number_of_clusters`.
    """
    if number is not None:
        return partitions[max(found for found in partitions if found <= number)]
    evidence = {found: partition.evidence for found, partition in partitions.items()}
    return partitions[select_number_of_clusters(evidence, separation_threshold)]


def select_number_of_clusters(evidence: Mapping[int, float], separation_threshold: float) -> int:
    """The number of clusters after which evidence falls most, in proportion.

    Falls count between :data:`CLIP_FACTOR` times `separation_threshold` and as small a part of it.
    Behind the largest number there is none.
    """
    numbers = sorted(evidence)
    none, sure = separation_threshold / CLIP_FACTOR, separation_threshold * CLIP_FACTOR
    heights = np.log(np.clip([evidence[number] for number in numbers], none, sure))
    return numbers[int(np.diff(heights, append=np.log(none)).argmin())]


def _best_of_each_number(partitions: Iterable[Partition]) -> dict[int, Partition]:
    """The partition that ranks first for each number of clusters."""
    best: dict[int, Partition] = {}
    for partition in partitions:
        rival = best.setdefault(partition.number, partition)
        if partition.rank < rival.rank:
            best[partition.number] = partition
    return best


def _partitions(rows: Rows, largest: int) -> Iterator[Partition]:
    """Partitions into 1 to `largest` clusters, from every start."""
    yield _partition(rows, np.zeros(len(rows.features), dtype=np.int64))
    for edges in _starts(rows):
        for number in range(2, largest + 1):
            labels = _settle(rows, _merge(rows, edges, number))
            yield _partition(rows, labels)
        while labels.max() > 1:
            labels = _settle(rows, _join_cheapest(rows, labels))
            yield _partition(rows, labels)


def _features(
    values: Float[np.ndarray, "rows dimensions"], rate: float, cuts: Sequence[int], seed: int
) -> Float[np.ndarray, "rows features"] | None:
    """Rows and summaries in the kernel's feature space, total variance 1; None if all alike."""
    if not np.ptp(values, axis=0).any():
        return None
    rows = max(1, round(SUMMARY_S * rate))
    summaries = summary(values, np.arange(len(values)), cuts, rows, spread=True)
    both = [
        np.sqrt(1 - SUMMARY_WEIGHT) * _kernel(values, seed),
        np.sqrt(SUMMARY_WEIGHT) * _kernel(summaries, seed),
    ]
    return principal_components(np.hstack(both), DIMENSIONS)


def _kernel(
    values: Float[np.ndarray, "rows dimensions"], seed: int
) -> Float[np.ndarray, "rows landmarks"]:
    return unit_variance(fitted_kernel(values, seed).transform(values))


def fitted_kernel(values: Float[np.ndarray, "rows dimensions"], seed: int) -> Nystroem:
    """The feature space of a Gaussian kernel, as wide as the rows are usually apart."""
    generator = np.random.default_rng(seed)
    chosen = generator.choice(len(values), min(BANDWIDTH_ROWS, len(values)), replace=False)
    distances = pdist(values[chosen], "sqeuclidean")
    width = float(np.median(distances[distances > 0])) if distances.any() else 1.0
    mapping = Nystroem(gamma=1 / width, n_components=min(LANDMARKS, len(values)), random_state=seed)
    return mapping.fit(values)


def _starts(rows: Rows) -> Iterator[Int[np.ndarray, "edges"]]:
    """Edges of segments (first rows and, at last, the number of rows) at several penalties."""
    if rows.whole:
        yield rows.edges
        return
    step = -(-len(rows.features) // START_ROWS)
    intervals = [rows.features[start:stop:step] for start, stop in pairwise(rows.edges)]
    searches = [_change_points(interval) for interval in intervals]
    known: set[int] = set()
    for share in STARTS:
        penalty = share * rows.change / step
        found = [
            start + step * np.array(search.predict(pen=penalty)[:-1], dtype=np.int64)
            for start, search in zip(rows.edges, searches, strict=False)
            if search is not None
        ]
        edges = np.union1d(rows.edges, np.concatenate(found)) if found else rows.edges
        if len(edges) not in known:
            known.add(len(edges))
            yield edges


def _change_points(features: Float[np.ndarray, "rows features"]) -> ruptures.KernelCPD | None:
    """A search for change points, unless there are too few rows for one."""
    if len(features) < 2 * SHORTEST_ROWS:
        return None
    return ruptures.KernelCPD(kernel="linear", min_size=SHORTEST_ROWS).fit(features)


def _merge(rows: Rows, edges: Int[np.ndarray, "edges"], number: int) -> Int[np.ndarray, "rows"]:
    """Clusters of segments by Ward's method, each counted as often as it is long."""
    lengths = np.diff(edges)
    if len(lengths) <= number:
        return np.repeat(np.arange(len(lengths)), lengths)
    means = np.add.reduceat(rows.features, edges[:-1], axis=0) / lengths[:, None]
    weights = np.maximum(1, np.round(lengths / rows.rate / MERGED_EVERY_S)).astype(np.int64)
    counted = AgglomerativeClustering(number).fit_predict(np.repeat(means, weights, axis=0))
    return np.repeat(counted[np.cumsum(weights) - 1], lengths).astype(np.int64)


def _join_cheapest(rows: Rows, labels: Int[np.ndarray, "rows"]) -> Int[np.ndarray, "rows"]:
    """The two clusters joined that raise the sum least, changes between them being saved."""
    times, distances = _harmonic_rows(labels), _mean_distances(rows.features, labels)
    before = rows.changes(labels)
    changes = np.zeros_like(distances)
    np.add.at(changes, (labels[before], labels[before + 1]), 1)
    rise = times * distances - rows.change * (changes + changes.T)
    np.fill_diagonal(rise, np.inf)
    one, other = np.unravel_index(rise.argmin(), rise.shape)
    return np.where(labels == other, one, labels)


def _settle(rows: Rows, labels: Int[np.ndarray, "rows"]) -> Int[np.ndarray, "rows"]:
    """Labels, numbered from 0, and means in turns until neither changes."""
    labels = _numbered(labels)
    for _ in range(ROUNDS):
        if not labels.any():
            break
        settled = best_labels(rows, _means(rows.features, labels))
        if np.array_equal(settled, labels):
            break
        labels = _numbered(settled)
    return labels


class _FixedCosts(BaseHMM):  # type: ignore[misc]  # hmmlearn has no types
    """A hidden Markov model whose log likelihoods are given in place of observations."""

    def _check(self) -> None:
        """Nothing is fitted."""

    def _compute_log_likelihood(
        self,
        X: Float[np.ndarray, "rows clusters"],  # noqa: N803
    ) -> Float[np.ndarray, "rows clusters"]:
        return X


def best_labels(
    rows: Rows, means: Float[np.ndarray, "clusters features"]
) -> Int[np.ndarray, "rows"]:
    """Labels of least cost for fixed means: with variance 1/2, -log p is the squared distance."""
    number = len(means)
    model = _FixedCosts(number)
    model.n_features = number
    model.startprob_ = np.full(number, 1 / number)
    switches = np.full((number, number), 0.0 if rows.whole else np.exp(-rows.change))
    np.fill_diagonal(switches, 1.0)
    model.transmat_ = switches / switches.sum(axis=1, keepdims=True)
    costs = euclidean_distances(rows.features, means, squared=True)
    intervals = np.split(-costs, rows.edges[1:-1])
    return np.concatenate([model.decode(interval)[1] for interval in intervals]).astype(np.int64)


def _means(
    features: Float[np.ndarray, "rows features"], labels: Int[np.ndarray, "rows"]
) -> Float[np.ndarray, "clusters features"]:
    index = np.arange(len(labels))
    members = csr_array((np.ones(len(labels)), (labels, index)))
    means: Float[np.ndarray, "clusters features"] = (
        members @ features / np.bincount(labels)[:, None]
    )
    return means


def _partition(rows: Rows, labels: Int[np.ndarray, "rows"]) -> Partition:
    """The labels with what they cost, and how surely their most similar clusters differ."""
    means, counts = _means(rows.features, labels), np.bincount(labels)
    within = np.square(rows.features).sum() - (counts * np.square(means).sum(axis=1)).sum()
    cost = within / rows.change + len(rows.changes(labels))
    if len(counts) == 1:
        return Partition(labels, cost, np.inf)
    evidence = rows.change / rows.rate * _weakest_distinction(rows, labels) / EVIDENCE_UNIT_S2
    return Partition(labels, cost, evidence)


def _weakest_distinction(rows: Rows, labels: Int[np.ndarray, "rows"]) -> float:
    """The least n d^2 / v of any two clusters, n in seconds."""
    features = rows.features
    means, counts = _means(features, labels), np.bincount(labels)
    one, other = np.triu_indices(len(counts), 1)
    lines = means[one] - means[other]
    distances = np.square(lines).sum(axis=1)
    along = np.square((features - means[labels]) @ lines.T)
    spread = _means(along, labels)[[one, other], np.arange(len(one))].mean(axis=0)
    # Lines are as long as the root of d, so spreads along them are d v.
    spread = np.maximum(spread, SMALLEST_SPREAD * distances)
    times = counts[one] * counts[other] / (counts[one] + counts[other]) / rows.rate
    times = np.minimum(times, LONGEST_S)
    found = np.divide(times * distances**3, spread, out=np.zeros(len(one)), where=spread > 0)
    return float(found.min())


def _mean_distances(
    features: Float[np.ndarray, "rows features"], labels: Int[np.ndarray, "rows"]
) -> Float[np.ndarray, "clusters clusters"]:
    """Squared distances between the means of clusters (maximum mean discrepancy)."""
    return np.asarray(euclidean_distances(_means(features, labels), squared=True))


def _harmonic_rows(labels: Int[np.ndarray, "rows"]) -> Float[np.ndarray, "clusters clusters"]:
    """Rows n m / (n + m) for clusters of n and m rows."""
    inverse = 1 / np.bincount(labels)
    return np.asarray(1 / np.add.outer(inverse, inverse))


def _numbered(labels: Int[np.ndarray, "rows"]) -> Int[np.ndarray, "rows"]:
    """Labels numbered from 0 without gaps."""
    return np.unique(labels, return_inverse=True)[1].astype(np.int64)
