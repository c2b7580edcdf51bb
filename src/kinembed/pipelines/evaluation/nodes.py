"""Nodes of stage ``evaluation``: the first to see an annotation."""

from collections.abc import Callable, Mapping

import pandas as pd

from kinembed.evaluation import mean_scores, score_sequence, score_table
from kinembed.motion import Segmentation


def score_predictions(
    predictions: Mapping[str, Callable[[], pd.DataFrame]], annotations: Mapping[str, Segmentation]
) -> pd.DataFrame:
    """Score every annotated sequence."""
    return score_table(
        row
        for name, load in predictions.items()
        if name in annotations
        for row in score_sequence(name, load(), annotations[name])
    )


def summarise_scores(scores: pd.DataFrame) -> dict[str, dict[str, float]]:
    """Means over sequences."""
    return mean_scores(scores)
