import numpy as np
import pandas as pd
import pytest
from pydantic import ValidationError

from kinembed.analysis.state_dynamics import (
    Interpretation,
    InterpretationParameters,
    fit_pod,
    interpret,
    window_states,
)
from kinembed.core.errors import DataError
from kinembed.motion.windows import window_starts

CLUSTERS = np.repeat([1, 0], [140, 160])
PARAMETERS = InterpretationParameters(stride=10, components=4)


@pytest.fixture(scope="module")
def interpretation(untrained, toy_motion):
    return interpret(untrained, toy_motion, CLUSTERS, PARAMETERS)


def test_projections_are_those_of_the_pod(interpretation, untrained, toy_motion):
    starts = window_starts(300, untrained.training.windows, 10)
    states = window_states(untrained, toy_motion, starts)
    for name, part in (("both", states.both), ("decoder", states.decoder)):
        rows = interpretation.projections.query(f"pod == {name!r}")
        expected = fit_pod(part, 4).project(part)
        found = rows.filter(like="component_").to_numpy().reshape(expected.shape)
        np.testing.assert_allclose(found, expected, atol=1e-5)
        np.testing.assert_array_equal(rows["window"].unique(), starts)


def test_windows_carry_their_cluster_and_steps_their_part(interpretation):
    rows = interpretation.projections.query("pod == 'both'")
    first = rows.groupby("window").first()["cluster"]
    assert first.loc[[0, 120, 130, 140]].tolist() == [1, 1, -1, 0]
    assert rows["step"].tolist() == list(range(14)) * rows["window"].nunique()
    parts = rows.groupby("step")["part"].unique()
    assert [part for (part,) in parts] == ["encoder"] * 8 + ["decoder"] * 6
    decoder = interpretation.projections.query("pod == 'decoder'")
    assert decoder["step"].unique().tolist() == list(range(8, 14))


def test_averages_are_means_of_projections(interpretation):
    keys = ["pod", "cluster", "step"]
    pure = interpretation.projections.query("cluster >= 0")
    expected = pure.drop(columns=["part", "window"]).groupby(keys).mean()
    found = interpretation.averages.drop(columns="part").set_index(keys).sort_index()
    pd.testing.assert_frame_equal(found, expected, check_dtype=False, atol=1e-5)


def test_every_table_speaks_of_both_pods_and_all_components(interpretation):
    for table in (interpretation.variance, interpretation.joints):
        groups = table.groupby("pod")["component"].unique()
        assert {name: list(found) for name, found in groups.items()} == {
            "both": [1, 2, 3, 4],
            "decoder": [1, 2, 3, 4],
        }
    shares = interpretation.variance.groupby("pod")["explained_variance"].sum()
    assert ((shares > 0.5) & (shares <= 1)).all()


def test_it_survives_being_stored(interpretation):
    files = interpretation.to_files()
    assert {"projections.parquet", "settling.parquet", "distances.parquet"} <= set(files)
    stored = Interpretation.from_files(files)
    for name, table in vars(interpretation).items():
        pd.testing.assert_frame_equal(getattr(stored, name), table)


def test_equal_input_gives_equal_tables(interpretation, untrained, toy_motion):
    again = interpret(untrained, toy_motion, CLUSTERS, PARAMETERS)
    assert again.to_files() == interpretation.to_files()


def test_clusters_that_change_all_the_time_are_refused(untrained, toy_motion):
    flickering = np.arange(300) % 2
    with pytest.raises(DataError, match="no two lie wholly within one cluster"):
        interpret(untrained, toy_motion, flickering, PARAMETERS)


def test_at_least_three_components_are_kept():
    with pytest.raises(ValidationError, match="components"):
        InterpretationParameters(components=2)
