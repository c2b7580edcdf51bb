"""Which behaviour of another seed is which: one-to-one, by the overlap of their frames.

Clusters of another seed have other numbers. Behaviours are matched one to one so that the sum of
their overlaps (intersection over union of frames) is largest. Two behaviours that overlap by more
than a half overlap with no other so much (Kirillov et al., "Panoptic segmentation", CVPR 2019), so
whether a behaviour returns depends on no other behaviour. No annotation is used.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from jaxtyping import Float, Int
from scipy.optimize import linear_sum_assignment
from sklearn.metrics import adjusted_rand_score
from sklearn.metrics.cluster import contingency_matrix

from kinembed.core.errors import DataError
from kinembed.segmentation.predictions import UNKNOWN

RETURNS_ABOVE = 0.5
"""Overlap above which a behaviour returns in another seed."""
STABLE_ABOVE = 0.5
"""Share of the further seeds, above which a behaviour that returns in them is stable."""


@dataclass(frozen=True, eq=False)
class SeedMatch:
    """The behaviours of one seed, each with its match in another seed.

    Attributes
    ----------
    clusters : ndarray of int, shape (clusters,)
        Behaviours of the one seed, ascending.
    matches : ndarray of int, shape (clusters,)
        Behaviour of the other seed that each is matched to; -1 where none overlaps with it.
    overlaps : ndarray of float, shape (clusters,)
        Intersection over union of the frames of the two, 0 to 1.
    """

    clusters: Int[np.ndarray, "clusters"]
    matches: Int[np.ndarray, "clusters"]
    overlaps: Float[np.ndarray, "clusters"]

    @classmethod
    def of(cls, labels: Int[np.ndarray, "frames"], other: Int[np.ndarray, "frames"]) -> "SeedMatch":
        """Match the behaviours of two seeds.

        Parameters
        ----------
        labels : ndarray of int, shape (frames,)
            Behaviour of every frame in the one seed, below 0 where it has none.
        other : ndarray of int, shape (frames,)
            The same in the other seed.

        Returns
        -------
        SeedMatch
            The match of every behaviour of `labels`.
        """
        clusters, others = (np.unique(one[one >= 0]) for one in (labels, other))
        found = _overlaps(labels, other)
        rows, columns = linear_sum_assignment(found, maximize=True)
        matches, overlaps = np.full(len(clusters), UNKNOWN), np.zeros(len(clusters))
        overlaps[rows] = found[rows, columns]
        matches[rows] = np.where(overlaps[rows] > 0, others[columns], UNKNOWN)
        return cls(clusters, matches, overlaps)

    def renumber(self, other: Int[np.ndarray, "frames"]) -> Int[np.ndarray, "frames"]:
        """Number the behaviours of the other seed like those of the one.

        Parameters
        ----------
        other : ndarray of int, shape (frames,)
            Behaviour of every frame in the other seed.

        Returns
        -------
        ndarray of int, shape (frames,)
            Behaviour of the one seed; -1 where that of the other has no match.
        """
        numbers = np.full(max(int(other.max()), int(self.matches.max()), 0) + 1, UNKNOWN)
        known = self.matches >= 0
        numbers[self.matches[known]] = self.clusters[known]
        return np.where(other >= 0, numbers[np.maximum(other, 0)], UNKNOWN)


def behaviours_in_seeds(
    labels: Int[np.ndarray, "frames"], others: Sequence[Int[np.ndarray, "_"]]
) -> pd.DataFrame:
    """Say of each behaviour in how many other seeds it returns.

    Parameters
    ----------
    labels : ndarray of int, shape (frames,)
        Behaviour of every frame, below 0 where it has none.
    others : sequence of ndarray of int, each of shape (frames,)
        The same in other seeds.

    Returns
    -------
    DataFrame
        A row per behaviour: ``cluster``, ``frames``, ``overlap`` (mean over the other seeds of that
        with its match), ``seeds`` (how many others), ``returns`` (share of them in which the
        overlap is above :data:`RETURNS_ABOVE`) and ``stable`` (whether that share is above
        :data:`STABLE_ABOVE`: in two seeds both, in three two).

    Raises
    ------
    DataError
        When there is no other seed, or one has another number of frames.
    """
    _check(labels, others)
    clusters, frames = np.unique(labels[labels >= 0], return_counts=True)
    overlaps = np.array([SeedMatch.of(labels, other).overlaps for other in others])
    returns = (overlaps > RETURNS_ABOVE).mean(axis=0)
    return pd.DataFrame(
        {
            "cluster": clusters,
            "frames": frames,
            "overlap": overlaps.mean(axis=0),
            "seeds": len(others),
            "returns": returns,
            "stable": returns > STABLE_ABOVE,
        }
    )


def compare_seeds(
    labels: Int[np.ndarray, "frames"], others: Mapping[int, Int[np.ndarray, "_"]]
) -> pd.DataFrame:
    """Compare the labels of a run as a whole with those of each other seed.

    Parameters
    ----------
    labels : ndarray of int, shape (frames,)
        Behaviour of every frame, below 0 where it has none.
    others : mapping of int to ndarray of int, each of shape (frames,)
        Other seed -> the same.

    Returns
    -------
    DataFrame
        A row per other seed: ``seed``, ``clusters`` (how many it found), ``adjusted_rand`` (1: the
        same; about 0: chance) and ``agreement`` (share of the frames that have the same label once
        behaviours are matched).

    Raises
    ------
    DataError
        When there is no other seed, or one has another number of frames.
    """
    _check(labels, list(others.values()))
    rows = []
    for seed, other in others.items():
        known = (labels >= 0) & (other >= 0)
        same = SeedMatch.of(labels, other).renumber(other) == labels
        rows.append(
            {
                "seed": seed,
                "clusters": len(np.unique(other[other >= 0])),
                "adjusted_rand": adjusted_rand_score(labels[known], other[known]),
                "agreement": same[known].mean(),
            }
        )
    return pd.DataFrame(rows)


def _check(labels: Int[np.ndarray, "frames"], others: Sequence[Int[np.ndarray, "_"]]) -> None:
    if not others:
        raise DataError("no other seed to compare with; train with one further seed or more")
    lengths = sorted({len(one) for one in (labels, *others)})
    if len(lengths) > 1:
        told = " and ".join(map(str, lengths))
        raise DataError(f"the seeds labelled {told} frames; label the same data with each")


def _overlaps(
    labels: Int[np.ndarray, "frames"], other: Int[np.ndarray, "frames"]
) -> Float[np.ndarray, "clusters others"]:
    """Intersection over union of the frames of each two behaviours."""
    first, second = np.unique(labels), np.unique(other)
    both = contingency_matrix(labels, other)
    union = both.sum(axis=1, keepdims=True) + both.sum(axis=0) - both
    overlaps: Float[np.ndarray, "clusters others"]
    overlaps = (both / union)[np.ix_(first >= 0, second >= 0)]
    return overlaps
