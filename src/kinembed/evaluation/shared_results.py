"""Scores of shared vocabularies in one table, and by how much methods differ on recordings.

A recording is the unit: differences are those within recordings, and intervals are those of their
mean, resampled over recordings.
"""

from collections.abc import Callable, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any

import numpy as np
import pandas as pd
from jaxtyping import Float
from scipy.stats import bootstrap

from kinembed.evaluation.results import DIGITS, newest_of_each_seed
from kinembed.evaluation.scores import NETWORK
from kinembed.evaluation.shared import ALL, COLUMNS, MEASURES

TABLES = ("shared_scores", "shared_baseline_scores")
"""Datasets that hold scores of shared vocabularies."""
DRAWS = 9999
"""Bootstrap samples."""
INTERVAL = ["difference", "low", "high"]
SUMMARY_COLUMNS = [
    *("part", "clusters_given", "method", "recordings", "seeds", "clusters"),
    *MEASURES,
    *INTERVAL,
]
"""Columns of a summary."""


def collect_shared(
    stored: Mapping[str, Mapping[str, Callable[[], pd.DataFrame]]],
) -> pd.DataFrame:
    """Collect the newest version of each seed of all methods.

    Parameters
    ----------
    stored : mapping of str to mapping of str to callable
        Table -> version -> loader of the scores; newer versions sort after older ones.

    Returns
    -------
    DataFrame
        Columns :data:`kinembed.evaluation.shared.COLUMNS`, rounded to 4 decimals; no row where no
        vocabulary was shared.

    Raises
    ------
    DataError
        When a version that has rows lacks a column.
    """
    found = [
        table[COLUMNS]
        for name in TABLES
        for _, table in newest_of_each_seed(name, stored.get(name, {}), COLUMNS)
    ]
    if not found:
        return pd.DataFrame(columns=COLUMNS)
    return pd.concat(found, ignore_index=True).round(DIGITS)


def summarise_shared(scores: pd.DataFrame, held_out: Sequence[str]) -> pd.DataFrame:
    """Average scores over recordings, and compare the network with each method in pairs.

    Parameters
    ----------
    scores : DataFrame
        Columns :data:`kinembed.evaluation.shared.COLUMNS`, of one experiment.
    held_out : sequence of str
        Names of recordings that no choice was made on, ``*`` being anything; their means stand
        by themselves.

    Returns
    -------
    DataFrame
        Columns :data:`SUMMARY_COLUMNS`: a row per set of recordings (``part``: ``held_out`` and
        ``tuning``, or ``all`` where none is held out), way of counting clusters and method;
        ``clusters`` are those of all recordings together. ``difference`` is the accuracy of the
        network less that of the method, ``low`` and ``high`` the 95 % bootstrap interval of its
        mean over recordings; NaN for the network itself, and the interval for fewer than two
        recordings.
    """
    rows = [
        {"part": name, "clusters_given": given} | row
        for name, some in _sets(scores, held_out)
        for given, table in some.groupby("clusters_given", sort=True)
        for row in _methods(table, scores[scores["clusters_given"] == given])
    ]
    table = pd.DataFrame(rows, columns=SUMMARY_COLUMNS)
    order = ["part", "clusters_given", "accuracy"]
    return table.sort_values(order, ascending=[True, False, False], ignore_index=True)


def paired_interval(differences: Float[np.ndarray, " recordings"]) -> tuple[float, float]:
    """Resample recordings, for the 95 % interval of a mean difference.

    Parameters
    ----------
    differences : ndarray of float, shape (recordings,)
        Difference of two methods on each recording.

    Returns
    -------
    tuple of float
        Lower and upper percentile of the means; NaN for fewer than two recordings.
    """
    if len(differences) < 2:
        return np.nan, np.nan
    # BCa has no value where all differences are the same; percentiles always have one.
    found = bootstrap(
        (differences,), np.mean, n_resamples=DRAWS, method="percentile", random_state=0
    ).confidence_interval
    return float(found.low), float(found.high)


def _sets(scores: pd.DataFrame, held_out: Sequence[str]) -> list[tuple[str, pd.DataFrame]]:
    """Rows of recordings, apart where some are held out."""
    of_recordings = scores[scores["sequence"] != ALL]
    if not held_out:
        return [("all", of_recordings)]
    names = of_recordings["sequence"].astype(str)
    out = np.array([any(fnmatchcase(name, one) for one in held_out) for name in names], dtype=bool)
    return [("held_out", of_recordings[out]), ("tuning", of_recordings[~out])]


def _methods(of_recordings: pd.DataFrame, scores: pd.DataFrame) -> list[dict[str, Any]]:
    """A row per method; scores of a recording are means over seeds."""
    clusters = scores[scores["sequence"] == ALL].groupby("method")["clusters"].mean()
    seeds = of_recordings.groupby("method")["seed"].nunique()
    means = of_recordings.groupby(["method", "sequence"])[MEASURES].mean()
    accuracies = means["accuracy"].unstack("method")
    return [
        {"method": method, "recordings": len(table), "seeds": seeds[method]}
        | {"clusters": clusters[method]}
        | {measure: float(table[measure].mean()) for measure in MEASURES}
        | _difference(accuracies, str(method))
        for method, table in means.groupby("method")
    ]


def _difference(accuracies: pd.DataFrame, method: str) -> dict[str, float]:
    """By how much the network is better, on the recordings that both have scores of."""
    if method == NETWORK or NETWORK not in accuracies:
        return dict.fromkeys(INTERVAL, np.nan)
    found = (accuracies[NETWORK] - accuracies[method]).dropna().to_numpy()
    return dict(zip(INTERVAL, (float(found.mean()), *paired_interval(found)), strict=True))
