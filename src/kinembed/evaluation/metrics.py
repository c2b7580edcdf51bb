"""How well a prediction agrees with an annotation, and how separable clusters are without one.

Conventions
-----------
* A prediction gives every frame a cluster, an anonymous integer; an annotation gives every frame
  a behaviour, a name. Clusters are compared with behaviours under the one-to-one matching that
  makes most frames agree (Hungarian method); a cluster or behaviour that is left over, or whose
  match would share no frame, stays unmatched and its frames count as wrong. The published
  accuracy pairs them in order of first appearance instead, and stands under its own name.
* A boundary is the first frame of a new segment. Distances are in seconds.
* Scores lie in [0, 1] except ARI and AMI, which are 0 on average for chance and may be negative.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from jaxtyping import Bool, Float, Int
from scipy.optimize import linear_sum_assignment
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_bipartite_matching
from sklearn.metrics import (
    davies_bouldin_score,
    pairwise_distances,
    silhouette_score,
)
from sklearn.metrics.cluster import contingency_matrix

from kinembed.core.errors import DataError

NEGLIGIBLE = 1e-6
"""Directions whose spread is a smaller share of the widest one's are rounding errors."""


@dataclass(frozen=True)
class BoundaryScores:
    """Agreement of predicted boundaries with annotated ranges (see :func:`boundary_scores`).

    Attributes
    ----------
    precision : float
        Share of predicted boundaries that are right, 0 to 1.
    recall : float
        Share of annotated boundaries that were found, 0 to 1.
    f1 : float
        Harmonic mean of precision and recall, 0 to 1.
    distance_s : float
        Mean time from an annotated boundary to the nearest predicted one, in seconds; NaN where
        prediction or annotation has no boundary.
    """

    precision: float
    recall: float
    f1: float
    distance_s: float


@dataclass(frozen=True)
class Separability:
    """How well clusters keep apart in an embedding (see :func:`separability`).

    Attributes
    ----------
    silhouette : float
        Silhouette coefficient, -1 to 1; higher is better.
    davies_bouldin : float
        Davies-Bouldin index, 0 and up; lower is better.
    gap : float
        1 - (mean distance within clusters) / (mean distance between them), at most 1; higher is
        better.
    canonical_correlation : float
        Mean squared canonical correlation between vectors and clusters, 0 to 1; higher is better.
        No invertible linear change of the vectors alters it.
    """

    silhouette: float
    davies_bouldin: float
    gap: float
    canonical_correlation: float


def match_clusters(
    predicted: Int[np.ndarray, " frames"], annotated: Sequence[str]
) -> dict[int, str]:
    """Match clusters with behaviours, one to one, so that most frames agree.

    Kuhn, "The Hungarian method for the assignment problem", 1955, on shared frame counts.

    Parameters
    ----------
    predicted : ndarray of int, shape (frames,)
        Cluster of every frame.
    annotated : sequence of str, length frames
        Behaviour of every frame.

    Returns
    -------
    dict of int to str
        Cluster -> behaviour; unmatched clusters and matches that share no frame are absent.

    Raises
    ------
    DataError
        When prediction and annotation differ in length, or have no frame.
    """
    shared = _shared_frames(predicted, annotated)
    rows, columns = linear_sum_assignment(shared.frames, maximize=True)
    return {
        shared.clusters[column]: shared.behaviours[row]
        for row, column in zip(rows.tolist(), columns.tolist(), strict=True)
        if shared.frames[row, column] > 0
    }


def confusion(predicted: Int[np.ndarray, " frames"], annotated: Sequence[str]) -> pd.DataFrame:
    """Count frames per behaviour and cluster, with matched pairs on the diagonal.

    Matched behaviours come first, in order of appearance, then unmatched ones. Matched clusters
    come in the order of their behaviours, then unmatched ones in ascending order.

    Parameters
    ----------
    predicted : ndarray of int, shape (frames,)
        Cluster of every frame.
    annotated : sequence of str, length frames
        Behaviour of every frame.

    Returns
    -------
    DataFrame of int
        Index ``behaviour``, columns ``cluster``; values are numbers of frames.

    Raises
    ------
    DataError
        When prediction and annotation differ in length, or have no frame.
    """
    shared = _shared_frames(predicted, annotated)
    cluster_of = {name: cluster for cluster, name in match_clusters(predicted, annotated).items()}
    behaviours = sorted(dict.fromkeys(annotated), key=lambda name: name not in cluster_of)
    matched = [cluster_of[name] for name in behaviours if name in cluster_of]
    clusters = matched + [cluster for cluster in shared.clusters if cluster not in matched]
    table = pd.DataFrame(shared.frames, index=shared.behaviours, columns=shared.clusters)
    ordered = table.reindex(index=behaviours, columns=clusters)
    return ordered.rename_axis(index="behaviour", columns="cluster")


