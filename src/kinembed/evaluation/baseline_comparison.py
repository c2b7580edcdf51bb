"""The network beside the simple methods, on the same sequences and scored by the same code.

A baseline uses the number of clusters that the network was given (variant ``given``) or, where
none is given, the number that the network estimated (variant ``estimated``): methods then differ
in where they draw boundaries and not in how well they count. Where several recordings share a
vocabulary, what stands instead of the network's states estimates the number by itself, in the
network's way.
"""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from kinembed.core.errors import DataError
from kinembed.evaluation.baselines import (
    BASELINES,
    ESTIMATING,
    TOGETHER,
    BaselineParameters,
    StageParameters,
    predict,
    predict_together,
)
from kinembed.evaluation.scores import score_methods
from kinembed.motion.motion import Motion, Segmentation
from kinembed.segmentation.predictions import number_of_clusters

GROUP = ["method", "protocol", "clusters_given", "seed"]
"""Columns of scores that say what is compared; the others are averaged over sequences."""


def predict_baselines(
    sequence: str,
    motion: Motion,
    predictions: pd.DataFrame,
    parameters: BaselineParameters,
    stages: StageParameters,
) -> pd.DataFrame:
    """Predict the cluster of every frame by every baseline.

    Parameters
    ----------
    sequence : str
        Name of the sequence, which its number of clusters is given for.
    motion : Motion
        Sequence in exponential maps or positions.
    predictions : DataFrame
        Predictions of the network for the same frames: columns ``frame``, ``time_s``, ``estimated``
        and, where the number of clusters was given, ``given``.
    parameters : BaselineParameters
        Settings of the simple baselines.
    stages : StageParameters
        Settings of the network that is compared.

    Returns
    -------
    DataFrame
        Columns ``frame`` and ``time_s`` of `predictions`, and ``<baseline>.<variant>``.

    Raises
    ------
    DataError
        When motion and predictions differ in length, or a baseline cannot be used (see
        :func:`kinembed.evaluation.baselines.predict`).
    """
    _check_length(sequence, motion, predictions)
    numbers = _numbers(sequence, predictions, stages)
    labels = {
        f"{name}.{variant}": predict(name, motion, number, parameters, stages)
        for name in BASELINES
        for variant, number in numbers.items()
    }
    return predictions[["frame", "time_s"]].assign(**labels)


def predict_shared_baselines(
    model: str,
    motions: Mapping[str, Motion],
    predictions: Mapping[str, pd.DataFrame],
    parameters: BaselineParameters,
    stages: StageParameters,
) -> dict[str, pd.DataFrame]:
    """Cluster the recordings that share a model together, by every baseline that can.

    Parameters
    ----------
    model : str
        Name of the model, which its number of clusters is given for.
    motions : mapping of str to Motion
        Recording -> its motion, in exponential maps or positions; at least one.
    predictions : mapping of str to DataFrame
        Recording -> predictions of the network, as in :func:`predict_baselines`.
    parameters : BaselineParameters
        Settings of the simple baselines.
    stages : StageParameters
        Settings of the network that is compared.

    Returns
    -------
    dict of str to DataFrame
        Recording -> columns ``frame``, ``time_s`` and ``<baseline>.<variant>``. Under ``estimated``
        those of :data:`kinembed.evaluation.baselines.ESTIMATING` estimate the number themselves;
        others get the network's.

    Raises
    ------
    DataError
        When motion and predictions of a recording differ in length, or a baseline cannot be used
        (see :func:`kinembed.evaluation.baselines.predict_together`).
    """
    for name, motion in motions.items():
        _check_length(name, motion, predictions[name])
    numbers = _numbers(model, pd.concat(predictions.values()), stages)
    tables = {name: table[["frame", "time_s"]].copy() for name, table in predictions.items()}
    for baseline in TOGETHER:
        wanted = _estimated(numbers) if baseline in ESTIMATING else numbers
        labels = predict_together(
            baseline, [*motions.values()], [*wanted.values()], parameters, stages
        )
        for variant, of_all in zip(wanted, labels, strict=True):
            for name, of_recording in zip(motions, of_all, strict=True):
                tables[name][f"{baseline}.{variant}"] = of_recording
    return tables


def score_baselines(
    sequence: str, predictions: pd.DataFrame, annotation: Segmentation, seed: int
) -> list[dict[str, Any]]:
    """Score every baseline and variant on one sequence.

    Parameters
    ----------
    sequence : str
        Name of the sequence.
    predictions : DataFrame
        Predictions as :func:`predict_baselines` returns them.
    annotation : Segmentation
        Annotation of the same frames.
    seed : int
        Seed with which the predictions were made.

    Returns
    -------
    list of dict
        A row per baseline and variant, by column of
        :func:`kinembed.evaluation.scores.score_columns`.

    Raises
    ------
    DataError
        When predictions and annotation differ in length.
    """
    return score_methods(sequence, predictions, annotation, BASELINES, seed=seed)


def compare(scores: pd.DataFrame) -> pd.DataFrame:
    """Average scores over sequences, per method, protocol, variant and seed.

    Parameters
    ----------
    scores : DataFrame
        Columns of :func:`kinembed.evaluation.scores.score_columns`.

    Returns
    -------
    DataFrame
        Columns :data:`GROUP`, ``sequences`` (their number) and the means. Rows with the number of
        clusters given come first, within them the highest accuracy.
    """
    averaged = scores.columns.difference(["sequence", *GROUP], sort=False).tolist()
    groups = scores.astype(dict.fromkeys(averaged, float)).groupby(GROUP)
    table = groups[averaged].mean()
    table.insert(0, "sequences", groups.size())
    order = ["clusters_given", "accuracy"]
    return table.reset_index().sort_values(order, ascending=False, ignore_index=True)


def _check_length(sequence: str, motion: Motion, predictions: pd.DataFrame) -> None:
    if len(motion) != len(predictions):
        raise DataError(
            f"{sequence}: the motion has {len(motion)} frames but the network's predictions have "
            f"{len(predictions)}; run the stages from concatenation to clustering again"
        )


def _numbers(sequence: str, predictions: pd.DataFrame, stages: StageParameters) -> dict[str, int]:
    """The number of clusters of each variant that the network's predictions have."""
    given = stages.clustering.number_for(sequence) if "given" in predictions else None
    estimated = number_of_clusters(predictions["estimated"])
    return {"estimated": estimated} if given is None else {"given": given, "estimated": estimated}


def _estimated(numbers: Mapping[str, int]) -> dict[str, int | None]:
    """The same, for a method that estimates the number by itself."""
    return {**numbers, "estimated": None}
