"""Scores of a vocabulary that recordings share: protocol ``shared``.

The labels of all recordings of a model are matched to behaviours by **one** assignment. Under
protocol ``continuous`` each recording has an assignment of its own, so the same cluster may there
be one behaviour in one recording and another in the next.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from jaxtyping import Int
from sklearn.metrics import adjusted_mutual_info_score, adjusted_rand_score

from kinembed.evaluation.measures import Comparison
from kinembed.evaluation.metrics import match_clusters
from kinembed.evaluation.segment_scores import OVERLAPS, edit_score, segment_f1
from kinembed.motion.motion import Segmentation
from kinembed.segmentation.predictions import VARIANTS, frame_rate_of, number_of_clusters

ALL = "all"
"""In place of a sequence: all of a model's, under the one assignment."""
OF_SEGMENTS = ["edit", *(f"f1_{100 * overlap:.0f}" for overlap in OVERLAPS), "boundary_f1"]
COLUMNS = [
    *("sequence", "model", "method", "protocol", "clusters_given", "seed", "clusters"),
    *("behaviours", "accuracy", "ari", "ami", *OF_SEGMENTS),
]
"""Columns of a table of shared scores."""


def score_shared(
    model: str,
    predictions: Mapping[str, pd.DataFrame],
    annotations: Mapping[str, Segmentation],
    method: str,
    *,
    seed: int = 0,
) -> list[dict[str, Any]]:
    """Score the annotated recordings of a model together, on the frames that were seen.

    Parameters
    ----------
    model : str
        Name of the model.
    predictions : mapping of str to DataFrame
        Recording -> a row per frame; columns ``frame``, ``time_s`` and at least one of ``given``
        and ``estimated``. At least one.
    annotations : mapping of str to Segmentation
        Recording -> annotation of the same frames.
    method : str
        Name of the method that made the predictions.
    seed : int
        Seed with which they were made.

    Returns
    -------
    list of dict
        For each variant a row per recording and one of all, by column of :data:`COLUMNS`. Edit
        score, F1 and boundary F1 of all are means over recordings.

    Raises
    ------
    DataError
        When prediction and annotation of a recording differ in length.
    """
    first = next(iter(predictions.values()))
    return [
        {"model": model, "method": method, "protocol": "shared", "seed": seed} | row
        for variant, given in VARIANTS.items()
        if variant in first
        for row in _rows(_comparisons(predictions, annotations, variant), given)
    ]


def shared_score_table(rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Make a table of rows of :func:`score_shared`.

    Parameters
    ----------
    rows : list of dict
        Column -> value.

    Returns
    -------
    DataFrame
        Columns :data:`COLUMNS`, also where there is no row.
    """
    return pd.DataFrame(rows, columns=COLUMNS)


def _comparisons(
    predictions: Mapping[str, pd.DataFrame], annotations: Mapping[str, Segmentation], variant: str
) -> dict[str, Comparison]:
    """What was seen of each recording."""
    return {
        name: Comparison.of_seen(table[variant].to_numpy(), annotations[name], frame_rate_of(table))
        for name, table in predictions.items()
    }


def _rows(pairs: Mapping[str, Comparison], given: bool) -> list[dict[str, Any]]:
    predicted = np.concatenate([pair.predicted for pair in pairs.values()])
    annotated = [name for pair in pairs.values() for name in pair.annotated]
    names = match_clusters(predicted, annotated)
    rows = [
        {"sequence": sequence, **_agreement(pair.predicted, pair.annotated, names)}
        | _of_segments(pair, names)
        for sequence, pair in pairs.items()
    ]
    means = {measure: float(np.mean([row[measure] for row in rows])) for measure in OF_SEGMENTS}
    rows.append({"sequence": ALL, **_agreement(predicted, annotated, names), **means})
    return [{"clusters_given": given, **row} for row in rows]


def _agreement(
    predicted: Int[np.ndarray, " frames"], annotated: list[str], names: Mapping[int, str]
) -> dict[str, Any]:
    right = np.array(_named(predicted, names)) == np.array(annotated)
    return {
        "clusters": number_of_clusters(pd.Series(predicted)),
        "behaviours": len(set(annotated)),
        "accuracy": float(right.mean()),
        "ari": float(adjusted_rand_score(annotated, predicted)),
        "ami": float(adjusted_mutual_info_score(annotated, predicted)),
    }


def _of_segments(pair: Comparison, names: Mapping[int, str]) -> dict[str, float]:
    named = _named(pair.predicted, names)
    scores = [
        edit_score(named, pair.annotated),
        *(segment_f1(named, pair.annotated, overlap) for overlap in OVERLAPS),
        pair.boundaries.f1,
    ]
    return dict(zip(OF_SEGMENTS, scores, strict=True))


def _named(predicted: Int[np.ndarray, " frames"], names: Mapping[int, str]) -> list[str]:
    """Behaviours of matched clusters; others keep their numbers."""
    return [names.get(cluster, str(cluster)) for cluster in predicted.tolist()]
