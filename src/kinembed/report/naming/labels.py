"""Names applied to a prediction: a label for every frame."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from jaxtyping import Int

from kinembed.core.errors import FormatError
from kinembed.core.listing import listed_near
from kinembed.motion.segments import FrameLabels, segments
from kinembed.report.naming.file import Names, Naming, SequenceNaming, key
from kinembed.segmentation.predictions import (
    NOT_SEEN,
    NOT_SEEN_LABEL,
    VARIANTS,
    frame_rate_of,
)

LISTED = 8
"""Segments that an error lists, at most."""


def check_names(names: Names, predictions: Mapping[str, Callable[[], pd.DataFrame]]) -> None:
    """Check that names fit predictions; only predictions of named sequences are loaded.

    Parameters
    ----------
    names : Names
        The names of a names file.
    predictions : mapping of str to callable
        Sequence -> function that loads its prediction, a DataFrame.

    Raises
    ------
    FormatError
        When a sequence is unknown, or :func:`named_predictions` refuses its names; with file and
        key.
    """
    for sequence in names.sequences:
        if sequence not in predictions:
            problem = (
                f"there is no such sequence; there are {listed_near(sequence, sorted(predictions))}"
            )
            raise FormatError(names.file, f"{sequence}: {problem}")
        named_predictions(names, sequence, predictions[sequence]())


def named_predictions(
    names: Names, sequence: str, predictions: pd.DataFrame
) -> dict[str, FrameLabels]:
    """Give every frame of a sequence's predictions its label.

    Parameters
    ----------
    names : Names
        The names of a names file.
    sequence : str
        Name of the sequence.
    predictions : DataFrame
        A row per frame: columns ``frame``, ``time_s``, and ``given`` and ``estimated`` where they
        exist.

    Returns
    -------
    dict of str to (list of str or ndarray of int), each of shape (frames,)
        Column -> labels: where anything is named, text for every frame (a cluster without a name by
        its number), else the clusters.

    Raises
    ------
    FormatError
        When a prediction or a cluster is unknown, or a split has no frame; with file and key.
    """
    present = [variant for variant in VARIANTS if variant in predictions]
    labels: dict[str, FrameLabels] = {
        variant: predictions[variant].to_numpy() for variant in present
    }
    wanted = names.sequences.get(sequence, SequenceNaming())
    for variant, naming in wanted.named().items():
        where = _Where(names.file, (sequence, variant))
        if variant not in present:
            raise where.error(f"there is no such prediction; there is {', '.join(present)}")
        clusters = predictions[variant].to_numpy()
        labels[variant] = _named(clusters, naming, frame_rate_of(predictions), where)
    return labels


def label_of(cluster: int, naming: Naming) -> str:
    """Find the name of a cluster, also in a group.

    Parameters
    ----------
    cluster : int
        Cluster as predicted.
    naming : Naming
        What the clusters of the prediction are called; its splits do not count.

    Returns
    -------
    str
        The name, ``"not seen"`` for frames without a cluster, else the numbers, such as
        ``"cluster 2"`` or ``"clusters 1+4"``.
    """
    if cluster == NOT_SEEN:
        return NOT_SEEN_LABEL
    group = next((group for group in naming.merge if cluster in group), [cluster])
    if group[0] in naming.names:
        return naming.names[group[0]]
    numbers = "+".join(map(str, group))
    return f"cluster {numbers}" if len(group) == 1 else f"clusters {numbers}"


@dataclass(frozen=True)
class _Where:
    """A position in a names file."""

    file: str
    keys: tuple[str | int, ...]

    def error(self, problem: str, *keys: str | int) -> FormatError:
        return FormatError(self.file, f"{key(*self.keys, *keys)}: {problem}")


def _named(
    clusters: Int[np.ndarray, " frames"], naming: Naming, frame_rate: float, where: _Where
) -> list[str]:
    """Label of every frame."""
    known, position = np.unique(clusters, return_inverse=True)
    for keys, cluster in mentioned_clusters(naming):
        if cluster not in known:
            there = ", ".join(map(str, known[known >= 0].tolist()))
            raise where.error(f"there is no cluster {cluster}; there are {there}", *keys)
    names = np.array([label_of(cluster, naming) for cluster in known.tolist()], dtype=object)
    labels = names[position]
    for index, split in enumerate(naming.split):
        start, stop = split.frames(frame_rate, len(clusters))
        chosen = np.flatnonzero(clusters[start:stop] == split.cluster) + start
        if len(chosen) == 0:
            found = _segments_of(clusters, split.cluster)
            problem = f"cluster {split.cluster} has no frame from {start} to {stop}; it has {found}"
            raise where.error(problem, "split", index)
        labels[chosen] = split.name
    return [str(label) for label in labels]


def mentioned_clusters(naming: Naming) -> Iterator[tuple[tuple[str | int, ...], int]]:
    """List the clusters that a prediction's names speak of.

    Parameters
    ----------
    naming : Naming
        What the clusters of the prediction are called.

    Yields
    ------
    tuple of (tuple of str and int) and int
        Keys within the prediction's names, and the cluster that stands there.
    """
    for cluster in naming.names:
        yield ("names", cluster), cluster
    for index, group in enumerate(naming.merge):
        for cluster in group:
            yield ("merge", index), cluster
    for index, split in enumerate(naming.split):
        yield ("split", index, "cluster"), split.cluster


def _segments_of(clusters: Int[np.ndarray, " frames"], cluster: int) -> str:
    """The segments of a cluster, for an error."""
    found = [
        f"{segment.start} to {segment.stop}"
        for segment in segments(clusters)
        if segment.label == cluster
    ]
    more = f" and {len(found) - LISTED} more" if len(found) > LISTED else ""
    return ", ".join(found[:LISTED]) + more
