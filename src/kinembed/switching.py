"""Segments and clusters found together: kernel k-means whose clusters seldom change.

A movement is a series of segments, each of one of a few behaviours that come again. The rows of an
embedding are mapped into the feature space of a Gaussian kernel, in which a mean stands for a whole
distribution, a cycle of states no less than a point. Labels z of the rows are sought that minimise

    sum_t |phi_t - mean(z_t)|^2  +  change_s * (number of changes of z)

with distances in units of the total variance and time in seconds. For fixed means the best labels
are those of a hidden Markov model with equal spherical Gaussians (Viterbi), for fixed labels the
best means are the clusters' own; the two take turns (Lloyd's algorithm with a Potts prior).

The search starts from change points found at several penalties (Arlot, Celisse & Harchaoui,
JMLR 20, 2019), their segments merged by Ward's method, each weighing as much as it lasts; the start
that leads to the least sum wins. Where the number is sought, a further cluster has to save
`cluster_s`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import ruptures
from hmmlearn.hmm import GaussianHMM
from jaxtyping import Float, Int
from scipy.spatial.distance import pdist
from sklearn.cluster import AgglomerativeClustering
from sklearn.kernel_approximation import Nystroem

from kinembed.embeddings import summary, unit_variance

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
MERGED_EVERY_S = 0.5
"""A segment weighs one in Ward's method for each such stretch."""
ROUNDS = 30
"""Turns of labels and means, at most; a handful is usual."""


@dataclass(frozen=True)
class Costs:
    """What is paid, in rows of total variance, for a change of cluster and for a cluster."""

    change: float
    cluster: float


def switching_clusters(
    values: Float[np.ndarray, "rows dimensions"],
    rate: float,
    number: int | None,
    largest_number: int,
    change_s: float,
    cluster_s: float,
    seed: int,
    cuts: Sequence[int] = (),
) -> Int[np.ndarray, "rows"]:
    """Cluster of every row; rows follow each other at `rate` a second, except at `cuts`.

    `number` of clusters, or as many up to `largest_number` as pay for themselves where it is None.
    Fewer are found where there are fewer segments.
    """
    features = _features(values, rate, cuts, seed)
    if features is None:
        return np.zeros(len(values), dtype=np.int64)
    costs = Costs(change_s * rate, cluster_s * rate)
    starts = [_change_points(features, share * costs.change) for share in STARTS]
    numbers = range(1, largest_number + 1) if number is None else [number]
    found = [
        _settle(features, _merge(features, edges, clusters, rate), costs)
        for clusters in numbers
        for edges in starts
    ]
    wanted = [labels for labels in found if number is None or len(np.unique(labels)) == number]
    return min(wanted or found, key=lambda labels: _energy(features, labels, costs))


def _features(
    values: Float[np.ndarray, "rows dimensions"], rate: float, cuts: Sequence[int], seed: int
) -> Float[np.ndarray, "rows features"] | None:
    """Rows and summaries in the kernel's feature space, total variance 1; None if all alike."""
    if not np.ptp(values, axis=0).any():
        return None
    rows = max(1, round(SUMMARY_S * rate))
    summaries = summary(values, np.arange(len(values)), cuts, rows, spread=True)
    return np.hstack(
        [
            np.sqrt(1 - SUMMARY_WEIGHT) * _kernel(values, seed),
            np.sqrt(SUMMARY_WEIGHT) * _kernel(summaries, seed),
        ]
    )


def _kernel(
    values: Float[np.ndarray, "rows dimensions"], seed: int
) -> Float[np.ndarray, "rows landmarks"]:
    generator = np.random.default_rng(seed)
    chosen = generator.choice(len(values), min(BANDWIDTH_ROWS, len(values)), replace=False)
    distances = pdist(values[chosen], "sqeuclidean")
    width = float(np.median(distances[distances > 0])) if distances.any() else 1.0
    mapping = Nystroem(gamma=1 / width, n_components=min(LANDMARKS, len(values)), random_state=seed)
    mapped: Float[np.ndarray, "rows landmarks"] = mapping.fit_transform(values)
    return unit_variance(mapped)


def _change_points(
    features: Float[np.ndarray, "rows features"], penalty: float
) -> Int[np.ndarray, "edges"]:
    """First rows of segments and, at last, the number of rows."""
    search = ruptures.KernelCPD(kernel="linear", min_size=2).fit(features)
    return np.array([0, *search.predict(pen=penalty)])


def _merge(
    features: Float[np.ndarray, "rows features"],
    edges: Int[np.ndarray, "edges"],
    number: int,
    rate: float,
) -> Int[np.ndarray, "rows"]:
    """Clusters of segments by Ward's method, each counted as often as it is long."""
    lengths = np.diff(edges)
    if len(lengths) <= number:
        return np.repeat(np.arange(len(lengths)), lengths)
    means = np.add.reduceat(features, edges[:-1], axis=0) / lengths[:, None]
    weights = np.maximum(1, np.round(lengths / rate / MERGED_EVERY_S)).astype(np.int64)
    counted = AgglomerativeClustering(number).fit_predict(np.repeat(means, weights, axis=0))
    return np.repeat(counted[np.cumsum(weights) - 1], lengths).astype(np.int64)


def _settle(
    features: Float[np.ndarray, "rows features"], labels: Int[np.ndarray, "rows"], costs: Costs
) -> Int[np.ndarray, "rows"]:
    """Labels and means in turns until neither changes."""
    for _ in range(ROUNDS):
        kept, numbered = np.unique(labels, return_inverse=True)
        if len(kept) == 1:
            break
        settled = _best_labels(features, _means(features, numbered), costs.change)
        if np.array_equal(settled, numbered):
            break
        labels = settled
    return np.unique(labels, return_inverse=True)[1].astype(np.int64)


def _best_labels(
    features: Float[np.ndarray, "rows features"],
    means: Float[np.ndarray, "clusters features"],
    change: float,
) -> Int[np.ndarray, "rows"]:
    """Labels of least cost for fixed means: with variance 1/2, -log p is the squared distance."""
    number = len(means)
    odds = np.exp(-change)
    model = GaussianHMM(number, covariance_type="spherical")
    model.n_features = features.shape[1]
    model.startprob_ = np.full(number, 1 / number)
    switches = np.full((number, number), odds)
    np.fill_diagonal(switches, 1.0)
    model.transmat_ = switches / switches.sum(axis=1, keepdims=True)
    model.means_ = means
    model.covars_ = np.full(number, 0.5)
    return np.asarray(model.decode(features)[1], dtype=np.int64)


def _means(
    features: Float[np.ndarray, "rows features"], labels: Int[np.ndarray, "rows"]
) -> Float[np.ndarray, "clusters features"]:
    members = np.eye(int(labels.max()) + 1)[labels]
    means: Float[np.ndarray, "clusters features"] = (members.T @ features) / members.sum(axis=0)[
        :, None
    ]
    return means


def _energy(
    features: Float[np.ndarray, "rows features"], labels: Int[np.ndarray, "rows"], costs: Costs
) -> float:
    """The sum that is minimised, with what the clusters cost."""
    apart = float(np.square(features - _means(features, labels)[labels]).sum())
    changes = int(np.count_nonzero(np.diff(labels)))
    return apart + costs.change * changes + costs.cluster * len(np.unique(labels))
