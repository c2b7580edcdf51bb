"""Segments of recordings that a stored model labelled."""

from typing import Any

import pandas as pd

from kinembed.report.exports import list_segments
from kinembed.report.naming import Names, SequenceNaming, label_of
from kinembed.segmentation.cluster_model import UNKNOWN, ClusterModel

UNKNOWN_LABEL = "unknown"


def labelled_segments(
    recording: str, labels: pd.DataFrame, model: str, clusters: ClusterModel, names: Names
) -> list[dict[str, Any]]:
    """Segments of a recording as :func:`kinembed.report.exports.list_segments` lists them.

    Clusters have the names that the model's sequence has in a names file, also where they are
    merged there; what is split is called as the whole, since a split belongs to some frames of the
    discovery. Frames that the model cannot know are ``unknown``.
    """
    variant = clusters.settings.variant
    naming = getattr(names.sequences.get(model, SequenceNaming()), variant)
    called = {
        int(cluster): label_of(int(cluster), naming) for cluster in labels["cluster"].unique()
    }
    called[UNKNOWN] = UNKNOWN_LABEL
    predicted = labels.rename(columns={"cluster": variant})
    frames = [called[cluster] for cluster in labels["cluster"].tolist()]
    return list_segments(recording, predicted, {variant: frames}, None)