def frame_accuracy(predicted: Int[np.ndarray, " frames"], annotated: Sequence[str]) -> float:
    """Share of frames whose cluster is matched to their behaviour.

    Parameters
    ----------
    predicted : ndarray of int, shape (frames,)
        Cluster of every frame.
    annotated : sequence of str, length frames
        Behaviour of every frame.

    Returns
    -------
    float
        0 to 1; clusters are matched by :func:`match_clusters`.

    Raises
    ------
    DataError
        When prediction and annotation differ in length, or have no frame.
    """
    return float(np.trace(confusion(predicted, annotated).to_numpy()) / len(predicted))


def accuracy_by_order(predicted: Int[np.ndarray, " frames"], annotated: Sequence[str]) -> float:
    """Share of frames that are right when clusters are named by order of first appearance.

    The first cluster to appear is called what the first behaviour to appear is called, and so on;
    leftovers count as wrong (Su & Shlizerman, arXiv 1905.12176, on continuous trials). One cluster
    too many near the start shifts every later name, so this is at most :func:`frame_accuracy`
    and often far below it.

    Parameters
    ----------
    predicted : ndarray of int, shape (frames,)
        Cluster of every frame.
    annotated : sequence of str, length frames
        Behaviour of every frame.

    Returns
    -------
    float
        0 to 1.

    Raises
    ------
    DataError
        When prediction and annotation differ in length, or have no frame.
    """
    _check_same_frames(predicted, annotated)
    clusters, _ = pd.factorize(predicted)
    behaviours, _ = pd.factorize(np.asarray(annotated, dtype=object))
    return float(np.mean(clusters == behaviours))


def boundary_scores(
    predicted_boundaries: Int[np.ndarray, " predicted"],
    annotated: Int[np.ndarray, "boundaries 3"],
    frame_rate: float,
) -> BoundaryScores:
    """Compare predicted boundaries with annotated (earliest, best, latest) frames.

    A predicted boundary is right if it lies in an annotated range, both ends included; each range
    accepts one boundary and each boundary serves one range, paired so that most are right.

    Parameters
    ----------
    predicted_boundaries : ndarray of int, shape (predicted,)
        First frames of new segments, without frame 0.
    annotated : ndarray of int, shape (boundaries, 3)
        Earliest, best and latest frame of each annotated boundary.
    frame_rate : float
        Frames per second, in Hz.

    Returns
    -------
    BoundaryScores
        ``distance_s`` is the mean, over annotated boundaries, of the time from the best frame to
        the nearest predicted boundary; NaN if either side has none. If neither side has a boundary
        they agree (precision, recall and F1 are 1); if only one has, all three are 0.
    """
    if len(predicted_boundaries) == 0 or len(annotated) == 0:
        agreement = float(len(predicted_boundaries) == len(annotated))
        return BoundaryScores(agreement, agreement, agreement, float("nan"))
    frames = predicted_boundaries[:, None]
    hits = _most_pairs((annotated[:, 0] <= frames) & (frames <= annotated[:, 2]))
    nearest = np.abs(frames - annotated[:, 1]).min(axis=0)
    return BoundaryScores(
        precision=hits / len(predicted_boundaries),
        recall=hits / len(annotated),
        f1=2 * hits / (len(predicted_boundaries) + len(annotated)),
        distance_s=float(nearest.mean() / frame_rate),
    )


def within_a_second(
    annotated: Int[np.ndarray, "boundaries 3"], frame_rate: float
) -> Int[np.ndarray, "boundaries 3"]:
    """Widen the ranges of annotated boundaries to at least a second to either side.

    Parameters
    ----------
    annotated : ndarray of int, shape (boundaries, 3)
        Earliest, best and latest frame of each annotated boundary.
    frame_rate : float
        Frames per second, in Hz; a second is rounded to whole frames.

    Returns
    -------
    ndarray of int, shape (boundaries, 3)
        Earliest, best and latest frames; a second counts from the best one. Ranges may reach beyond
        the recording.
    """
    earliest, best, latest = annotated.T
    second = round(frame_rate)
    return np.stack(
        [np.minimum(earliest, best - second), best, np.maximum(latest, best + second)], axis=1
    )


