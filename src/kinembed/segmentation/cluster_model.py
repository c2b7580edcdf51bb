"""The clusters of recordings: fitted once, and predicted for any further recording.

The clustering of an embedding says more than a label of every frame: the space in which clusters
lie, their means there, and how far their own rows are from them. All of it is kept, so that rows of
another recording are labelled as clustering itself would label them for these means.

Distances from the means also say what a model cannot know. They are squared, and averaged over two
seconds, because a cycle passes through unlike rows. Each cluster has a limit that hardly any of its
own rows is beyond; a frame beyond the limit of its cluster is unknown.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import pandas as pd
from jaxtyping import Bool, Float, Int
from pydantic import Field
from scipy.ndimage import uniform_filter1d

from kinembed.core.errors import DataError
from kinembed.core.parameters import Parameters
from kinembed.segmentation.clustering import (
    ClusteringParameters,
    FittedClusters,
    fit_clusters,
    labels_of_rows,
    method_of,
)
from kinembed.segmentation.embedding import EmbeddingParameters, Embeddings
from kinembed.segmentation.feature_space import FeatureSpace
from kinembed.segmentation.frame_labels import of_nearest_row
from kinembed.segmentation.kernel_features import SUMMARY_S
from kinembed.segmentation.methods import Partition, Rows
from kinembed.segmentation.partition_cost import cluster_means
from kinembed.segmentation.predictions import NOT_SEEN, UNKNOWN, VARIANTS, frame_times
from kinembed.segmentation.principal_components import Basis
from kinembed.segmentation.summaries import within_intervals

# Of squared distances: those between numbers that mean the same stay below.
SMALLEST_LIMIT = 1e-6
# Share that limits are widened by, so that a row at the limit stays known on any machine.
ROUNDING = 1e-3
RUN_AGAIN = "run the stages embedding and clustering once more"


class ClusterModelParameters(Parameters):
    """Where the unknown begins.

    Attributes
    ----------
    known_share : float
        Share of each cluster's own rows within its limit, above 0 and at most 1.
    """

    known_share: float = Field(
        0.99, gt=0, le=1, description="share of each cluster's own rows within its limit"
    )


class ClusterModelSettings(Parameters):
    """How rows of a recording are made and labelled.

    Attributes
    ----------
    embedding : EmbeddingParameters
        How the embedding was made when the model was fitted.
    clustering : ClusteringParameters
        How it was clustered.
    unwrap : bool
        Whether exponential maps continue beyond pi (:mod:`kinembed.motion.exponential_maps`).
    frame_rate : float
        Frame rate that recordings are brought to, in Hz.
    variant : {"given", "estimated"}
        The prediction whose clusters further recordings get: ``given`` where the number of clusters
        was given, else ``estimated``.
    recordings : dict of str to int
        Recordings that were joined and their frames, in their order; empty where there is one.
    """

    embedding: EmbeddingParameters
    clustering: ClusteringParameters
    unwrap: bool
    frame_rate: float
    variant: str
    recordings: dict[str, int] = Field(
        {}, description="recording -> frames, where several were joined"
    )


@dataclass(frozen=True, eq=False)
class ClusterModel:
    """The clusters of one recording, or of several that share a model.

    Attributes
    ----------
    settings : ClusterModelSettings
        How rows are made and labelled.
    basis : Basis
        How states become rows of an embedding.
    space : FeatureSpace
        Space in which rows are clustered.
    means : ndarray of float, shape (clusters, features)
        Mean of each cluster in the space.
    limits : ndarray of float, shape (clusters,)
        The largest averaged squared distance from its mean that a row of each cluster may have.
    labels : mapping of str to ndarray of int, shape (frames,)
        ``given`` and ``estimated`` -> cluster of every frame; empty for a model that an earlier
        version stored.
    tried : DataFrame
        A row for each number of clusters that was tried to estimate it, with columns ``number``,
        ``cost`` (the smaller, the better) and ``separation`` (of the two clusters that are least
        apart; NaN for methods that do not measure it).
    agreement : float
        Share of frames to which :meth:`predict` gives their own label again, 0 to 1.
    """

    settings: ClusterModelSettings
    basis: Basis
    space: FeatureSpace
    means: Float[np.ndarray, "clusters features"]
    limits: Float[np.ndarray, "clusters"]
    labels: Mapping[str, Int[np.ndarray, "frames"]]
    tried: pd.DataFrame
    agreement: float

    @classmethod
    def fit(
        cls,
        embeddings: Embeddings,
        number: int | None,
        embedding: EmbeddingParameters,
        clustering: ClusteringParameters,
        parameters: ClusterModelParameters,
        *,
        unwrap: bool = False,
        recordings: Mapping[str, int] | None = None,
    ) -> "ClusterModel":
        """Cluster an embedding; the number of clusters is also always estimated.

        Parameters
        ----------
        embeddings : Embeddings
            The embedding of a recording, or of several joined, with its basis.
        number : int or None
            Number of clusters that is given; None: it is only estimated.
        embedding : EmbeddingParameters
            How the embedding was made.
        clustering : ClusteringParameters
            How it is clustered; its ``number`` is not used.
        parameters : ClusterModelParameters
            Where the unknown begins.
        unwrap : bool
            Whether exponential maps continue beyond pi.
        recordings : mapping of str to int, optional
            Recordings that were joined and their frames, in their order; None: there is one.

        Returns
        -------
        ClusterModel
            The fitted model.

        Raises
        ------
        DataError
            When the embedding has no basis, because an earlier version stored it, or no more rows
            than clusters are asked for.
        """
        basis = embeddings.basis
        if basis is None:
            raise DataError(
                f"the embedding was stored without its basis, by an earlier version; {RUN_AGAIN}"
            )
        numbers = {"estimated": None} if number is None else {"given": number, "estimated": None}
        fitted = fit_clusters(embeddings, clustering, list(numbers.values()))
        found = zip(numbers, fitted.clusters, strict=True)
        labels = {variant: clusters.frame_labels for variant, clusters in found}
        settings = ClusterModelSettings(
            embedding=embedding,
            clustering=clustering,
            unwrap=unwrap,
            frame_rate=embeddings.frame_rate,
            variant=next(iter(numbers)),
            recordings=dict(recordings or {}),
        )
        own, rows, tried = labels[settings.variant], fitted.rows, _table(fitted.tried)
        means, limits = _means_and_limits(embeddings, fitted, own, parameters.known_share)
        model = cls(settings, basis, fitted.space, means, limits, labels, tried, np.nan)
        again = model._label(rows, embeddings)["cluster"].to_numpy()
        return replace(model, agreement=float((again == own).mean()))

    @property
    def predictions(self) -> pd.DataFrame:
        """Cluster of every frame that was clustered.

        Returns
        -------
        DataFrame
            Columns ``frame``, ``time_s`` (seconds), ``given`` where the number of clusters was
            given, and ``estimated``; recordings that were joined follow one another.

        Raises
        ------
        DataError
            When an earlier version stored the model.
        """
        if not self.labels:
            raise DataError(f"an earlier version stored this cluster model; {RUN_AGAIN}")
        return self._table_of(slice(None))

    def predictions_of(self, recording: str) -> pd.DataFrame:
        """Cluster of every frame of a recording that was clustered.

        Parameters
        ----------
        recording : str
            Its name; the only one goes by any.

        Returns
        -------
        DataFrame
            Columns as of :attr:`predictions`.

        Raises
        ------
        DataError
            When an earlier version stored the model.
        """
        joined = self.settings.recordings
        if not joined:
            return self.predictions
        names = list(joined)
        start = sum(joined[name] for name in names[: names.index(recording)])
        return self._table_of(slice(start, start + joined[recording]))

    def _table_of(self, frames: slice) -> pd.DataFrame:
        labels = {name: self.labels[name][frames] for name in VARIANTS if name in self.labels}
        return frame_times(len(labels["estimated"]), self.settings.frame_rate).assign(**labels)

    @property
    def separations(self) -> dict[int, float]:
        """The smallest separation of any two clusters, by number of clusters.

        Returns
        -------
        dict of int to float
            Number of clusters, up to the largest that may be estimated -> separation; NaN for
            methods that do not measure it.
        """
        tried = self.tried[self.tried["number"] <= self.settings.clustering.largest_number]
        return dict(zip(tried["number"].tolist(), tried["separation"].tolist(), strict=True))

    @property
    def remark(self) -> str:
        """What may be wrong with the number of clusters that was estimated.

        Returns
        -------
        str
            Empty where nothing is to be said.
        """
        clustering, found = self.settings.clustering, int(self.labels["estimated"].max()) + 1
        if 1 < found == clustering.largest_number:
            return (
                f"{found} clusters were found, as many as are tried; there may be more: raise "
                "clustering.largest_number"
            )
        if found > 1:
            return ""
        apart = self.separations.get(2, np.nan)
        return (
            "one cluster was found: two would be "
            f"{apart:.2f} apart, and clustering.separation_threshold is "
            f"{clustering.separation_threshold:g}; give clustering.number if there are more"
            if np.isfinite(apart)
            else "one cluster was found; give clustering.number if there are more"
        )

    def shortfall(self, number: int | None) -> str:
        """Say that fewer clusters were found than were asked for.

        Parameters
        ----------
        number : int or None
            Clusters that were asked for; None: none were.

        Returns
        -------
        str
            Empty where nothing is to be said.
        """
        if number is None or (found := int(self.labels["given"].max()) + 1) >= number:
            return ""
        remedy = "ask for fewer"
        if self.settings.clustering.method == "kernel_segmentation":
            remedy += ", or lower clustering.transition_penalty_s"
        return (
            f"{number} clusters were asked for (clustering.number), but only {found} were found: "
            f"no more segments differ; {remedy}"
        )

    def predict(self, embeddings: Embeddings) -> pd.DataFrame:
        """Cluster of every frame of any recording, and how far it is from all that was clustered.

        Parameters
        ----------
        embeddings : Embeddings
            Embedding of the recording, made in the model's basis.

        Returns
        -------
        DataFrame
            Columns ``frame``, ``time_s`` (seconds), ``cluster`` (-1: unknown, -2: not seen)
            and ``distance``: from the mean of the assigned cluster (before the majority filter),
            squared, averaged over time and in units of the cluster's limit. Above 1, the frame is
            unknown.
        """
        return self._label(self.space.rows(embeddings), embeddings)

    def _label(self, rows: Rows, embeddings: Embeddings) -> pd.DataFrame:
        """What :meth:`predict` says of an embedding whose rows in the space are known."""
        clustering = self.settings.clustering
        nearest = method_of(clustering).predict(rows, self.means)
        distances = _distances(rows, self.means, nearest) / self.limits[nearest]
        labels = labels_of_rows(nearest, self.space, embeddings, clustering.minimum_duration_s)
        row = of_nearest_row(np.arange(len(labels)), embeddings)
        distance = distances[self.space.clustered_rows(embeddings)[row]]
        cluster = np.where(distance > 1, UNKNOWN, labels[row])
        if embeddings.seen is not None:
            cluster = np.where(embeddings.seen, cluster, NOT_SEEN)
            distance = np.where(embeddings.seen, distance, np.nan)
        table = frame_times(embeddings.frame_count, embeddings.frame_rate)
        return table.assign(cluster=cluster, distance=distance)


def unknown_frames(seen: Bool[np.ndarray, "frames"], frame_rate: float) -> pd.DataFrame:
    """Make the labels of a recording of which nothing can be known.

    Parameters
    ----------
    seen : ndarray of bool, shape (frames,)
        Whether enough was seen of each frame.
    frame_rate : float
        Frames per second, in Hz.

    Returns
    -------
    DataFrame
        Columns of :meth:`ClusterModel.predict`; every ``cluster`` is -1, or -2 where too little was
        seen, every ``distance`` NaN.
    """
    table = frame_times(len(seen), frame_rate)
    return table.assign(cluster=np.where(seen, UNKNOWN, NOT_SEEN), distance=np.nan)


def _means_and_limits(
    embeddings: Embeddings,
    fitted: FittedClusters,
    labels: Int[np.ndarray, "frames"],
    share: float,
) -> tuple[Float[np.ndarray, "clusters features"], Float[np.ndarray, "clusters"]]:
    """Means of clusters, and the distances that a share of their own rows stays within."""
    clustered = np.unique(fitted.space.clustered_rows(embeddings), return_index=True)[1]
    of_rows = labels[embeddings.frame_index[clustered]]
    means = cluster_means(fitted.rows.features, of_rows)
    distances = _distances(fitted.rows, means, of_rows)
    own = [distances[of_rows == cluster] for cluster in range(len(means))]
    limits = np.array([np.quantile(rows, share, method="higher") for rows in own])
    return means, np.maximum(limits * (1 + ROUNDING), SMALLEST_LIMIT)


def _table(tried: Mapping[int, Partition]) -> pd.DataFrame:
    """Cost and separation of each number of clusters that was tried."""
    partitions = tried.values()
    return pd.DataFrame(
        {
            "number": np.array(list(tried), dtype=np.int64),
            "cost": np.array([one.cost for one in partitions], dtype=np.float64),
            "separation": np.array([one.separation for one in partitions], dtype=np.float64),
        }
    )


def _distances(
    rows: Rows,
    means: Float[np.ndarray, "clusters features"],
    labels: Int[np.ndarray, "rows"],
) -> Float[np.ndarray, "rows"]:
    """Squared distances of rows from the means of their clusters, averaged over time."""
    squared = np.square(rows.features - means[labels]).sum(axis=1) + rows.outside
    length = max(1, round(SUMMARY_S * rows.rate))
    average = partial(uniform_filter1d, size=length, axis=0, mode="nearest")
    numbers = np.arange(len(squared))
    return within_intervals(average, squared[:, None], numbers, rows.edges[1:-1].tolist()).ravel()
