"""What a discovery knows of its clusters, to label further recordings as it labelled its own.

Clusters are described by the means of their rows in the space that they were found in: that of
:mod:`kinembed.segmentation.kernel_segmentation`, with its cost of changes, or else the principal
components of the
embedding, where a row takes the cluster of the nearest mean and short visits are voted away.

Distances from the means also say what the discovery cannot know. They are squared, and averaged
over two seconds, because a cycle passes through unlike rows. Each cluster has a limit that hardly
any of its own rows is beyond; a frame beyond the limit of its cluster is unknown.
"""

from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import pandas as pd
from jaxtyping import Float, Int
from pydantic import Field
from scipy.ndimage import uniform_filter1d
from sklearn.metrics.pairwise import euclidean_distances

from kinembed.core.errors import DataError
from kinembed.core.parameters import Parameters
from kinembed.segmentation.clustering import (
    ClusteringParameters,
    of_nearest_row,
    rows_per_second,
    segmentation_step,
    visit_length,
    without_short_visits,
)
from kinembed.segmentation.embedding import EmbeddingParameters, Embeddings, within_intervals
from kinembed.segmentation.kernel_features import KernelSpace, Places
from kinembed.segmentation.kernel_segmentation import SUMMARY_S, Rows, best_labels
from kinembed.segmentation.predictions import VARIANTS, frame_times
from kinembed.segmentation.principal_components import Axes, Basis

UNKNOWN = -1
"""The cluster of frames that are like nothing that was discovered."""
SMALLEST_LIMIT = 1e-6
"""Of squared distances: those between numbers that mean the same stay below."""
ROUNDING = 1e-3
"""Share that limits are widened by, so that a row at the limit stays known on any machine."""


class LabellingParameters(Parameters):
    """Where the unknown begins."""

    known_share: float = Field(
        0.99, gt=0, le=1, description="share of each cluster's own rows within its limit"
    )


class LabellerSettings(Parameters):
    """How rows of a recording are made and labelled.

    Attributes
    ----------
    embedding, clustering: as in the discovery.
    unwrap: whether exponential maps continue beyond pi (:class:`kinembed.motion.exponential_maps`).
    frame_rate: Hz, that recordings are brought to.
    variant: the prediction of the discovery that is carried on.
    """

    embedding: EmbeddingParameters
    clustering: ClusteringParameters
    unwrap: bool
    frame_rate: float
    variant: str


@dataclass(frozen=True, eq=False)
class Space:
    """Where rows of an embedding are clustered: their axes, then the kernel's space if there is."""

    axes: Axes
    kernel: KernelSpace | None

    @classmethod
    def fit(cls, seen: Embeddings, axes: Axes, clustering: ClusteringParameters) -> "Space":
        """The space of the discovery; `seen` are the rows that the method looks at."""
        if clustering.method != "kernel_segmentation":
            return cls(axes, None)
        rows = axes.reduce(seen.values)
        return cls(
            axes, KernelSpace.fit(rows, rows_per_second(seen), _cut_rows(seen), clustering.seed)
        )

    def places(self, seen: Embeddings) -> Places:
        """Where rows of any recording lie."""
        rows = self.axes.reduce(seen.values)
        if self.kernel is None:
            return Places(rows, self.axes.left_out(seen.values))
        return self.kernel.places(rows, rows_per_second(seen), _cut_rows(seen))


@dataclass(frozen=True, eq=False)
class Labeller:
    """The clusters of one discovered sequence.

    Attributes
    ----------
    basis: how states become rows of an embedding.
    means: of each cluster in the space.
    limits: the largest averaged squared distance from its mean that a row of each cluster may have.
    agreement: share of the discovered frames that get their own label again.
    """

    settings: LabellerSettings
    basis: Basis
    space: Space
    means: Float[np.ndarray, "clusters features"]
    limits: Float[np.ndarray, "clusters"]
    agreement: float


def fit_labeller(
    embeddings: Embeddings,
    predictions: pd.DataFrame,
    embedding: EmbeddingParameters,
    clustering: ClusteringParameters,
    labelling: LabellingParameters,
    *,
    unwrap: bool = False,
) -> Labeller:
    """Describe the clusters of an embedding, of which `predictions` has one for every frame.

    Raises DataError when the embedding was stored without its basis.
    """
    if embeddings.basis is None:
        raise DataError(
            "the embedding was stored without its basis, by an earlier version; run the stages "
            "embedding and clustering once more"
        )
    variant = next(name for name in VARIANTS if name in predictions)
    settings = LabellerSettings(
        embedding=embedding,
        clustering=clustering,
        unwrap=unwrap,
        frame_rate=embeddings.frame_rate,
        variant=variant,
    )
    seen = _looked_at(embeddings, clustering)
    space = Space.fit(seen, Axes.fit(embeddings.values, clustering.components), clustering)
    clusters = predictions[variant].to_numpy(dtype=np.int64)
    places, labels = space.places(seen), clusters[seen.frame_index]
    means = _means(places, labels)
    limits = _limits(_distances(places, means, labels, seen), labels, labelling.known_share)
    labeller = Labeller(settings, embeddings.basis, space, means, limits, np.nan)
    again = label_frames(labeller, embeddings)["cluster"].to_numpy()
    return replace(labeller, agreement=float((again == clusters).mean()))


