"""The network beside the simple methods, on the same sequences and scored by the same code.

A baseline uses the number of clusters that the network was given (variant ``given``) or, where
none is given, the number that the network estimated (variant ``estimated``): methods then differ
in where they draw boundaries and not in how well they count.
"""

from typing import Any

import pandas as pd

from kinembed.core.errors import DataError
from kinembed.evaluation.baselines import BASELINES, BaselineParameters, StageParameters, predict
from kinembed.evaluation.scores import score_methods
from kinembed.motion.motion import Motion, Segmentation

GROUP = ["method", "protocol", "clusters_given", "seed"]
"""Columns of scores that say what is compared; the others are averaged over sequences."""


def predict_baselines(
    sequence: str,
    motion: Motion,
    predictions: pd.DataFrame,
    parameters: BaselineParameters,
    stages: StageParameters,
) -> pd.DataFrame:
    """Clusters of every frame by every baseline: columns ``<baseline>.<variant>``.

    `predictions` are the network's, for the same frames; their ``frame`` and ``time_s`` are kept.
    Raises DataError when motion and predictions differ in length, and what
    :func:`kinembed.evaluation.baselines.predict` raises.
    """
    if len(motion) != len(predictions):
        raise DataError(
            f"{sequence}: the motion has {len(motion)} frames but the network's predictions have "
            f"{len(predictions)}; run the stages from concatenation to clustering again"
        )
    numbers = _numbers(sequence, predictions, stages)
    labels = {
        f"{name}.{variant}": predict(name, motion, number, parameters, stages)
        for name in BASELINES
        for variant, number in numbers.items()
    }
    return predictions[["frame", "time_s"]].assign(**labels)


def score_baselines(
    sequence: str, predictions: pd.DataFrame, annotation: Segmentation, seed: int
) -> list[dict[str, Any]]:
    """One row of scores per baseline and variant; `predictions` as of :func:`predict_baselines`.

    Raises DataError when predictions and annotation differ in length.
    """
    return score_methods(sequence, predictions, annotation, BASELINES, seed=seed)


def compare(scores: pd.DataFrame) -> pd.DataFrame:
    """Means over sequences, per method, variant and seed, with the number of sequences.

    A number of clusters that is given comes first, within it the highest accuracy.
    """
    averaged = scores.columns.difference(["sequence", *GROUP], sort=False).tolist()
    groups = scores.astype(dict.fromkeys(averaged, float)).groupby(GROUP)
    table = groups[averaged].mean()
    table.insert(0, "sequences", groups.size())
    order = ["clusters_given", "accuracy"]
    return table.reset_index().sort_values(order, ascending=False, ignore_index=True)


def _numbers(sequence: str, predictions: pd.DataFrame, stages: StageParameters) -> dict[str, int]:
    """The number of clusters of each variant that the network's predictions have."""
    given = stages.clustering.number_for(sequence) if "given" in predictions else None
    estimated = int(predictions["estimated"].nunique())
    return {"estimated": estimated} if given is None else {"given": given, "estimated": estimated}
