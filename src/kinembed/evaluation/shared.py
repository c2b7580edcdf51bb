"""Scores of a vocabulary that recordings share: protocol ``shared``.

The labels of all recordings of a model are matched to behaviours by **one** assignment. Under
protocol ``continuous`` each recording has an assignment of its own, so the same cluster may there
be one behaviour in one recording and another in the next.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from jaxtyping import Int
from sklearn.metrics import adjusted_mutual_info_score, adjusted_rand_score

from kinembed.evaluation.measures import Comparison
from kinembed.evaluation.metrics import match_clusters
from kinembed.evaluation.scores import of_method
from kinembed.evaluation.segment_scores import OVERLAPS, edit_score, segment_f1
from kinembed.motion.motion import Segmentation
from kinembed.segmentation.predictions import VARIANTS, frame_rate_of, number_of_clusters
from kinembed.training.assignment import ModelAssignment

ALL = "all"
"""Instead of a sequence: all of a model's, under the one assignment."""
OF_SEGMENTS = ["edit", *(f"f1_{100 * overlap:.0f}" for overlap in OVERLAPS), "boundary_f1"]
SETTING = ["experiment", "sequence", "method", "protocol", "clusters_given", "seed"]
"""Columns that say what is scored."""
MEASURES = ["accuracy", "ari", "ami", *OF_SEGMENTS, "macro_recall"]
"""Columns of the scores themselves."""
COLUMNS = [*SETTING, "clusters", *MEASURES, "behaviours"]
"""Columns of a table of shared scores."""
RECALL_COLUMNS = [*SETTING, "behaviour", "frames", "recall"]
"""Columns of a table of recalls."""


@dataclass(frozen=True, eq=False)
class SharedScores:
    """Scores of a shared vocabulary.

    Attributes
    ----------
    scores : DataFrame
        Columns :data:`COLUMNS`: for each variant a row per recording and one of all. Edit score, F1
        and boundary F1 of all are means over recordings; macro recall is the mean over behaviours.
    recalls : DataFrame
        Columns :data:`RECALL_COLUMNS`: the same for each behaviour, with its number of frames.
    """

    scores: pd.DataFrame
    recalls: pd.DataFrame


def score_shared(
    predictions: Mapping[str, pd.DataFrame],
    annotations: Mapping[str, Segmentation],
    method: str,
    *,
    experiment: str = "",
    seed: int = 0,
) -> SharedScores:
    """Score the annotated recordings of a model together, on the frames that were seen.

    Parameters
    ----------
    predictions : mapping of str to DataFrame
        Recording -> a row per frame; columns ``frame``, ``time_s`` and at least one of ``given``
        and ``estimated``. At least one.
    annotations : mapping of str to Segmentation
        Recording -> annotation of the same frames.
    method : str
        Name of the method that made the predictions.
    experiment : str
        Name of the experiment that the recordings belong to.
    seed : int
        Seed with which the predictions were made.

    Returns
    -------
    SharedScores
        Of each variant.

    Raises
    ------
    DataError
        When prediction and annotation of a recording differ in length.
    """
    first = next(iter(predictions.values()))
    setting = {"experiment": experiment, "method": method, "protocol": "shared", "seed": seed}
    found = [
        _of_variant(
            _comparisons(predictions, annotations, variant), setting | {"clusters_given": given}
        )
        for variant, given in VARIANTS.items()
        if variant in first
    ]
    return join_shared(found)


def score_shared_methods(
    predictions: Mapping[str, pd.DataFrame],
    annotations: Mapping[str, Segmentation],
    methods: Sequence[str],
    *,
    experiment: str = "",
    seed: int = 0,
) -> SharedScores:
    """Score the predictions of several methods as :func:`score_shared` does.

    Parameters
    ----------
    predictions : mapping of str to DataFrame
        Recording -> a row per frame; columns ``frame``, ``time_s`` and ``<method>.<variant>``. At
        least one.
    annotations : mapping of str to Segmentation
        Recording -> annotation of the same frames.
    methods : sequence of str
        Names of the methods.
    experiment : str
        Name of the experiment that the recordings belong to.
    seed : int
        Seed with which the predictions were made.

    Returns
    -------
    SharedScores
        Of each method and variant.

    Raises
    ------
    DataError
        When predictions and annotation of a recording differ in length.
    """
    return join_shared(
        [
            score_shared(
                {name: of_method(table, method) for name, table in predictions.items()},
                annotations,
                method,
                experiment=experiment,
                seed=seed,
            )
            for method in methods
        ]
    )


