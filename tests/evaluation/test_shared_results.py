"""Scores of shared vocabularies, collected and compared on recordings."""

import numpy as np
import pandas as pd
import pytest

from kinembed.core.errors import DataError
from kinembed.evaluation.shared import ALL, COLUMNS
from kinembed.evaluation.shared_results import (
    SUMMARY_COLUMNS,
    collect_shared,
    paired_interval,
    summarise_shared,
)


def scores(method, *accuracies, seed=0):
    """Recordings a, b, ... with an accuracy each, and all of them."""
    names = [*"abcdef"[: len(accuracies)], ALL]
    table = pd.DataFrame({"sequence": names, "accuracy": [*accuracies, 0.1]})
    fixed = {"experiment": "toy", "method": method, "protocol": "shared", "clusters_given": True}
    return table.assign(**fixed, seed=seed, clusters=7).reindex(columns=COLUMNS, fill_value=0.5)


def summary(*tables, held_out=()):
    return summarise_shared(pd.concat(tables), held_out).set_index(["part", "method"])


def test_differences_are_taken_within_recordings():
    found = summary(scores("kinembed", 0.9, 0.7, 0.5), scores("ward", 0.8, 0.6, 0.4))
    row = found.loc["all", "ward"]
    assert row[["difference", "low", "high"]].tolist() == pytest.approx([0.1, 0.1, 0.1])
    assert (row["recordings"], row["clusters"], row["accuracy"]) == (3, 7, pytest.approx(0.6))
    assert found.loc["all", "kinembed"][["difference", "low", "high"]].isna().all()


def test_recordings_that_are_held_out_are_in_no_mean_of_others():
    tables = scores("kinembed", 0.9, 0.7, 0.1), scores("ward", 0.5, 0.5, 0.4)
    found = summary(*tables, held_out=["c"])
    assert found.loc["tuning", "kinembed"]["accuracy"] == pytest.approx(0.8)
    assert found.loc["held_out", "ward"]["difference"] == pytest.approx(-0.3)
    assert np.isnan(found.loc["held_out", "ward"]["low"])
    assert found.loc["tuning", "ward"]["low"] == pytest.approx(0.2)
    assert found.loc["tuning", "ward"]["high"] == pytest.approx(0.4)


def test_seeds_of_a_recording_are_one_observation():
    twice = [scores("kinembed", 0.9, 0.8), scores("kinembed", 0.7, 0.6, seed=1)]
    row = summary(*twice, scores("ward", 0.5, 0.5)).loc["all", "ward"]
    assert row["difference"] == pytest.approx(0.25)
    assert (row["low"], row["high"]) == (pytest.approx(0.2), pytest.approx(0.3))


def test_an_interval_widens_with_the_spread():
    draws = np.random.default_rng(0).normal(size=20)
    low, high = paired_interval(draws)
    assert low < draws.mean() < high
    assert high - low == pytest.approx(2 * 1.96 * draws.std() / np.sqrt(20), rel=0.15)


def test_the_newest_version_of_each_seed_is_collected():
    stored = {
        "shared_scores": {
            "2": lambda: scores("kinembed", 0.9),
            "1": lambda: pd.concat([scores("kinembed", 0.2), scores("kinembed", 0.3, seed=1)]),
        },
        "shared_baseline_scores": {"1": lambda: pd.DataFrame(columns=["sequence"])},
    }
    found = collect_shared(stored)
    of_a = found[found["sequence"] == "a"].set_index("seed")["accuracy"]
    assert of_a.to_dict() == {0: 0.9, 1: 0.3}


def test_a_version_of_another_kinembed_is_named():
    earlier = scores("kinembed", 0.9).drop(columns="macro_recall")
    with pytest.raises(DataError, match="shared_scores, version 1: no column macro_recall"):
        collect_shared({"shared_scores": {"1": lambda: earlier}})


def test_there_are_tables_where_nothing_is_shared():
    assert collect_shared({}).columns.tolist() == COLUMNS
    nothing = summarise_shared(collect_shared({}), ["a"])
    assert nothing.empty
    assert nothing.columns.tolist() == SUMMARY_COLUMNS
