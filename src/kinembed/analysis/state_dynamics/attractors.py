"""How far apart the attractors of behaviours lie, and how soon states reach them.

The attractor of a cluster is the set of decoder states in the cluster's windows. A state's
distance to an attractor is that to its nearest state, because movements that repeat themselves have
loops for attractors, whose own states lie far from one another. Only windows that share no frame
with the state's own are compared: overlapping windows are alike because they share frames.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd
from jaxtyping import Bool, Float, Int
from sklearn.metrics import pairwise_distances_chunked

from kinembed.analysis.state_dynamics.states import MIXED, WindowStates
from kinembed.core.errors import DataError

MEGABYTES = 128
"""Memory for distances at one time."""


def cluster_distances(states: WindowStates, clusters: Int[np.ndarray, "windows"]) -> pd.DataFrame:
    """Measure the distances of decoder states within clusters and between them.

    Mixed windows are left out, and windows that share frames are not compared for ``nearest``.

    Parameters
    ----------
    states : WindowStates
        States of the windows.
    clusters : ndarray of int, shape (windows,)
        Cluster of each window, as :func:`window_clusters` finds it.

    Returns
    -------
    DataFrame
        A row for each ordered pair of clusters: ``cluster``, ``other``; ``mean``, over pairs of
        different states, one of each; ``nearest``, the mean distance of the cluster's states to the
        other's attractor (to their own, where both are the same). Both are Euclidean, and nan where
        no states can be compared.

    Raises
    ------
    DataError
        When all windows are MIXED.
    """
    if (clusters == MIXED).all():
        raise DataError(
            f"of {len(clusters)} windows none lies wholly within one cluster; shorten "
            "training.windows or merge short segments (clustering.minimum_duration_s)"
        )
    rows = _Rows.of(states.decoder, states, clusters)
    names, firsts, counts = np.unique(rows.clusters, return_index=True, return_counts=True)
    members = (rows.clusters[:, None] == names).astype(np.float64)
    sums = members.T @ _to_all(rows, rows, lambda distances, _: distances @ members)
    pairs = np.outer(counts, counts) - np.diag(counts)  # a state is no pair with itself
    nearest = _to_all(rows, rows, partial(_nearest, rows, rows))
    reached = np.isfinite(nearest)
    nearest_sums = np.add.reduceat(np.where(reached, nearest, 0.0), firsts)
    return pd.DataFrame(
        {
            "cluster": np.repeat(names, len(names)),
            "other": np.tile(names, len(names)),
            "mean": _ratio(sums, pairs).flat,
            "nearest": _ratio(nearest_sums, np.add.reduceat(reached, firsts, dtype=int)).flat,
        }
    )


def settling(states: WindowStates, clusters: Int[np.ndarray, "windows"]) -> pd.DataFrame:
    """Measure how far states lie from the attractor of their window's cluster, step by step.

    A transient that leads to an attractor shows as a distance that falls and then stays low.
    Windows that share frames with all others of their cluster are left out.

    Parameters
    ----------
    states : WindowStates
        States of the windows.
    clusters : ndarray of int, shape (windows,)
        Cluster of each window, as :func:`window_clusters` finds it.

    Returns
    -------
    DataFrame
        A row for each step: ``step`` (from 0), ``part`` (encoder or decoder) and ``distance``, the
        mean over windows, divided by the attractor's spread (root mean square distance of its
        states from their mean).

    Raises
    ------
    DataError
        When no window remains to compare.
    """
    shown = np.unique(clusters[clusters != MIXED])
    distances = [_from_attractor(states.only(clusters == name)) for name in shown]
    compared = [rows[np.isfinite(rows).all(axis=1)] for rows in distances]
    if not any(map(len, compared)):
        raise DataError(
            f"of {len(clusters)} windows no two lie wholly within one cluster without sharing a "
            "frame; shorten training.windows or merge short segments "
            "(clustering.minimum_duration_s)"
        )
    source, target = states.encoder.shape[1], states.decoder.shape[1]
    return pd.DataFrame(
        {
            "step": np.arange(source + target),
            "part": np.repeat(["encoder", "decoder"], [source, target]),
            "distance": np.concatenate(compared).mean(axis=0),
        }
    )


@dataclass(frozen=True, eq=False)
class _Rows:
    """States as rows, ordered by cluster, with the frames of their windows."""

    values: Float[np.ndarray, "rows units"]
    clusters: Int[np.ndarray, "rows"]
    starts: Int[np.ndarray, "rows"]
    length: int

    @classmethod
    def of(
        cls,
        values: Float[np.ndarray, "windows steps units"],
        states: WindowStates,
        clusters: Int[np.ndarray, "windows"],
    ) -> "_Rows":
        """States of one network in all windows that are not mixed, by cluster, window and step."""
        order = np.argsort(clusters, kind="stable")
        order = order[clusters[order] != MIXED]
        steps, units = values.shape[1:]
        return cls(
            values[order].reshape(-1, units),
            np.repeat(clusters[order], steps),
            np.repeat(states.starts[order], steps),
            states.steps,
        )


def _from_attractor(states: WindowStates) -> Float[np.ndarray, "windows steps"]:
    """Distances in windows of one cluster to its attractor, in units of its spread."""
    same = np.zeros(len(states.starts), dtype=np.int64)
    rows, columns = (_Rows.of(some, states, same) for some in (states.both, states.decoder))
    nearest = _to_all(rows, columns, partial(_nearest, rows, columns))
    spread = np.sqrt(columns.values.var(axis=0).sum())
    relative: Float[np.ndarray, "windows steps"] = nearest.reshape(len(same), -1) / spread
    return relative


def _nearest(
    rows: _Rows, columns: _Rows, distances: Float[np.ndarray, "chunk columns"], first: int
) -> Float[np.ndarray, "chunk clusters"]:
    """Smallest distance to each cluster for rows from `first` on, inf where all share frames."""
    starts = rows.starts[first : first + len(distances)]
    shared: Bool[np.ndarray, "chunk columns"] = (
        np.abs(starts[:, None] - columns.starts) < rows.length
    )
    firsts = np.flatnonzero(np.diff(columns.clusters, prepend=MIXED))
    return np.asarray(np.minimum.reduceat(np.where(shared, np.inf, distances), firsts, axis=1))


def _to_all(
    rows: _Rows,
    columns: _Rows,
    reduced: Callable[[Float[np.ndarray, "chunk columns"], int], Float[np.ndarray, "chunk _"]],
) -> Float[np.ndarray, "rows _"]:
    """What is made of the distances from each row to all columns, a bounded number at a time."""
    chunks = pairwise_distances_chunked(
        rows.values, columns.values, reduce_func=reduced, working_memory=MEGABYTES
    )
    return np.concatenate(list(chunks))


def _ratio(
    sums: Float[np.ndarray, "clusters clusters"], counts: Int[np.ndarray, "clusters clusters"]
) -> Float[np.ndarray, "clusters clusters"]:
    """Means, nan of nothing."""
    means = np.full(sums.shape, np.nan)
    np.divide(sums, counts, out=means, where=counts > 0)
    return means
