"""Scores of predictions, with the protocol they were made under: annotations enter here.

How far clusters keep apart in the embedding needs no annotation, so every sequence has that.

Protocols
---------
``continuous``: no boundary, label or order of behaviours was used in making the predictions.
``published_loss_cuts`` and ``published_annotated_cuts``: the published ones (Su & Shlizerman, arXiv
1905.12176), see :mod:`kinembed.evaluation.published`; the second cuts at annotated boundaries, so
its scores say how well behaviours are distinguished once their boundaries are known.
"""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any, Literal

import pandas as pd

from kinembed.evaluation.measures import MEASURES, score_segmentation
from kinembed.evaluation.metrics import separability
from kinembed.motion.motion import Segmentation
from kinembed.segmentation.embedding import Embeddings
from kinembed.segmentation.predictions import (
    NOT_SEEN,
    VARIANTS,
    frame_rate_of,
    number_of_clusters,
)

logger = logging.getLogger(__name__)

Protocol = Literal["continuous", "published_loss_cuts", "published_annotated_cuts"]
NETWORK = "kinembed"
"""The method, in tables of results, that this project is about."""
COLUMNS = ["sequence", "method", "protocol", "clusters_given", "seed", "clusters", "behaviours"]
"""Columns of a table of scores that come before the scores themselves."""


def score_sequence(
    sequence: str,
    predictions: pd.DataFrame,
    annotation: Segmentation,
    method: str = NETWORK,
    *,
    protocol: Protocol = "continuous",
    seed: int = 0,
) -> list[dict[str, Any]]:
    """Score the variants of a prediction against an annotation.

    Parameters
    ----------
    sequence : str
        Name of the sequence.
    predictions : DataFrame
        A row per frame; columns ``frame``, ``time_s`` and at least one of ``given`` and
        ``estimated``.
    annotation : Segmentation
        Annotation of the same frames.
    method : str
        Name of the method that made the predictions.
    protocol : {"continuous", "published_loss_cuts", "published_annotated_cuts"}
        Protocol under which they were made (see the module).
    seed : int
        Seed with which they were made.

    Returns
    -------
    list of dict
        A row per variant, by column of :func:`score_columns`.

    Raises
    ------
    DataError
        When prediction and annotation differ in length.
    """
    frame_rate = frame_rate_of(predictions)
    return [
        {
            "sequence": sequence,
            "method": method,
            "protocol": protocol,
            "clusters_given": given,
            "seed": seed,
            "clusters": number_of_clusters(predictions[variant]),
            "behaviours": annotation.number_of_behaviours,
        }
        | score_segmentation(predictions[variant].to_numpy(), annotation, frame_rate)
        for variant, given in VARIANTS.items()
        if variant in predictions
    ]


def score_methods(
    sequence: str,
    predictions: pd.DataFrame,
    annotation: Segmentation,
    methods: Sequence[str],
    *,
    protocol: Protocol = "continuous",
    seed: int = 0,
) -> list[dict[str, Any]]:
    """Score the predictions of several methods on one sequence, as :func:`score_sequence` does.

    Parameters
    ----------
    sequence : str
        Name of the sequence.
    predictions : DataFrame
        A row per frame; columns ``frame``, ``time_s`` and ``<method>.<variant>``.
    annotation : Segmentation
        Annotation of the same frames.
    methods : sequence of str
        Names of the methods.
    protocol : {"continuous", "published_loss_cuts", "published_annotated_cuts"}
        Protocol under which the predictions were made (see the module).
    seed : int
        Seed with which they were made.

    Returns
    -------
    list of dict
        A row per method and variant, by column of :func:`score_columns`.

    Raises
    ------
    DataError
        When predictions and annotation differ in length.
    """
    return [
        row
        for method in methods
        for row in score_sequence(
            sequence,
            of_method(predictions, method),
            annotation,
            method,
            protocol=protocol,
            seed=seed,
        )
    ]


