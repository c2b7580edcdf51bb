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
from kinembed.segmentation.predictions import NOT_SEEN

MethodName = Literal[
    "agglomerative", "kmeans", "gaussian_mixture", "spectral", "hdbscan", "kernel_segmentation"
]
Metric = Literal["euclidean", "cosine", "manhattan"]
Linkage = Literal["ward", "complete", "average", "single"]


class ClusteringParameters(Parameters):
    """How an embedding is clustered.

    Attributes
    ----------
    number : int, dict of str to int or None
        Clusters to find, for all sequences or by name (``*`` is anything, the first match counts);
        None: estimated. Beside a given number it is also always estimated.
    method : str
        How rows are grouped: ``agglomerative``, ``kmeans``, ``gaussian_mixture``, ``spectral``,
        ``hdbscan`` or ``kernel_segmentation``.
    components : int or None
        Principal components that are clustered; None: rows as they are.
    metric : {"euclidean", "cosine", "manhattan"}
        Agglomerative: distance between rows; ``ward`` needs ``euclidean``.
    linkage : {"ward", "complete", "average", "single"}
        Agglomerative: distance between clusters.
    neighbours : int
        Spectral: neighbours of a row in the affinity graph.
    minimum_share : float
        HDBSCAN: smallest cluster, as a share of the rows, in [0, 1).
    transition_penalty_s : float
        Kernel segmentation: cost of a transition, in seconds of variance.
    separation_threshold : float
        Kernel segmentation: least separation of any two clusters when their number is estimated, in
        transition penalties.
    one_cluster_per_interval : bool
        Kernel segmentation: whether the cluster changes only at discontinuities.
    minimum_duration_s : float
        Shorter segments are removed by a majority filter, in seconds; 0 keeps them.
    largest_number : int
        Most clusters tried in estimating their number, at least 2.
    merge_to : int or None
        Number of behaviours that labels are merged to, by the tree of clusters
        (:mod:`kinembed.segmentation.behaviour_tree`); None: nothing is merged.
    seed : int
        Seed of all random draws.
    """

    number: PositiveInt | dict[str, PositiveInt] | None = Field(
        None,
        description="clusters to find, for all sequences or by name (* is anything); "
        "it is also always estimated",
    )
    method: MethodName = Field("kernel_segmentation", description="how rows are grouped")
    components: PositiveInt | None = Field(
        30, description="principal components that are clustered; null: the states as they are"
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
    merge_to: PositiveInt | None = Field(
        None, description="behaviours that labels are merged to, most alike first; null: not merged"
    )
    seed: NonNegativeInt = Field(0, description="of everything that is drawn at random")

    def number_for(self, sequence: str) -> int | None:
        """Find the number of clusters that is given for a sequence.

        Parameters
        ----------
        sequence : str
            Name of the sequence.

        Returns
        -------
        int or None
            Number of the first pattern that fits; None: none is given.
        """
        if not isinstance(self.number, dict):
            return self.number
        fitting = (name for name in self.number if fnmatchcase(sequence, name))
        return self.number.get(next(fitting, sequence))

    def number_of_model(self, model: str, recordings: Sequence[str]) -> int | None:
        """Find the number of clusters that is given for a model.

        Parameters
        ----------
        model : str
            Its name.
        recordings : sequence of str
            Names of those that it is fitted on; a sole one goes by its own name, too.

        Returns
        -------
        int or None
            As of :meth:`number_for`.
        """
        number = self.number_for(model)
        return self.number_for(recordings[0]) if number is None and len(recordings) == 1 else number

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
    """Cluster of every frame, numbered from 0 in order of first appearance.

    Attributes
    ----------
    frame_labels : ndarray of int, shape (frames,)
        Cluster of every frame; -2 where too little was seen.
    number : int
        Number of clusters.
    """

    frame_labels: Int[np.ndarray, "frames"]
    number: int


@dataclass(frozen=True, eq=False)
class FittedClusters:
    """Clusters of an embedding, with what they were found in.

    Attributes
    ----------
    space : FeatureSpace
        Space in which rows are clustered.
    rows : Rows
        Rows of the embedding in that space.
    clusters : sequence of Clusters
        Clusters for each number of clusters that was asked for.
    tried : mapping of int to Partition
        Number of clusters that was tried -> partition of the rows.
    """

    space: FeatureSpace
    rows: Rows
    clusters: Sequence[Clusters]
    tried: Mapping[int, Partition]


def cluster(
    embeddings: Embeddings, parameters: ClusteringParameters, number: int | None
) -> Clusters:
    """Cluster an embedding and label every frame (see :func:`fit_clusters`).

    Parameters
    ----------
    embeddings : Embeddings
        Rows and the frames they stand for.
    parameters : ClusteringParameters
        The method and its settings.
    number : int or None
        Clusters to find; None: the number is estimated.

    Returns
    -------
    Clusters
        Cluster of every frame.

    Raises
    ------
    DataError
        When as many clusters are asked for as the embedding has rows, or more.
    """
    return fit_clusters(embeddings, parameters, [number]).clusters[0]


def fit_clusters(
    embeddings: Embeddings, parameters: ClusteringParameters, numbers: Sequence[int | None]
) -> FittedClusters:
    """Cluster an embedding into each number of clusters, and label every frame.

    Parameters
    ----------
    embeddings : Embeddings
        Rows and the frames they stand for.
    parameters : ClusteringParameters
        The method and its settings; its ``number`` is not used.
    numbers : sequence of int or None
        Numbers of clusters to find; None: estimated, in the way of the method
        (:mod:`kinembed.segmentation.kernel_segmentation`,
        :mod:`kinembed.segmentation.point_clustering`). HDBSCAN always finds its own number.

    Returns
    -------
    FittedClusters
        Clusters for each number, and what they were found in.

    Raises
    ------
    DataError
        When as many clusters are asked for as the embedding has rows, or more.
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
    """Make the method of clustering with its settings.

    Parameters
    ----------
    parameters : ClusteringParameters
        The method and its settings.

    Returns
    -------
    Method
        :meth:`~kinembed.segmentation.methods.Method.fit` clusters rows, and
        :meth:`~kinembed.segmentation.methods.Method.predict` labels further ones.
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
    labels: Int[np.ndarray, "clustered"],
    space: FeatureSpace,
    embeddings: Embeddings,
    minimum_duration_s: float,
) -> Int[np.ndarray, "rows"]:
    """Label all rows of an embedding by those that were clustered.

    Parameters
    ----------
    labels : ndarray of int, shape (clustered rows,)
        Cluster of every row of :meth:`FeatureSpace.rows`.
    space : FeatureSpace
        Space in which they were clustered.
    embeddings : Embeddings
        Embedding of the rows.
    minimum_duration_s : float
        Shorter segments are removed by a majority filter, in seconds; 0 keeps them.

    Returns
    -------
    ndarray of int, shape (rows,)
        Cluster of every row of the embedding.
    """
    repeated = labels[space.clustered_rows(embeddings)]
    return majority_filter(repeated, embeddings, minimum_duration_s)


def _clusters(
    labels: Int[np.ndarray, "clustered"],
    space: FeatureSpace,
    embeddings: Embeddings,
    parameters: ClusteringParameters,
) -> Clusters:
    """Clusters of frames from clusters of the rows that were clustered."""
    rows = labels_of_rows(labels, space, embeddings, parameters.minimum_duration_s)
    frame_labels = in_order_of_appearance(of_nearest_row(rows, embeddings))
    number = int(frame_labels.max()) + 1
    if embeddings.seen is not None:
        frame_labels = np.where(embeddings.seen, frame_labels, NOT_SEEN)
    return Clusters(frame_labels, number)


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