def label_frames(labeller: Labeller, embeddings: Embeddings) -> pd.DataFrame:
    """Cluster of every frame, and how far it is from all that was discovered.

    Columns ``frame``, ``time_s``, ``cluster`` (-1: unknown) and ``distance``, in units of the limit
    of the cluster that is nearest: what is above 1 is unknown. The embedding must have been made in
    the labeller's basis.
    """
    clustering = labeller.settings.clustering
    seen = _looked_at(embeddings, clustering)
    places = labeller.space.places(seen)
    labels = _labels(labeller, places, seen)
    distances = _distances(places, labeller.means, labels, seen) / labeller.limits[labels]
    rows = np.arange(len(embeddings.values))
    looked_at = rows // _step(embeddings, clustering)
    labels = labels[looked_at]
    labels = without_short_visits(labels, embeddings, visit_length(embeddings, clustering))
    row = of_nearest_row(rows, embeddings)
    distance = distances[looked_at[row]]
    cluster = np.where(distance > 1, UNKNOWN, labels[row])
    table = frame_times(embeddings.frame_count, embeddings.frame_rate)
    return table.assign(cluster=cluster, distance=distance)


def unknown_frames(frame_count: int, frame_rate: float) -> pd.DataFrame:
    """Labels of a recording of which nothing can be known: no distance either."""
    return frame_times(frame_count, frame_rate).assign(cluster=UNKNOWN, distance=np.nan)


def _looked_at(embeddings: Embeddings, clustering: ClusteringParameters) -> Embeddings:
    """The rows that the method looks at."""
    step = _step(embeddings, clustering)
    values, frames = embeddings.values[::step], embeddings.frame_index[::step]
    return replace(embeddings, values=values, frame_index=frames)


def _step(embeddings: Embeddings, clustering: ClusteringParameters) -> int:
    return segmentation_step(embeddings) if clustering.method == "kernel_segmentation" else 1


def _cut_rows(embeddings: Embeddings) -> list[int]:
    rows: list[int] = np.searchsorted(embeddings.frame_index, embeddings.cuts).tolist()
    return rows


def _labels(labeller: Labeller, places: Places, seen: Embeddings) -> Int[np.ndarray, "rows"]:
    """Labels of least cost, or else those of the nearest means."""
    if labeller.space.kernel is not None:
        rate = rows_per_second(seen)
        edges = np.unique([0, *_cut_rows(seen), len(places.features)])
        settings = labeller.settings.clustering
        rows = Rows(
            places.features,
            rate,
            settings.transition_penalty_s * rate,
            edges,
            settings.one_cluster_per_interval,
        )
        return best_labels(rows, labeller.means)
    squared = euclidean_distances(places.features, labeller.means, squared=True)
    return np.asarray(squared.argmin(axis=1), dtype=np.int64)


def _means(
    places: Places, labels: Int[np.ndarray, "rows"]
) -> Float[np.ndarray, "clusters features"]:
    members = [places.features[labels == cluster] for cluster in range(labels.max() + 1)]
    return np.stack([rows.mean(axis=0) for rows in members])


def _distances(
    places: Places,
    means: Float[np.ndarray, "clusters features"],
    labels: Int[np.ndarray, "rows"],
    seen: Embeddings,
) -> Float[np.ndarray, "rows"]:
    """Squared distances of rows from the means of their clusters, averaged over time."""
    squared = np.square(places.features - means[labels]).sum(axis=1) + places.outside
    rows = max(1, round(SUMMARY_S * rows_per_second(seen)))
    average = partial(uniform_filter1d, size=rows, axis=0, mode="nearest")
    averaged = within_intervals(average, squared[:, None], seen.frame_index, seen.cuts)
    return averaged.ravel()


def _limits(
    distances: Float[np.ndarray, "rows"], labels: Int[np.ndarray, "rows"], share: float
) -> Float[np.ndarray, "clusters"]:
    own = [distances[labels == cluster] for cluster in range(labels.max() + 1)]
    limits = np.array([np.quantile(rows, share, method="higher") for rows in own])
    return np.maximum(limits * (1 + ROUNDING), SMALLEST_LIMIT)
