"""From an embedding to clusters, and from clusters to a label for every frame.

The algorithms are scikit-learn's, but for :mod:`kinembed.segmentation.kernel_segmentation`.
Nothing here knows a behaviour's name or a boundary.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import partial
from typing import Literal

import numpy as np
from jaxtyping import Float, Int
from pydantic import (
    Field,
    NonNegativeFloat,
    NonNegativeInt,
    PositiveFloat,
    PositiveInt,
    model_validator,
)
from scipy.ndimage import uniform_filter1d
from sklearn.cluster import HDBSCAN, AgglomerativeClustering, KMeans, SpectralClustering
from sklearn.metrics import davies_bouldin_score
from sklearn.mixture import GaussianMixture
from sklearn.neighbors import NearestCentroid

from kinembed.core.errors import DataError
from kinembed.core.parameters import Parameters
from kinembed.segmentation.embedding import Embeddings, principal_components, within_intervals
from kinembed.segmentation.kernel_segmentation import Partition, best_partitions, choose

Method = Literal[
    "agglomerative", "kmeans", "gaussian_mixture", "spectral", "hdbscan", "kernel_segmentation"
]
Metric = Literal["euclidean", "cosine", "manhattan"]
Linkage = Literal["ward", "complete", "average", "single"]
SEGMENTATION_RATE_HZ = 24.0
"""Rows a second, at most, that method ``kernel_segmentation`` looks at."""


class ClusteringParameters(Parameters):
    """How an embedding is clustered."""

    number: PositiveInt | dict[str, PositiveInt] | None = Field(
        None,
        description="clusters to find, for all sequences or by name (* is anything); "
        "it is also always estimated",
    )
    method: Method = "kmeans"
    components: PositiveInt | None = Field(
        20, description="principal components that are clustered; null takes the states as they are"
    )
    metric: Metric = Field("euclidean", description="agglomerative: distance between rows")
    linkage: Linkage = Field("ward", description="agglomerative: distance between clusters")
    neighbours: PositiveInt = Field(50, description="spectral: neighbours in the affinity graph")
    minimum_share: NonNegativeFloat = Field(
        0.02, lt=1, description="hdbscan: smallest cluster, as a share of the rows"
    )
    transition_penalty_s: PositiveFloat = Field(
        0.7, description="switching: what a change of cluster costs, in seconds of variance"
    )
    separation_threshold: PositiveFloat = Field(
        0.31,
        description="switching: evidence that any two clusters differ, if their number is sought, "
        "in changes of cluster",
    )
    one_cluster_per_interval: bool = Field(
        False, description="switching: what lies between two discontinuities is one behaviour"
    )
    minimum_duration_s: NonNegativeFloat = Field(
        1.0, description="shorter visits to a cluster are voted away; 0 keeps them"
    )
    largest_number: PositiveInt = Field(15, ge=2, description="most clusters tried in estimating")
    seed: NonNegativeInt = 0

    def number_for(self, sequence: str) -> int | None:
        """The number of clusters given for a sequence, if one is; the first pattern that fits."""
        if not isinstance(self.number, dict):
            return self.number
        fitting = (name for name in self.number if fnmatchcase(sequence, name))
        return self.number.get(next(fitting, sequence))

    @model_validator(mode="after")
    def _ward_is_euclidean(self) -> "ClusteringParameters":
        if self.linkage == "ward" and self.metric != "euclidean":
            raise ValueError("linkage 'ward' needs metric 'euclidean'")
        return self


PUBLISHED_CLUSTERING = ClusteringParameters(
    method="agglomerative",
    metric="cosine",
    linkage="single",
    components=None,
    minimum_duration_s=0,
)
"""Su & Shlizerman's (arXiv 1905.12176): nothing is reduced before or voted away afterwards."""


@dataclass(frozen=True, eq=False)
class Clusters:
    """Cluster of every frame, numbered from 0 in order of first appearance."""

    frame_labels: Int[np.ndarray, "frames"]
    number: int


def cluster(
    embeddings: Embeddings, parameters: ClusteringParameters, number: int | None
) -> Clusters:
    """Cluster an embedding into `number` clusters (None: estimated) and label every frame.

    See :func:`cluster_each`.
    """
    return cluster_each(embeddings, parameters, [number])[0]


