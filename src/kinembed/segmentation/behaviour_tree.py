"""A tree of clusters: which of them are alike, and which become one at a coarser level.

The distance of two clusters is that of their means in the feature space. There a mean stands for a
whole distribution, so it is the maximum mean discrepancy of the two (Gretton et al., JMLR 13,
2012); 1 is the standard deviation of all rows. Clusters are joined by average linkage (UPGMA: Sokal
& Michener, 1958), so a group's height is the mean distance between clusters of its two halves.
Linkage does not weigh time: a short behaviour is not joined because it is short.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from jaxtyping import Float, Int
from scipy.cluster.hierarchy import linkage

COLUMNS = {"number": "int64", "height": "float64", "first": "str", "second": "str"}
"""Columns of a tree and their types."""


def behaviour_tree(means: Float[np.ndarray, "clusters features"]) -> pd.DataFrame:
    """Join the clusters that are most alike, step by step.

    Parameters
    ----------
    means : ndarray of float, shape (clusters, features)
        Mean of each cluster.

    Returns
    -------
    DataFrame
        A row per step, the closest first: ``number`` (behaviours that are left after it),
        ``height`` (mean distance between the two, in standard deviations of all rows), ``first``
        and ``second`` (clusters of the two that are joined, such as ``"1 4"``; `first` has the
        smallest number).
    """
    groups = [[cluster] for cluster in range(len(means))]
    steps: list[tuple[int, float, str, str]] = []
    for one, other, height, _ in linkage(means, "average") if len(means) > 1 else ():
        pair = sorted([groups[int(one)], groups[int(other)]])
        steps.append((len(means) - len(steps) - 1, float(height), _text(pair[0]), _text(pair[1])))
        groups.append(sorted(pair[0] + pair[1]))
    return pd.DataFrame(steps, columns=list(COLUMNS)).astype(COLUMNS)


def merged_clusters(
    tree: pd.DataFrame, clusters: int, number: int | None
) -> Int[np.ndarray, "clusters"]:
    """Find what each cluster is called where the tree is cut.

    Parameters
    ----------
    tree : DataFrame
        As made by :func:`behaviour_tree`.
    clusters : int
        Number of clusters.
    number : int or None
        Number of behaviours that are left, at least 1; None, or no less than there are clusters:
        nothing is merged.

    Returns
    -------
    ndarray of int, shape (clusters,)
        The smallest number of a cluster in the group of each cluster.
    """
    merged = np.arange(clusters)
    if number is None:
        return merged
    for first, second in tree.loc[tree["number"] >= number, ["first", "second"]].to_numpy():
        merged[members(second)] = members(first)[0]
    return merged


def members(text: str) -> list[int]:
    """Read the clusters of a group.

    Parameters
    ----------
    text : str
        Numbers, such as ``"1 4"``.

    Returns
    -------
    list of int
        The numbers, ascending.
    """
    return [int(number) for number in text.split()]


def _text(clusters: Sequence[int]) -> str:
    return " ".join(map(str, clusters))
