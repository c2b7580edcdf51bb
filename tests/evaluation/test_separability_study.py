from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from kinembed.core.errors import DataError
from kinembed.evaluation.early_stopping import Check
from kinembed.evaluation.metrics import Separability
from kinembed.evaluation.separability_study import (
    CRITERIA,
    SCORES,
    SeparabilityStudyParameters,
    choose_checks,
    frame_labels_by_step,
    plateau,
    score_checks,
)
from kinembed.motion.motion import Segmentation

ANNOTATION = Segmentation(("calm", "wild"), np.array([[125, 150, 175]]), 300, "toy")


def scored(**columns):
    checks = {"sequence": "a", "step": [10, 20, 30], "ari": [0.2, 0.9, 0.6]}
    flat = dict.fromkeys(CRITERIA, 1.0)
    return pd.DataFrame({**checks, **flat, **columns})


def choice(table, criterion):
    (row,) = choose_checks(table).query("criterion == @criterion").to_dict("records")
    return row


def test_checks_are_scored_step_by_step(toy_motion):
    frames = np.arange(300)
    measures = Separability(0.1, 1.0, 0.2, 0.3)
    checks = [
        Check(10, (frames >= 100).astype(np.int64), measures),
        Check(20, (frames >= 150).astype(np.int64), measures),
    ]
    predictions = frame_labels_by_step(toy_motion, checks)
    assert list(predictions) == ["frame", "time_s", "step_10", "step_20"]
    table = score_checks(pd.DataFrame({"step": [10, 20]}), predictions, ANNOTATION)
    assert table["accuracy"].tolist() == pytest.approx([250 / 300, 1.0])
    assert table["ari"].iloc[1] == 1.0


def test_without_an_annotation_scores_are_undefined(toy_motion):
    check = Check(10, np.zeros(300, dtype=np.int64), Separability(np.nan, np.nan, np.nan, np.nan))
    predictions = frame_labels_by_step(replace(toy_motion, trial="b"), [check])
    table = score_checks(pd.DataFrame({"step": [10]}), predictions, None)
    assert table[list(SCORES)].isna().all(axis=None)


def test_a_choice_by_hand():
    row = choice(scored(silhouette=[0.1, 0.2, 0.3]), "silhouette")
    assert row["step"] == 30
    assert (row["ari"], row["best_ari"], row["last_ari"]) == (0.6, 0.9, 0.6)
    assert row["shortfall"] == pytest.approx(0.3)
    assert row["rank_correlation"] == pytest.approx(0.5)


def test_less_is_better_for_loss_and_davies_bouldin():
    table = scored(loss=[3.0, 2.0, 1.0], davies_bouldin=[2.0, 1.0, 3.0])
    assert choice(table, "loss")["step"] == 30
    assert choice(table, "davies_bouldin")["step"] == 20
    assert choice(table, "davies_bouldin")["shortfall"] == 0.0


def test_rank_correlation_is_undefined_where_nothing_changes():
    assert np.isnan(choice(scored(), "gap")["rank_correlation"])
    assert np.isnan(choice(scored(ari=[0.5] * 3, gap=[1, 2, 3]), "gap")["rank_correlation"])


def test_every_sequence_has_a_choice_by_every_criterion():
    other = scored().assign(sequence="b", ari=np.nan)
    choices = choose_checks(pd.concat([scored(), other]))
    assert list(zip(choices["sequence"], choices["criterion"], strict=True)) == [
        (name, criterion) for name in "ab" for criterion in CRITERIA
    ]
    assert choices.query("sequence == 'b'")["best_ari"].isna().all()


@pytest.mark.parametrize(
    ("ari", "step"),
    [
        ([0.2, 0.9, 0.88], 20),
        ([0.9, 0.2, 0.89], 30),
        ([0.5, 0.5, 0.5], 10),
        ([0.2, 0.9, 0.6], 30),
    ],
)
def test_the_plateau_begins_where_ari_stays_near_its_best(ari, step):
    assert plateau(scored(ari=ari)) == step


def test_the_correlation_before_the_plateau_leaves_later_checks_out():
    table = scored(ari=[0.2, 0.9, 0.89], gap=[1.0, 2.0, 0.0], silhouette=[2.0, 1.0, 3.0])
    assert choice(table, "gap")["correlation_before"] == pytest.approx(1.0)
    assert choice(table, "silhouette")["correlation_before"] == pytest.approx(-1.0)
    assert choice(table, "gap")["plateau"] == 20
    assert np.isnan(choice(scored(ari=[0.9, 0.9, 0.9]), "gap")["correlation_before"])


def test_steps_that_are_checked():
    assert SeparabilityStudyParameters(every=2).checked(5) == (2, 4, 5)
    assert SeparabilityStudyParameters(every=5).checked(10) == (5, 10)
    assert SeparabilityStudyParameters(steps="0 50 25").checked(100) == (0, 25, 50)


def test_a_step_beyond_the_training_is_refused():
    with pytest.raises(DataError, match="step 250 lies beyond the 100 steps of training"):
        SeparabilityStudyParameters(steps=(0, 250, 500)).checked(100)
