"""From an embedding to clusters, and from clusters to a label for every frame.

The methods are :mod:`kinembed.segmentation.kernel_segmentation` and those of scikit-learn
(:mod:`kinembed.segmentation.point_clustering`). Nothing here knows a behaviour's name or a
boundary.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import partial
from typing import Any, Literal

import numpy as np
from jaxtyping import Int
from pydantic import (
    Field,
    NonNegativeFloat,
    NonNegativeInt,
    PositiveFloat,
    PositiveInt,
    model_validator,
)
from sklearn.cluster import HDBSCAN, AgglomerativeClustering, KMeans, SpectralClustering
from sklearn.mixture import GaussianMixture

from kinembed.core.errors import DataError
from kinembed.core.parameters import Parameters
from kinembed.segmentation.embedding import Embeddings
from kinembed.segmentation.feature_space import FeatureSpace
from kinembed.segmentation.frame_labels import (
    in_order_of_appearance,
    majority_filter,
    of_nearest_row,
)
from kinembed.segmentation.kernel_segmentation import KernelSegmentation
from kinembed.segmentation.methods import Method, Partition, Rows
from kinembed.segmentation.point_clustering import PointClustering

MethodName = Literal[
    "agglomerative", "kmeans", "gaussian_mixture", "spectral", "hdbscan", "kernel_segmentation"
]
Metric = Literal["euclidean", "cosine", "manhattan"]
Linkage = Literal["ward", "complete", "average", "single"]


class ClusteringParameters(Parameters):
    """How an embedding is clustered."""

    number: PositiveInt | dict[str, PositiveInt] | None = Field(
        None,
        description="clusters to find, for all sequences or by name (* is anything); "
        "it is also always estimated",
    )
    method: MethodName = Field("kernel_segmentation", description="how rows are grouped")
    components: PositiveInt | None = Field(
        30, description="principal components that are clustered; null takes the states as they are"
    )
    metric: Metric = Field("euclidean", description="agglomerative: distance between rows")
    linkage: Linkage = Field("ward", description="agglomerative: distance between clusters")
    neighbours: PositiveInt = Field(50, description="spectral: neighbours in the affinity graph")
    minimum_share: NonNegativeFloat = Field(
        0.02, lt=1, description="hdbscan: smallest cluster, as a share of the rows"
    )
    transition_penalty_s: PositiveFloat = Field(
        0.7,
        description="kernel_segmentation: cost of a transition, in seconds of variance",
    )
    separation_threshold: PositiveFloat = Field(
        0.31,
        description="kernel_segmentation: least separation of any two clusters when the number is "
        "estimated, in transition penalties",
    )
    one_cluster_per_interval: bool = Field(
        False, description="kernel_segmentation: one behaviour between two discontinuities"
    )
    minimum_duration_s: NonNegativeFloat = Field(
        0.0,
        description="seconds; shorter segments are removed by a majority filter (for the methods "
        "that know no time); 0 keeps them",
    )
    largest_number: PositiveInt = Field(15, ge=2, description="most clusters tried in estimating")
    seed: NonNegativeInt = Field(0, description="of everything that is drawn at random")

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


# Su & Shlizerman's (arXiv 1905.12176): nothing is reduced before or filtered afterwards.
PUBLISHED_CLUSTERING = ClusteringParameters(
    method="agglomerative",
    metric="cosine",
    linkage="single",
    components=None,
    minimum_duration_s=0,
)


@dataclass(frozen=True, eq=False)
class Clusters:
    """Cluster of every frame, numbered from 0 in order of first appearance."""

    frame_labels: Int[np.ndarray, "frames"]
    number: int


@dataclass(frozen=True, eq=False)
class FittedClusters:
    """Clusters of an embedding, with what they were found in.

    Attributes
    ----------
    space:
        Where rows are clustered.
    rows:
        The embedding's rows in that space.
    clusters:
        For each number of clusters that was asked for.
    tried:
        The partition of the rows into each number of clusters that was tried.
    """

    space: FeatureSpace
    rows: Rows
    clusters: Sequence[Clusters]
    tried: Mapping[int, Partition]


def cluster(
    embeddings: Embeddings, parameters: ClusteringParameters, number: int | None
) -> Clusters:
    """Cluster an embedding into `number` clusters (None: estimated) and label every frame.

    See :func:`fit_clusters`.
    """
    return fit_clusters(embeddings, parameters, [number]).clusters[0]


def fit_clusters(
    embeddings: Embeddings, parameters: ClusteringParameters, numbers: Sequence[int | None]
) -> FittedClusters:
    """Cluster an embedding into each number of clusters, labelling every frame.

    Parameters
    ----------
    embeddings:
        Rows and the frames they stand for.
    parameters:
        The method and its settings.
    numbers:
        Of clusters; None: estimated, in the way of the method
        (:mod:`kinembed.segmentation.kernel_segmentation`,
        :mod:`kinembed.segmentation.point_clustering`).

    Returns
    -------
    FittedClusters
        Clusters for each number, and what they were found in.

    Raises
    ------
    DataError
        When the embedding has fewer rows than clusters are asked for.
    """
    for number in numbers:
        if number is not None and number >= len(embeddings.values):
            raise DataError(
                f"{number} clusters asked for, but the embedding has {len(embeddings.values)} "
                "rows; ask for fewer clusters or lower embedding.stride"
            )
    seed = parameters.seed if parameters.method == "kernel_segmentation" else None
    space, rows = FeatureSpace.fit(embeddings, parameters.components, seed)
    found = method_of(parameters).fit(rows, numbers)
    clusters = [_clusters(labels, space, embeddings, parameters) for labels in found.labels]
    return FittedClusters(space, rows, clusters, found.tried)


def method_of(parameters: ClusteringParameters) -> Method:
    """The method with its settings: :meth:`~kinembed.segmentation.methods.Method.fit`, then
    :meth:`~kinembed.segmentation.methods.Method.predict`.
    """
    if parameters.method == "kernel_segmentation":
        return KernelSegmentation(
            parameters.transition_penalty_s,
            parameters.separation_threshold,
            parameters.one_cluster_per_interval,
            parameters.largest_number,
        )
    most = None if parameters.method == "hdbscan" else parameters.largest_number
    return PointClustering(partial(_estimator, parameters), most)


def labels_of_rows(
    labels: Int[np.ndarray, "looked_at"],
    space: FeatureSpace,
    embeddings: Embeddings,
    minimum_duration_s: float,
) -> Int[np.ndarray, "rows"]:
    """Labels of all rows of an embedding.

    Parameters
    ----------
    labels:
        Of the rows that the method looked at.
    space:
        In which it looked at them.
    embeddings:
        Whose rows they are.
    minimum_duration_s:
        Shorter segments go by majority (s).

    Returns
    -------
    numpy.ndarray
        (rows,).
    """
    repeated = labels[space.looked_at(embeddings)]
    return majority_filter(repeated, embeddings, minimum_duration_s)


def _clusters(
    labels: Int[np.ndarray, "looked_at"],
    space: FeatureSpace,
    embeddings: Embeddings,
    parameters: ClusteringParameters,
) -> Clusters:
    """Clusters of frames from clusters of the rows that the method looked at."""
    rows = labels_of_rows(labels, space, embeddings, parameters.minimum_duration_s)
    frame_labels = in_order_of_appearance(of_nearest_row(rows, embeddings))
    return Clusters(frame_labels, int(frame_labels.max()) + 1)


def _estimator(parameters: ClusteringParameters, number: int, rows: int) -> Any:
    """scikit-learn's estimator of a number of clusters among a number of rows."""
    seed = parameters.seed
    match parameters.method:
        case "agglomerative":
            return AgglomerativeClustering(
                number, metric=parameters.metric, linkage=parameters.linkage
            )
        case "kmeans":
            return KMeans(number, n_init=10, random_state=seed)
        case "gaussian_mixture":
            return GaussianMixture(number, n_init=5, reg_covar=1e-4, random_state=seed)
        case "spectral":
            return SpectralClustering(
                number,
                affinity="nearest_neighbors",
                n_neighbors=min(parameters.neighbours, rows),
                assign_labels="cluster_qr",
                random_state=seed,
            )
        case "hdbscan":
            smallest = max(2, round(parameters.minimum_share * rows))
            return HDBSCAN(min_cluster_size=smallest, copy=True)
