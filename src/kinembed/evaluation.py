"""Scores of predictions under the ``continuous`` protocol: annotations enter here and not before.

No boundary, label or order of behaviours was used in making the predictions; clusters are named
by optimal matching while scoring.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, fields
from typing import Any

import pandas as pd

from kinembed.metrics import Scores, score_segmentation
from kinembed.motion import Segmentation

PROTOCOL = "continuous"
NETWORK = "kinembed"
"""The method, in tables of results, that this project is about."""
VARIANTS = {"given": True, "estimated": False}
"""Columns of a prediction, and whether the number of clusters was given."""


COLUMNS = ["sequence", "method", "protocol", "clusters_given", "clusters", "behaviours"]


def score_sequence(
    sequence: str, predictions: pd.DataFrame, annotation: Segmentation, method: str = NETWORK
) -> list[dict[str, Any]]:
    """One row of scores per variant of the prediction, which `method` made.

    Raises DataError when prediction and annotation differ in length.
    """
    frame_rate = frame_rate_of(predictions)
    return [
        {
            "sequence": sequence,
            "method": method,
            "protocol": PROTOCOL,
            "clusters_given": given,
            "clusters": predictions[variant].nunique(),
            "behaviours": len(set(annotation.behaviours)),
        }
        | asdict(score_segmentation(predictions[variant].to_numpy(), annotation, frame_rate))
        for variant, given in VARIANTS.items()
        if variant in predictions
    ]


def frame_rate_of(predictions: pd.DataFrame) -> float:
    """Frames per second of a prediction, from its frames and their times."""
    last = predictions.iloc[-1]
    return float(last["frame"] / last["time_s"])


def score_table(rows: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    """Rows of scores as a table, which has its columns even when nothing was annotated."""
    columns = [*COLUMNS, *(field.name for field in fields(Scores))]
    return pd.DataFrame(list(rows), columns=columns)


def mean_scores(scores: pd.DataFrame) -> dict[str, dict[str, float]]:
    """Means over sequences, for a given and for an estimated number of clusters."""
    measures = [field.name for field in fields(Scores)]
    return {
        variant: {name: float(rows[name].mean()) for name in measures}
        for variant, given in VARIANTS.items()
        if not (rows := scores[scores["clusters_given"] == given]).empty
    }
