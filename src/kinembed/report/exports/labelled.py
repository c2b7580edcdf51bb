"""Segments of recordings that a stored model labelled."""

from typing import Any

import pandas as pd

from kinembed.report.exports import list_segments
from kinembed.report.naming import Names, SequenceNaming, label_of
from kinembed.segmentation.cluster_model import UNKNOWN, ClusterModel

UNKNOWN_LABEL = "unknown"


def labelled_segments(
    recording: str, labels: pd.DataFrame, sequence: str, clusters: ClusterModel, names: Names
) -> list[dict[str, Any]]:
    """Segments of a recording as :func:`kinembed.report.exports.list_segments` lists them.

    Parameters
    ----------
    recording:
        Its name.
    labels:
        What the model predicts for it.
    sequence:
        The recording that the model was fitted on. Clusters have the names that it has in a names
        file, also where they are merged there; what is split is called as the whole, since a split
        belongs to some frames of that recording.
    clusters:
        The model.
    names:
        Of clusters.

    Returns
    -------
    list
        A row per segment; frames that the model cannot know are ``unknown``.
    """
    variant = clusters.settings.variant
    naming = getattr(names.sequences.get(sequence, SequenceNaming()), variant)
    called = {
        int(cluster): label_of(int(cluster), naming) for cluster in labels["cluster"].unique()
    }
    called[UNKNOWN] = UNKNOWN_LABEL
    predicted = labels.rename(columns={"cluster": variant})
    frames = [called[cluster] for cluster in labels["cluster"].tolist()]
    return list_segments(recording, predicted, {variant: frames}, None)
