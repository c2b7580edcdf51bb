"""Segments of recordings that a stored model labelled."""

from typing import Any

import pandas as pd

from kinembed.report.exports import list_segments
from kinembed.report.naming import Names, SequenceNaming, label_of
from kinembed.segmentation.cluster_model import ClusterModel
from kinembed.segmentation.predictions import (
    NOT_SEEN,
    NOT_SEEN_LABEL,
    PROBABILITY,
    UNKNOWN,
    UNKNOWN_LABEL,
)


def labelled_segments(
    recording: str, labels: pd.DataFrame, sequence: str, clusters: ClusterModel, names: Names
) -> list[dict[str, Any]]:
    """Segments of a recording as :func:`kinembed.report.exports.list_segments` lists them.

    Parameters
    ----------
    recording : str
        Name of the recording.
    labels : DataFrame
        A row per frame, as made by
        :meth:`kinembed.segmentation.cluster_model.ClusterModel.predict`: columns ``frame``,
        ``time_s``, ``cluster`` (-1: unknown, -2: not seen), and ``file_frame``, which labels of
        earlier versions lack.
    sequence : str
        The recording that the model was fitted on. Clusters have the names that it has in a names
        file, also where they are merged there. A split cluster has one name, since a split belongs
        to frames of that recording.
    clusters : ClusterModel
        The model.
    names : Names
        Names of clusters.

    Returns
    -------
    list of dict
        A row per segment; frames that are unlike all clusters are ``unknown``, those of which too
        little was seen ``not seen``.
    """
    variant = clusters.settings.variant
    beside = {f"cluster_{PROBABILITY}": f"{variant}_{PROBABILITY}"}
    predicted = labels.rename(columns={"cluster": variant, **beside})
    frames = names_of_labels(labels["cluster"], sequence, clusters, names)
    numbers = labels["file_frame"].to_numpy() if "file_frame" in labels else None
    return list_segments(recording, predicted, {variant: frames}, None, numbers)


def names_of_labels(
    labels: pd.Series, sequence: str, clusters: ClusterModel, names: Names
) -> list[str]:
    """Name every frame of a recording that a stored model labelled.

    Parameters
    ----------
    labels : Series of int, shape (frames,)
        Cluster of every frame; -1: unknown, -2: not seen.
    sequence : str
        The recording or the model under which a names file speaks of the clusters.
    clusters : ClusterModel
        The model.
    names : Names
        Names of clusters.

    Returns
    -------
    list of str, shape (frames,)
        The name of its cluster, else its number, ``unknown`` or ``not seen``.
    """
    naming = getattr(names.sequences.get(sequence, SequenceNaming()), clusters.settings.variant)
    called = {int(cluster): label_of(int(cluster), naming) for cluster in labels.unique()}
    called |= {UNKNOWN: UNKNOWN_LABEL, NOT_SEEN: NOT_SEEN_LABEL}
    return [called[cluster] for cluster in labels.tolist()]
