"""Scores of the runs of an ablation, and what each run is."""

from typing import Any

import pandas as pd

from kinembed.evaluation.ablation.parameters import AblationParameters, AblationRow
from kinembed.evaluation.scores import mean_scores, score_methods
from kinembed.motion.motion import Segmentation


def score_runs(
    sequence: str, predictions: pd.DataFrame, annotation: Segmentation
) -> list[dict[str, Any]]:
    """Score every run and variant on one sequence.

    Parameters
    ----------
    sequence : str
        Name of the sequence.
    predictions : DataFrame
        Columns ``frame``, ``time_s`` and ``<run>.<variant>``.
    annotation : Segmentation
        Annotation of the same frames.

    Returns
    -------
    list of dict
        A row per run and variant, by column of :func:`kinembed.evaluation.scores.score_columns`;
        ``method`` is the row of the ablation and ``seed`` the seed of the run.

    Raises
    ------
    DataError
        When predictions and annotation differ in length.
    """
    columns = map(str, predictions.columns.drop(["frame", "time_s"]))
    runs = dict.fromkeys(name.rpartition(".")[0] for name in columns)
    scores = score_methods(sequence, predictions, annotation, list(runs))
    return [row | _row_and_seed(row["method"]) for row in scores]


def describe_runs(
    scores: pd.DataFrame, parameters: AblationParameters
) -> dict[str, dict[str, dict[str, Any]]]:
    """Describe each scored run by what it changes and what it scores.

    Parameters
    ----------
    scores : DataFrame
        Columns of :func:`kinembed.evaluation.scores.score_columns`, from :func:`score_runs`.
    parameters : AblationParameters
        Rows of the ablation.

    Returns
    -------
    dict of str to dict
        Name of a run -> ``params`` (``row``, ``seed`` and what the row changes) and ``metrics``
        (``sequences``, their number, and means over them by variant and measure).
    """
    runs = scores[["method", "seed"]].drop_duplicates().itertuples(index=False)
    return {
        f"{row}.seed_{seed}": {
            "params": {"row": row, "seed": seed} | _description(parameters.rows[row]),
            "metrics": _metrics(scores.query("method == @row and seed == @seed")),
        }
        for row, seed in runs
    }


def _metrics(scores: pd.DataFrame) -> dict[str, Any]:
    return {"sequences": scores["sequence"].nunique()} | mean_scores(scores)


def _description(row: AblationRow) -> dict[str, Any]:
    return row.changes if row.baseline is None else {"baseline": row.baseline}


def _row_and_seed(run: str) -> dict[str, Any]:
    row, _, seed = run.rpartition(".seed_")
    return {"method": row, "seed": int(seed)}