def annotated_together(
    predictions: Mapping[str, Callable[[], pd.DataFrame]],
    annotations: Mapping[str, Segmentation],
    assigned: ModelAssignment,
) -> Iterator[dict[str, pd.DataFrame]]:
    """Load the predictions of the annotated recordings of every model that several share.

    Parameters
    ----------
    predictions : mapping of str to loader of DataFrame
        Recording -> cluster of every frame.
    annotations : mapping of str to Segmentation
        Recording -> its annotated segments; a recording that is not annotated is absent.
    assigned : ModelAssignment
        Model of every recording.

    Yields
    ------
    dict of str to DataFrame
        Recording -> its predictions, of one model; at least one.
    """
    for names in assigned.recordings_of_each(predictions).values():
        annotated = [name for name in names if name in annotations]
        if len(names) > 1 and annotated:
            yield {name: predictions[name]() for name in annotated}


def join_shared(scores: Sequence[SharedScores]) -> SharedScores:
    """Join the scores of methods, variants or models.

    Parameters
    ----------
    scores : sequence of SharedScores
        Any number of them.

    Returns
    -------
    SharedScores
        All rows; tables have their columns also where there is none.
    """
    rows = [table.scores.to_dict("records") for table in scores]
    recalls = [table.recalls.to_dict("records") for table in scores]
    return SharedScores(
        pd.DataFrame([row for some in rows for row in some], columns=COLUMNS),
        pd.DataFrame([row for some in recalls for row in some], columns=RECALL_COLUMNS),
    )


def _comparisons(
    predictions: Mapping[str, pd.DataFrame], annotations: Mapping[str, Segmentation], variant: str
) -> dict[str, Comparison]:
    """What was seen of each recording."""
    return {
        name: Comparison.of_seen(table[variant].to_numpy(), annotations[name], frame_rate_of(table))
        for name, table in predictions.items()
    }


def _of_variant(pairs: Mapping[str, Comparison], setting: dict[str, Any]) -> SharedScores:
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
    recalls = [
        {"sequence": sequence} | row
        for sequence, pair in pairs.items()
        for row in _recalls(pair.predicted, pair.annotated, names)
    ]
    recalls += [{"sequence": ALL} | row for row in _recalls(predicted, annotated, names)]
    return SharedScores(
        pd.DataFrame([setting | row for row in rows], columns=COLUMNS),
        pd.DataFrame([setting | row for row in recalls], columns=RECALL_COLUMNS),
    )


def _agreement(
    predicted: Int[np.ndarray, " frames"], annotated: list[str], names: Mapping[int, str]
) -> dict[str, Any]:
    recalls = _recalls(predicted, annotated, names)
    right = np.array(_named(predicted, names)) == np.array(annotated)
    return {
        "clusters": number_of_clusters(pd.Series(predicted)),
        "accuracy": float(right.mean()),
        "ari": float(adjusted_rand_score(annotated, predicted)),
        "ami": float(adjusted_mutual_info_score(annotated, predicted)),
        "macro_recall": float(np.mean([row["recall"] for row in recalls])),
        "behaviours": len(recalls),
    }


def _recalls(
    predicted: Int[np.ndarray, " frames"], annotated: list[str], names: Mapping[int, str]
) -> list[dict[str, Any]]:
    """Share of the frames of each behaviour that lie in its cluster."""
    behaviour = np.array(annotated)
    right = np.array(_named(predicted, names)) == behaviour
    return [
        {"behaviour": name, "frames": int(own.sum()), "recall": float(right[own].mean())}
        for name in sorted(set(annotated))
        for own in [behaviour == name]
    ]


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
