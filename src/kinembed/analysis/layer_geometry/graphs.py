"""Graphs of sequences that lie near one another, from their distances.

Das, Shekkizhar & Ortega (arXiv 2312.07777): the k nearest neighbours, weighted by a Gaussian of
the distance whose width is a third of the mean distance of the k-th neighbour; and of these the
non-negative kernel regression (NNK) graph (Shekkizhar & Ortega, arXiv 1910.09383), in which a
neighbour that lies behind another has no weight:

    theta = argmin over theta >= 0 of  1/2 theta' G_SS theta - theta' G_Si.

A Gaussian of warped distances is no kernel: some of the local matrices G_SS are indefinite. They
are repaired by adding to their diagonal, and counted.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from jaxtyping import Bool, Float, Int
from scipy.optimize import nnls

from kinembed.core.errors import DataError

GraphKind = Literal["nnk", "knn"]

SMALLEST_WEIGHT = 1e-6
"""Smaller NNK weights are none."""
RIDGE = 1e-6
"""Added to the diagonal of local kernels besides what makes them definite."""
ROUNDING = 1e-10
"""A smallest eigenvalue above minus this is zero, not negative."""


@dataclass(frozen=True, eq=False)
class DatasetGraph:
    """Weights between sequences, symmetric, and how many local kernels were indefinite.

    Attributes
    ----------
    weights : ndarray of float, shape (sequences, sequences)
        Weights of the edges, at least 0 and symmetric; 0 where there is no edge.
    repaired : int
        Number of local kernels that were indefinite; 0 for a graph of kind ``knn``.
    """

    weights: Float[np.ndarray, "sequences sequences"]
    repaired: int

    @property
    def degree(self) -> float:
        """Mean number of neighbours.

        Returns
        -------
        float
            Edges of a sequence, mean over sequences.
        """
        return float(np.count_nonzero(self.weights, axis=1).mean())


def dataset_graph(
    distances: Float[np.ndarray, "sequences sequences"],
    neighbours: int,
    groups: Sequence[Hashable] | None = None,
    kind: GraphKind = "nnk",
) -> DatasetGraph:
    """Connect each sequence with its nearest neighbours.

    Parameters
    ----------
    distances : ndarray of float, shape (sequences, sequences)
        Symmetric, zero on the diagonal.
    neighbours : int
        Number of neighbours that each sequence chooses (k).
    groups : sequence of hashable, optional
        Group of each sequence; sequences of one group are never neighbours. Cuts of one trial, or
        trials of one actor, resemble one another whatever the label. None makes each its own group.
    kind : {"nnk", "knn"}, optional
        ``knn`` keeps all that are chosen, ``nnk`` those that no other stands before.

    Returns
    -------
    DatasetGraph
        The graph.

    Raises
    ------
    DataError
        When a sequence has fewer than `neighbours` to choose from, all k-th neighbours are at
        distance zero, `neighbours` is below 1, or there is not one group for each sequence.
    """
    allowed = _allowed(len(distances), groups)
    nearest = _nearest(distances, neighbours, allowed)
    kernel = _gaussian(distances, nearest)
    if kind == "knn":
        return DatasetGraph(_symmetric(np.take_along_axis(kernel, nearest, 1), nearest), 0)
    return _nnk(kernel, nearest)


def _allowed(
    count: int, groups: Sequence[Hashable] | None
) -> Bool[np.ndarray, "sequences sequences"]:
    if groups is None:
        return ~np.eye(count, dtype=bool)
    if len(groups) != count:
        raise DataError(f"{count} sequences have {len(groups)} groups; give one for each")
    code_of = {group: index for index, group in enumerate(dict.fromkeys(groups))}
    codes = np.array([code_of[group] for group in groups])
    return np.asarray(codes[:, None] != codes)


def _nearest(
    distances: Float[np.ndarray, "sequences sequences"],
    neighbours: int,
    allowed: Bool[np.ndarray, "sequences sequences"],
) -> Int[np.ndarray, "sequences neighbours"]:
    """Indices of the nearest, nearest first."""
    choices = allowed.sum(axis=1)
    fewest = int(choices.argmin())
    if not 1 <= neighbours <= choices[fewest]:
        raise DataError(
            f"{neighbours} neighbours were asked for, but sequence {fewest} of {len(distances)} "
            f"has {choices[fewest]} outside its own group; ask for 1 to {choices[fewest]}"
        )
    return np.argsort(np.where(allowed, distances, np.inf), axis=1, kind="stable")[:, :neighbours]


def _gaussian(
    distances: Float[np.ndarray, "sequences sequences"],
    nearest: Int[np.ndarray, "sequences neighbours"],
) -> Float[np.ndarray, "sequences sequences"]:
    width = np.take_along_axis(distances, nearest[:, -1:], 1).mean() / 3
    if not width > 0:
        raise DataError("no sequence differs from its neighbours: all their distances are zero")
    return np.asarray(np.exp(-0.5 * np.square(distances / width)))


def _nnk(
    kernel: Float[np.ndarray, "sequences sequences"],
    nearest: Int[np.ndarray, "sequences neighbours"],
) -> DatasetGraph:
    local = kernel[nearest[:, :, None], nearest[:, None, :]]
    towards = np.take_along_axis(kernel, nearest, 1)
    lowest = np.linalg.eigvalsh(local)[:, 0]
    local += (np.maximum(0, -lowest) + RIDGE)[:, None, None] * np.eye(nearest.shape[1])
    # With G = L L', the minimum is that of |L' theta - L^-1 g|.
    factors = np.linalg.cholesky(local)
    targets = np.linalg.solve(factors, towards[..., None])[..., 0]
    theta = np.stack([nnls(factor.T, to)[0] for factor, to in zip(factors, targets, strict=True)])
    theta[theta < SMALLEST_WEIGHT] = 0.0
    errors = (
        1.0
        - 2 * np.einsum("ik,ik->i", theta, towards)
        + np.einsum("ik,ikl,il->i", theta, local, theta)
    )
    weights = _symmetric(theta, nearest, errors)
    return DatasetGraph(weights, int(np.count_nonzero(lowest < -ROUNDING)))


def _symmetric(
    chosen: Float[np.ndarray, "sequences neighbours"],
    nearest: Int[np.ndarray, "sequences neighbours"],
    errors: Float[np.ndarray, "sequences"] | None = None,
) -> Float[np.ndarray, "sequences sequences"]:
    """Symmetric weights: of two directions the one with the smaller error, else the larger."""
    weights = np.zeros((len(nearest),) * 2)
    np.put_along_axis(weights, nearest, chosen, 1)
    if errors is not None:
        both = (weights > 0) & (weights.T > 0)
        weights[both & (errors[:, None] > errors)] = 0.0
    return np.maximum(weights, weights.T)