def measure_separability(
    sequence: str, embeddings: Embeddings, predictions: pd.DataFrame
) -> list[dict[str, Any]]:
    """Measure how far the clusters of each variant keep apart in the embedding.

    Needs no annotation.

    Parameters
    ----------
    sequence : str
        Name of the sequence.
    embeddings : Embeddings
        Rows, and the frames they stand for.
    predictions : DataFrame
        A row per frame of the sequence; columns ``given``, ``estimated`` or both.

    Returns
    -------
    list of dict
        A row per variant: ``sequence``, ``clusters_given``, ``clusters`` and the measures of
        :class:`kinembed.evaluation.metrics.Separability`.
    """
    variants = {variant: given for variant, given in VARIANTS.items() if variant in predictions}
    clusters = {
        variant: predictions[variant].to_numpy()[embeddings.frame_index] for variant in variants
    }
    return [
        {
            "sequence": sequence,
            "clusters_given": given,
            "clusters": number_of_clusters(predictions[variant]),
        }
        | asdict(separability(embeddings.values, clusters[variant]))
        for variant, given in variants.items()
    ]


def score_columns() -> list[str]:
    """List the columns of a table of scores.

    Returns
    -------
    list of str
        :data:`COLUMNS`, then the names of :data:`kinembed.evaluation.measures.MEASURES`.
    """
    return [*COLUMNS, *(measure.name for measure in MEASURES)]


def score_table(rows: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    """Make a table of rows of scores.

    Parameters
    ----------
    rows : iterable of mapping
        Column -> value, as :func:`score_sequence` returns them.

    Returns
    -------
    DataFrame
        Columns of :func:`score_columns`, also where there is no row.
    """
    return pd.DataFrame(list(rows), columns=score_columns())


def score_annotated(
    predictions: Mapping[str, Callable[[], pd.DataFrame]],
    annotations: Mapping[str, Segmentation],
    score: Callable[[str, pd.DataFrame, Segmentation], Iterable[Mapping[str, Any]]],
) -> pd.DataFrame:
    """Score every annotated sequence; the log says which share of its frames is left out.

    Parameters
    ----------
    predictions : mapping of str to callable
        Sequence -> loader of its predictions.
    annotations : mapping of str to Segmentation
        Annotations of the sequences that have one; the other sequences are left out.
    score : callable
        From name, predictions and annotation of a sequence to rows of scores, as
        :func:`score_sequence` returns them.

    Returns
    -------
    DataFrame
        Columns of :func:`score_columns`; a row for each of the rows of scores.

    Raises
    ------
    DataError
        When predictions and annotation of a sequence differ in length.
    """

    def rows() -> Iterator[Mapping[str, Any]]:
        for name, load in predictions.items():
            if name in annotations:
                table = load()
                _say_what_is_left_out(name, table, annotations[name])
                yield from score(name, table, annotations[name])

    return score_table(rows())


def mean_scores(scores: pd.DataFrame) -> dict[str, dict[str, float]]:
    """Average scores over sequences, for a given and for an estimated number of clusters.

    Parameters
    ----------
    scores : DataFrame
        Columns of :func:`score_columns`, of one method and seed.

    Returns
    -------
    dict of str to dict
        ``given`` and ``estimated``, without those that have no row -> measure -> mean.
    """
    return {
        variant: {name: float(rows[name].mean()) for name in score_columns()[len(COLUMNS) :]}
        for variant, given in VARIANTS.items()
        if not (rows := scores[scores["clusters_given"] == given]).empty
    }


def of_method(predictions: pd.DataFrame, method: str) -> pd.DataFrame:
    """Select the predictions of one method, with the columns that a network's have.

    Parameters
    ----------
    predictions : DataFrame
        A row per frame; columns ``frame``, ``time_s`` and ``<method>.<variant>``.
    method : str
        Name of the method.

    Returns
    -------
    DataFrame
        Columns ``frame``, ``time_s`` and the variants that the method has.
    """
    variants = {f"{method}.{variant}": variant for variant in VARIANTS}
    return predictions.rename(columns=variants).filter(["frame", "time_s", *VARIANTS])


def _say_what_is_left_out(
    sequence: str, predictions: pd.DataFrame, annotation: Segmentation
) -> None:
    not_seen = float((predictions == NOT_SEEN).any(axis="columns").mean())
    shares = {"not seen": not_seen, "not labelled": 1 - float(annotation.labelled.mean())}
    message = "%s: %.1f %% of the frames were %s and are left out of the scores"
    for what, share in shares.items():
        if share:
            logger.info(message, sequence, 100 * share, what, extra={"markup": False})
