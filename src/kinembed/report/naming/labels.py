"""Names applied to a prediction: a label for every frame."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from jaxtyping import Int

from kinembed.core.errors import FormatError
from kinembed.motion.segments import FrameLabels, segments
from kinembed.report.naming.file import Names, Naming, SequenceNaming, key
from kinembed.segmentation.predictions import VARIANTS, frame_rate_of

LISTED = 8
"""Segments that an error lists, at most."""


def check_names(names: Names, predictions: Mapping[str, Callable[[], pd.DataFrame]]) -> None:
    """Raise FormatError when names do not fit predictions, of which the named ones are loaded.

    An unknown sequence is an error, and so is what :func:`named_predictions` refuses.
    """
    for sequence in names.sequences:
        if sequence not in predictions:
            problem = f"there is no such sequence; there are {', '.join(sorted(predictions))}"
            raise FormatError(names.file, f"{sequence}: {problem}")
        named_predictions(names, sequence, predictions[sequence]())


def named_predictions(
    names: Names, sequence: str, predictions: pd.DataFrame
) -> dict[str, FrameLabels]:
    """Variant -> label of every frame of a sequence's predictions.

    Names where anything is named in a variant (text for each frame, clusters without a name by
    their number), and the clusters as they are where nothing is.
    Raises FormatError, with file and key, for an unknown variant or cluster, and for a
    split that no frame is part of.
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
    """The name of a cluster, or the numbers it goes by."""
    group = next((group for group in naming.merge if cluster in group), [cluster])
    if group[0] in naming.names:
        return naming.names[group[0]]
    numbers = "+".join(map(str, group))
    return f"cluster {numbers}" if len(group) == 1 else f"clusters {numbers}"


@dataclass(frozen=True)
class _Where:
    """A place in a names file."""

    file: str
    keys: tuple[str | int, ...]

    def error(self, problem: str, *keys: str | int) -> FormatError:
        return FormatError(self.file, f"{key(*self.keys, *keys)}: {problem}")


def _named(
    clusters: Int[np.ndarray, " frames"], naming: Naming, frame_rate: float, where: _Where
) -> list[str]:
    """Label of every frame."""
    known, position = np.unique(clusters, return_inverse=True)
    for keys, cluster in _mentioned(naming):
        if cluster not in known:
            there = ", ".join(map(str, known.tolist()))
            raise where.error(f"there is no cluster {cluster}; there are {there}", *keys)
    names = np.array([label_of(cluster, naming) for cluster in known.tolist()], dtype=object)
    labels = names[position]
    for index, split in enumerate(naming.split):
        start, stop = split.frames(frame_rate, len(clusters))
        chosen = np.flatnonzero(clusters[start:stop] == split.cluster) + start
        if len(chosen) == 0:
            runs = _runs(clusters, split.cluster)
            problem = f"cluster {split.cluster} has no frame from {start} to {stop}; it has {runs}"
            raise where.error(problem, "split", index)
        labels[chosen] = split.name
    return [str(label) for label in labels]


def _mentioned(naming: Naming) -> Iterator[tuple[tuple[str | int, ...], int]]:
    """Keys of a names file, and the cluster that stands there."""
    for cluster in naming.names:
        yield ("names", cluster), cluster
    for index, group in enumerate(naming.merge):
        for cluster in group:
            yield ("merge", index), cluster
    for index, split in enumerate(naming.split):
        yield ("split", index, "cluster"), split.cluster


def _runs(clusters: Int[np.ndarray, " frames"], cluster: int) -> str:
    """The segments of a cluster, for an error."""
    runs = [f"{run.start} to {run.stop}" for run in segments(clusters) if run.label == cluster]
    more = f" and {len(runs) - LISTED} more" if len(runs) > LISTED else ""
    return ", ".join(runs[:LISTED]) + more