def cluster_each(
    embeddings: Embeddings, parameters: ClusteringParameters, numbers: Sequence[int | None]
) -> list[Clusters]:
    """Cluster an embedding into each number of clusters (None: estimated), labelling every frame.

    The number is estimated as the one with the lowest Davies-Bouldin index (Davies & Bouldin 1979:
    clusters that are tight compared with their distances); HDBSCAN always finds its own, and
    ``kernel_segmentation`` asks for evidence that any two clusters differ
    (:mod:`kinembed.segmentation.kernel_segmentation`).
    Raises DataError when the embedding has fewer rows than clusters are asked for.
    """
    for number in numbers:
        if number is not None and number >= len(embeddings.values):
            raise DataError(
                f"{number} clusters asked for, but the embedding has {len(embeddings.values)} "
                "rows; ask for fewer clusters or lower embedding.stride"
            )
    rows = principal_components(embeddings.values, parameters.components)
    if parameters.method == "kernel_segmentation":
        found = _kernel_segmentation(rows, embeddings, parameters, numbers)
    else:
        found = [_of_rows(rows, parameters, number) for number in numbers]
    return [_clusters(labels, embeddings, parameters) for labels in found]


def judge_numbers(embeddings: Embeddings, parameters: ClusteringParameters) -> dict[int, Partition]:
    """What method ``kernel_segmentation`` makes of each number of clusters up to
    ``largest_number``.

    Its labels are of every :func:`segmentation_step`-th row.
    """
    rows = principal_components(embeddings.values, parameters.components)
    return _kernel_partitions(rows, embeddings, parameters, parameters.largest_number)


def segmentation_step(embeddings: Embeddings) -> int:
    """Method ``kernel_segmentation`` looks at every so many-th row."""
    return max(1, round(rows_per_second(embeddings) / SEGMENTATION_RATE_HZ))


def _kernel_segmentation(
    rows: Float[np.ndarray, "rows components"],
    embeddings: Embeddings,
    parameters: ClusteringParameters,
    numbers: Sequence[int | None],
) -> list[Int[np.ndarray, "rows"]]:
    """Clusters by :mod:`kinembed.segmentation.kernel_segmentation`; one search serves all
    numbers.
    """
    largest = max(parameters.largest_number, *(number or 0 for number in numbers))
    partitions = _kernel_partitions(rows, embeddings, parameters, largest)
    tried = {
        number: partition
        for number, partition in partitions.items()
        if number <= parameters.largest_number
    }
    chosen = [
        choose(tried if number is None else partitions, number, parameters.separation_threshold)
        for number in numbers
    ]
    step = segmentation_step(embeddings)
    return [np.repeat(partition.labels, step)[: len(rows)] for partition in chosen]


def _kernel_partitions(
    rows: Float[np.ndarray, "rows components"],
    embeddings: Embeddings,
    parameters: ClusteringParameters,
    largest_number: int,
) -> dict[int, Partition]:
    step = segmentation_step(embeddings)
    return best_partitions(
        rows[::step],
        rows_per_second(embeddings) / step,
        largest_number,
        parameters.transition_penalty_s,
        parameters.seed,
        np.searchsorted(embeddings.frame_index[::step], embeddings.cuts).tolist(),
        parameters.one_cluster_per_interval,
    )


def _of_rows(
    rows: Float[np.ndarray, "rows components"],
    parameters: ClusteringParameters,
    number: int | None,
) -> Int[np.ndarray, "rows"]:
    """Clusters by a method that knows no time."""
    if number is None and parameters.method != "hdbscan":
        return _best_partition(rows, parameters)
    return _partition(rows, parameters, number or 0)


def _clusters(
    labels: Int[np.ndarray, "rows"], embeddings: Embeddings, parameters: ClusteringParameters
) -> Clusters:
    """Clusters of frames from clusters of rows."""
    labels = without_short_visits(labels, embeddings, visit_length(embeddings, parameters))
    frame_labels = _in_order_of_appearance(of_nearest_row(labels, embeddings))
    return Clusters(frame_labels, int(frame_labels.max()) + 1)


def _partition(
    rows: Float[np.ndarray, "rows components"], parameters: ClusteringParameters, number: int
) -> Int[np.ndarray, "rows"]:
    seed = parameters.seed
    match parameters.method:
        case "agglomerative":
            model = AgglomerativeClustering(
                number, metric=parameters.metric, linkage=parameters.linkage
            )
        case "kmeans":
            model = KMeans(number, n_init=10, random_state=seed)
        case "gaussian_mixture":
            model = GaussianMixture(number, n_init=5, reg_covar=1e-4, random_state=seed)
        case "spectral":
            model = SpectralClustering(
                number,
                affinity="nearest_neighbors",
                n_neighbors=min(parameters.neighbours, len(rows)),
                assign_labels="cluster_qr",
                random_state=seed,
            )
        case "hdbscan":
            smallest = max(2, round(parameters.minimum_share * len(rows)))
            model = HDBSCAN(min_cluster_size=smallest, copy=True)
    return _noise_to_nearest(rows, np.asarray(model.fit_predict(rows), dtype=np.int64))


