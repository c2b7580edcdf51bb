"""Does separability tell how well a network is trained? Its values at checks beside scores.

Checks use no labels (:mod:`kinembed.evaluation.early_stopping`); annotations enter here.
"""

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

import numpy as np
import pandas as pd
from jaxtyping import Float
from pydantic import Field, PositiveInt
from scipy.stats import spearmanr

from kinembed.core.errors import DataError
from kinembed.core.parameters import Parameters, Steps
from kinembed.evaluation.early_stopping import Check, goodness
from kinembed.evaluation.measures import score_segmentation
from kinembed.evaluation.metrics import Separability
from kinembed.motion.motion import Motion, Segmentation
from kinembed.segmentation.predictions import frame_rate_of, frame_times


class SeparabilityStudyParameters(Parameters):
    """How closely trainings are followed.

    Attributes
    ----------
    every : int
        Steps between checks; each check embeds and clusters the sequence.
    steps : tuple of int or None
        Steps that are checked instead, 0 being before training. None: those that are multiples of
        `every`, and the last.
    """

    every: PositiveInt = Field(
        100, description="steps between checks; each embeds and clusters the sequence"
    )
    steps: Steps | None = Field(
        None,
        description="steps that are checked instead, 0 being before training; null: see `every`",
    )

    def checked(self, last: int) -> tuple[int, ...]:
        """Steps that are checked.

        Parameters
        ----------
        last : int
            Steps of the training.

        Returns
        -------
        tuple of int
            Ascending.

        Raises
        ------
        DataError
            When a step lies beyond the training.
        """
        if self.steps is None:
            return (*range(self.every, last, self.every), last)
        beyond = sorted(step for step in self.steps if step > last)
        if beyond:
            raise DataError(
                f"separability_study.steps: step {beyond[0]} lies beyond the {last} steps of "
                "training; leave it out or raise training.steps"
            )
        return tuple(sorted(set(self.steps)))


SCORES = ("accuracy", "ari", "ami", "boundary_f1")
PLATEAU = 0.03
"""How far below its best the ARI of a network may lie that is trained enough."""
CRITERIA = (*(field.name for field in fields(Separability)), "loss")
"""What a check can be chosen by; the loss of prediction stands there for comparison."""


def frame_labels_by_step(motion: Motion, checks: Sequence[Check]) -> pd.DataFrame:
    """Make a table of the clusters of every frame at every check.

    Parameters
    ----------
    motion : Motion
        Sequence that was checked.
    checks : sequence of Check
        Checks of its training.

    Returns
    -------
    DataFrame
        Columns ``frame``, ``time_s`` (seconds) and ``step_<step>`` for each check (int16).
    """
    columns = {f"step_{check.step}": check.frame_labels.astype(np.int16) for check in checks}
    return frame_times(len(motion), motion.frame_rate).assign(**columns)


def score_checks(
    checks: pd.DataFrame, predictions: pd.DataFrame, annotation: Segmentation | None
) -> pd.DataFrame:
    """Add the scores of their clusters to the checks of one sequence.

    Parameters
    ----------
    checks : DataFrame
        A row per check, as :func:`kinembed.evaluation.early_stopping.follow_training` returns them.
    predictions : DataFrame
        Clusters of every frame at every check, from :func:`frame_labels_by_step`.
    annotation : Segmentation or None
        Annotation of the sequence; None: it has none.

    Returns
    -------
    DataFrame
        `checks` with a column for each of :data:`SCORES`; NaN without an annotation.

    Raises
    ------
    DataError
        When predictions and annotation differ in length.
    """
    if annotation is None:
        return checks.assign(**dict.fromkeys(SCORES, float("nan")))
    rate = frame_rate_of(predictions)
    scores = [
        score_segmentation(predictions[f"step_{step}"].to_numpy(), annotation, rate)
        for step in checks["step"]
    ]
    return checks.assign(**{name: [score[name] for score in scores] for name in SCORES})


def choose_checks(scored: pd.DataFrame) -> pd.DataFrame:
    """Compare the check that each criterion chooses with the best one, for every sequence.

    Parameters
    ----------
    scored : DataFrame
        A row per check: ``sequence``, ``step``, each of :data:`CRITERIA` and each of
        :data:`SCORES`.

    Returns
    -------
    DataFrame
        A row per sequence and criterion: ``sequence``, ``criterion``, ``step`` (chosen), ``ari``
        (there), ``best_ari`` (of all checks), ``shortfall`` (``best_ari - ari``), ``last_ari``,
        ``rank_correlation`` (Spearman's, between goodness and ARI over the checks), ``plateau`` (as
        :func:`plateau` finds it) and ``correlation_before`` (over the checks up to it).
        Correlations are NaN where one of both never changes or the criterion has no value at a
        check.
    """
    rows = [
        {"sequence": sequence, "criterion": criterion} | _choice(checks, criterion)
        for sequence, checks in scored.groupby("sequence", sort=False)
        for criterion in CRITERIA
    ]
    return pd.DataFrame(rows)


def plateau(checks: pd.DataFrame) -> int:
    """Find the step from which training is enough, by the annotation.

    Parameters
    ----------
    checks : DataFrame
        Checks of one sequence, ``step`` ascending, with ``ari``.

    Returns
    -------
    int
        First step from which on ``ari`` stays within :data:`PLATEAU` of its best; the last one
        where even that falls short.
    """
    short = checks["ari"].to_numpy() < checks["ari"].max() - PLATEAU
    reached = np.flatnonzero(short).max(initial=-1) + 1
    return int(checks["step"].iloc[min(reached, len(checks) - 1)])


def _choice(checks: pd.DataFrame, criterion: str) -> dict[str, Any]:
    good = goodness(checks[criterion].to_numpy(), criterion)
    ari = checks["ari"].to_numpy()
    chosen, enough = int(np.argmax(good)), plateau(checks)
    before = (checks["step"] <= enough).to_numpy()
    return {
        "step": int(checks["step"].iloc[chosen]),
        "ari": float(ari[chosen]),
        "best_ari": float(ari.max()),
        "shortfall": float(ari.max() - ari[chosen]),
        "last_ari": float(ari[-1]),
        "rank_correlation": _correlation(good, ari),
        "plateau": enough,
        "correlation_before": _correlation(good[before], ari[before]),
    }


def _correlation(good: Float[np.ndarray, "checks"], ari: Float[np.ndarray, "checks"]) -> float:
    """Spearman's; NaN where one of both never changes, or the criterion has no value at a check."""
    vary = np.ptp(ari) > 0 and np.isfinite(good).all() and np.ptp(good) > 0
    return float(spearmanr(good, ari).statistic) if vary else float("nan")
