"""Nodes of stage ``evaluation``: the first to see an annotation."""

from collections.abc import Callable, Mapping
from functools import partial

import pandas as pd

from kinembed.evaluation.scores import (
    mean_scores,
    measure_separability,
    score_annotated,
    score_sequence,
)
from kinembed.motion.motion import Segmentation
from kinembed.segmentation.embedding import Embeddings
from kinembed.training.motion_prediction import TrainingParameters


def score_predictions(
    predictions: Mapping[str, Callable[[], pd.DataFrame]],
    annotations: Mapping[str, Segmentation],
    training: TrainingParameters,
) -> pd.DataFrame:
    """Score every annotated sequence, and say with which seed its network was trained."""
    score = partial(score_sequence, seed=training.seed)
    return score_annotated(predictions, annotations, score)


def summarise_scores(scores: pd.DataFrame) -> dict[str, dict[str, float]]:
    """Means over sequences."""
    return mean_scores(scores)


def measure_embeddings(
    embeddings: Mapping[str, Callable[[], Embeddings]],
    predictions: Mapping[str, Callable[[], pd.DataFrame]],
) -> pd.DataFrame:
    """How far clusters keep apart, for every sequence, annotated or not."""
    return pd.DataFrame(
        row
        for name, load in predictions.items()
        for row in measure_separability(name, embeddings[name](), load())
    )