def _noise_to_nearest(
    rows: Float[np.ndarray, "rows components"], labels: Int[np.ndarray, "rows"]
) -> Int[np.ndarray, "rows"]:
    """Rows that HDBSCAN leaves out (-1) join the cluster of the nearest centroid."""
    noise = labels < 0
    kept = np.unique(labels[~noise])
    if not noise.any():
        return labels
    if len(kept) < 2:
        return np.zeros_like(labels)
    nearest = NearestCentroid().fit(rows[~noise], labels[~noise])
    return np.where(noise, nearest.predict(rows), labels)


def _best_partition(
    rows: Float[np.ndarray, "rows components"], parameters: ClusteringParameters
) -> Int[np.ndarray, "rows"]:
    """The partition of lowest Davies-Bouldin index over all numbers of clusters tried."""
    most = min(parameters.largest_number, len(rows) - 1)
    one = np.zeros(len(rows), dtype=np.int64)
    if most < 2 or not np.ptp(rows, axis=0).any():
        return one
    partitions = [_partition(rows, parameters, number) for number in range(2, most + 1)]
    distinct = [labels for labels in partitions if np.ptp(labels) > 0]
    return min(distinct, key=lambda labels: davies_bouldin_score(rows, labels), default=one)


def visit_length(embeddings: Embeddings, parameters: ClusteringParameters) -> int:
    """Rows in the shortest visit that is kept."""
    return round(parameters.minimum_duration_s * rows_per_second(embeddings))


def rows_per_second(embeddings: Embeddings) -> float:
    """Rows a second."""
    return embeddings.frame_rate / _spacing(embeddings)


def _spacing(embeddings: Embeddings) -> float:
    """Frames from one row to the next."""
    index = embeddings.frame_index
    return float(np.median(np.diff(index))) if len(index) > 1 else 1.0


def without_short_visits(
    labels: Int[np.ndarray, "rows"], embeddings: Embeddings, length: int
) -> Int[np.ndarray, "rows"]:
    """The most frequent cluster in a centred stretch of `length` rows, for every row."""
    if length < 2:
        return labels
    votes = np.eye(int(labels.max()) + 1)[labels]
    count = partial(uniform_filter1d, size=length, axis=0, mode="nearest")
    share = within_intervals(count, votes, embeddings.frame_index, embeddings.cuts)
    return np.asarray(share.argmax(axis=1), dtype=np.int64)


def of_nearest_row(
    labels: Int[np.ndarray, "rows"], embeddings: Embeddings
) -> Int[np.ndarray, "frames"]:
    """The label of the nearest row of the same interval, for every frame of the sequence.

    An interval without a row takes the nearest row of all.
    """
    limits = _last_frames_of_rows(embeddings.frame_index, embeddings.cuts)
    row: Int[np.ndarray, frames] = np.searchsorted(limits, np.arange(embeddings.frame_count))
    return np.asarray(labels[row], dtype=np.int64)


def _last_frames_of_rows(
    index: Int[np.ndarray, "rows"], cuts: Sequence[int]
) -> Float[np.ndarray, "rows_but_one"]:
    """Where the frames of each row end and those of the next begin: midway, or at a cut between.

    With several cuts between two rows the middle is moved only as far as the nearest of them.
    """
    middles: Float[np.ndarray, rows_but_one] = (index[:-1] + index[1:]) / 2
    edges = np.asarray(cuts, dtype=np.float64)
    interval = np.searchsorted(edges, index, side="right")
    apart = np.flatnonzero(np.diff(interval))
    first, last = edges[interval[apart]], edges[interval[apart + 1] - 1]
    middles[apart] = np.clip(middles[apart], first - 0.5, last - 0.5)
    return middles


def _in_order_of_appearance(labels: Int[np.ndarray, "frames"]) -> Int[np.ndarray, "frames"]:
    _, first, inverse = np.unique(labels, return_index=True, return_inverse=True)
    ranks = np.argsort(np.argsort(first))
    return np.asarray(ranks[inverse], dtype=np.int64)
