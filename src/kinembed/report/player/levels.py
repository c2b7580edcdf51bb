"""What the player shows of the tree of clusters: names of its leaves, and labels merged by it."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from kinembed.report.sequence import SequenceResults
from kinembed.segmentation.behaviour_tree import merged_clusters
from kinembed.segmentation.predictions import NOT_SEEN_LABEL, UNMERGED


def names_of_clusters(results: SequenceResults, names: Sequence[str]) -> dict[int, str]:
    """Find the name that most frames of each cluster are shown under.

    Parameters
    ----------
    results : SequenceResults
        What is known of the sequence.
    names : sequence of str, shape (frames,)
        Name of every frame in the row of the prediction that is drawn.

    Returns
    -------
    dict of int to str
        Cluster, before any merging -> name; clusters that do not occur are absent.
    """
    counts = _counts(results, names)
    return dict(zip(counts.index.tolist(), counts.idxmax(axis=1).tolist(), strict=True))


def levels(
    results: SequenceResults, names: Sequence[str], numbers: Mapping[str, int]
) -> list[dict[str, Any]]:
    """Labels of the first row at each level of the tree at which some are merged.

    Parameters
    ----------
    results : SequenceResults
        What is known of the sequence.
    names : sequence of str, shape (frames,)
        Name of every frame in the row of the prediction that is drawn.
    numbers : mapping of str to int
        Name -> position among the player's labels.

    Returns
    -------
    list of dict
        From most to fewest behaviours: ``number`` (of behaviours that the row has then) and
        ``labels`` (position of a label -> that of the label it becomes).
    """
    if results.tree is None:
        return []
    counts = _counts(results, names)
    clusters = dict(zip(counts.columns.tolist(), counts.idxmax().tolist(), strict=True))
    found: list[dict[str, Any]] = []
    for number in results.tree["number"].tolist():
        merged = merged_clusters(results.tree, len(results.tree) + 1, number)
        groups = {name: int(merged[cluster]) for name, cluster in clusters.items()}
        left = len(set(groups.values()))
        if left < (found[-1]["number"] if found else len(groups)):
            found.append({"number": left, "labels": _targets(groups, numbers)})
    return found


def _targets(groups: Mapping[str, int], numbers: Mapping[str, int]) -> list[int]:
    """A label becomes the first one of its group; others stay."""
    first: dict[int, int] = {}
    for name in numbers:
        if name in groups:
            first.setdefault(groups[name], numbers[name])
    return [first[groups[name]] if name in groups else number for name, number in numbers.items()]


def _counts(results: SequenceResults, names: Sequence[str]) -> pd.DataFrame:
    """Frames of each cluster (rows) under each name (columns), of those that were seen."""
    column = f"{results.variant}_{UNMERGED}"
    clusters = results.predictions[column if column in results.predictions else results.variant]
    shown = pd.Series(names, index=clusters.index)
    seen = shown != NOT_SEEN_LABEL
    return pd.crosstab(clusters[seen], shown[seen])