def separability(
    values: Float[np.ndarray, "vectors dimensions"],
    clusters: Int[np.ndarray, " vectors"],
    sample: int = 2000,
    seed: int = 0,
) -> Separability:
    """Measure without an annotation how well clusters keep apart (Euclidean distances).

    Silhouette (Rousseeuw 1987) and gap need all pairs, so they are computed on a sample of the
    vectors; Davies-Bouldin (1979) and canonical correlation (Hotelling 1936; its mean square is
    Pillai's trace over its largest value) use every vector.

    Parameters
    ----------
    values : ndarray of float, shape (vectors, dimensions)
        Rows of an embedding.
    clusters : ndarray of int, shape (vectors,)
        Cluster of every vector.
    sample : int
        Most vectors of which all pairs are compared.
    seed : int
        Seed of the choice of the sample.

    Returns
    -------
    Separability
        All values are NaN where they have no meaning in the sample: fewer than two clusters, no two
        vectors in one cluster, all vectors alike.
    """
    chosen = _subsample(len(values), sample, seed)
    distances = pairwise_distances(values[chosen])
    labels = clusters[chosen]
    if not 2 <= len(np.unique(labels)) < len(labels) or not distances.any():
        return Separability(*[float("nan")] * 4)
    return Separability(
        silhouette=float(silhouette_score(distances, labels, metric="precomputed")),
        davies_bouldin=float(davies_bouldin_score(values, clusters)),
        gap=_distance_gap(distances, labels),
        canonical_correlation=_canonical_correlation(values, clusters),
    )


@dataclass(frozen=True)
class _SharedFrames:
    """How many frames each behaviour (row) shares with each cluster (column); both sorted."""

    frames: Int[np.ndarray, "behaviours clusters"]
    behaviours: list[str]
    clusters: list[int]


def _shared_frames(
    predicted: Int[np.ndarray, " frames"], annotated: Sequence[str]
) -> _SharedFrames:
    _check_same_frames(predicted, annotated)
    frames: Int[np.ndarray, "behaviours clusters"] = contingency_matrix(annotated, predicted)
    return _SharedFrames(frames, sorted(set(annotated)), np.unique(predicted).tolist())


def _check_same_frames(predicted: Int[np.ndarray, " frames"], annotated: Sequence[str]) -> None:
    if len(predicted) != len(annotated):
        raise DataError(
            f"the prediction has {len(predicted)} frames but the annotation {len(annotated)}; "
            "both must label the same frames"
        )
    if len(predicted) == 0:
        raise DataError("a prediction needs at least one frame to be compared with an annotation")


def _most_pairs(allowed: Bool[np.ndarray, "rows columns"]) -> int:
    """Size of the largest one-to-one pairing of rows with columns among the allowed pairs."""
    return int(np.sum(maximum_bipartite_matching(csr_array(allowed), perm_type="column") >= 0))


def _subsample(count: int, sample: int, seed: int) -> Int[np.ndarray, " chosen"]:
    if count <= sample:
        return np.arange(count)
    return np.sort(np.random.default_rng(seed).choice(count, size=sample, replace=False))


def _distance_gap(
    distances: Float[np.ndarray, "vectors vectors"], clusters: Int[np.ndarray, " vectors"]
) -> float:
    """1 - within / between: 1 if clusters are points, 0 if they are no tighter than the whole."""
    first, second = np.triu_indices(len(clusters), k=1)
    same = clusters[first] == clusters[second]
    pairs = distances[first, second]
    between = pairs[~same].mean()
    return float(1 - pairs[same].mean() / between) if between > 0 else float("nan")


def _canonical_correlation(
    values: Float[np.ndarray, "vectors dimensions"], clusters: Int[np.ndarray, " vectors"]
) -> float:
    """Share of the variance that lies between clusters, all directions made to weigh the same."""
    directions, scales, _ = np.linalg.svd(values - values.mean(axis=0), full_matrices=False)
    directions = directions[:, scales > NEGLIGIBLE * scales[0]]
    _, members, counts = np.unique(clusters, return_inverse=True, return_counts=True)
    sums = np.zeros((len(counts), directions.shape[1]))
    np.add.at(sums, members, directions)
    between = (np.square(sums).sum(axis=1) / counts).sum()
    return float(between / min(len(counts) - 1, directions.shape[1]))
