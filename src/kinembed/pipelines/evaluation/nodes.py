"""Nodes of stage ``evaluation``: the first to see an annotation."""

from collections.abc import Callable, Mapping
from functools import partial

import pandas as pd

from kinembed.evaluation.scores import (
    NETWORK,
    mean_scores,
    measure_separability,
    score_annotated,
    score_sequence,
)
from kinembed.evaluation.shared import annotated_together, join_shared, score_shared
from kinembed.motion.motion import Segmentation
from kinembed.report.parameters import ReportParameters
from kinembed.segmentation.embedding import Embeddings
from kinembed.training.assignment import ModelAssignment
from kinembed.training.motion_prediction import TrainingParameters


def score_predictions(
    predictions: Mapping[str, Callable[[], pd.DataFrame]],
    annotations: Mapping[str, Segmentation],
    training: TrainingParameters,
) -> pd.DataFrame:
    """Score every annotated sequence, and say with which seed its network was trained.

    Parameters
    ----------
    predictions : mapping of str to loader of DataFrame
        Sequence -> cluster of every frame: columns ``frame``, ``time_s`` (seconds), ``given`` where
        the number of clusters is given, and ``estimated``.
    annotations : mapping of str to Segmentation
        Sequence -> its annotated segments; a sequence that is not annotated is absent.
    training : TrainingParameters
        Its ``seed`` stands in the table.

    Returns
    -------
    DataFrame
        Columns of :func:`kinembed.evaluation.scores.score_columns`; a row per annotated sequence,
        method, variant (number of clusters given or estimated) and seed.

    Raises
    ------
    DataError
        When predictions and annotation of a sequence differ in length.
    """
    score = partial(score_sequence, seed=training.seed)
    return score_annotated(predictions, annotations, score)


def score_vocabularies(
    predictions: Mapping[str, Callable[[], pd.DataFrame]],
    annotations: Mapping[str, Segmentation],
    assigned: ModelAssignment,
    training: TrainingParameters,
    reporting: ReportParameters,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Score the annotated sequences of every model that several share, under one assignment.

    Parameters
    ----------
    predictions : mapping of str to loader of DataFrame
        Sequence -> cluster of every frame: columns ``frame``, ``time_s`` (seconds), ``given`` where
        the number of clusters is given, and ``estimated``.
    annotations : mapping of str to Segmentation
        Sequence -> its annotated segments; a sequence that is not annotated is absent.
    assigned : ModelAssignment
        Model of every sequence.
    training : TrainingParameters
        Its ``seed`` stands in the tables.
    reporting : ReportParameters
        Its ``experiment`` stands in the tables.

    Returns
    -------
    scores : DataFrame
        Columns :data:`kinembed.evaluation.shared.COLUMNS`; no row where every sequence has a model
        of its own.
    recalls : DataFrame
        Columns :data:`kinembed.evaluation.shared.RECALL_COLUMNS`.

    Raises
    ------
    DataError
        When predictions and annotation of a sequence differ in length.
    """
    score = partial(score_shared, experiment=reporting.experiment, seed=training.seed)
    together = annotated_together(predictions, annotations, assigned)
    found = join_shared([score(tables, annotations, NETWORK) for tables in together])
    return found.scores, found.recalls


def summarise_scores(scores: pd.DataFrame) -> dict[str, dict[str, float]]:
    """Means over sequences.

    Parameters
    ----------
    scores : DataFrame
        Columns of :func:`kinembed.evaluation.scores.score_columns`.

    Returns
    -------
    dict of str to dict of str to float
        ``given`` and ``estimated``, as far as there are scores -> measure -> mean.
    """
    return mean_scores(scores)


def measure_embeddings(
    embeddings: Mapping[str, Callable[[], Embeddings]],
    predictions: Mapping[str, Callable[[], pd.DataFrame]],
) -> pd.DataFrame:
    """Measure how far clusters keep apart, for every sequence, annotated or not.

    Parameters
    ----------
    embeddings : mapping of str to loader of Embeddings
        Sequence -> its embedding.
    predictions : mapping of str to loader of DataFrame
        Sequence -> cluster of every frame: columns ``frame``, ``time_s`` (seconds), ``given`` where
        the number of clusters is given, and ``estimated``.

    Returns
    -------
    DataFrame
        A row per sequence and variant of the prediction: ``sequence``, ``clusters_given``,
        ``clusters`` (their number) and the measures of
        :class:`kinembed.evaluation.metrics.Separability`.
    """
    return pd.DataFrame(
        row
        for name, load in predictions.items()
        for row in measure_separability(name, embeddings[name](), load())
    )
