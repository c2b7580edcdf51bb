"""From a task to tables, on a small network."""

import logging

import numpy as np
import pytest
import torch

from kinembed.analysis.activation_maximisation import (
    AscentParameters,
    HeldOut,
    MaximisationParameters,
    MaximisationTask,
    maximise,
    maximise_units,
)
from kinembed.analysis.activation_maximisation.targets import Target
from kinembed.analysis.activation_maximisation.unit_results import COLUMNS
from kinembed.core.errors import DataError

pytestmark = pytest.mark.slow

QUICK = AscentParameters(steps=10, device="cpu")


@pytest.fixture
def task(studied):
    with torch.no_grad():  # unit 1 of layer 1 is dead
        studied.network[0].weight[1] = 0
        studied.network[0].bias[1] = -1
    values = np.random.default_rng(0).normal(size=(6, 3, 8, 4)).astype(np.float32)
    clips = HeldOut(
        {"body": values}, {"body": values / 2}, ("a", "b", "c", "d", "e", "f"), tuple("xxxyyy")
    )
    return MaximisationTask(
        studied, clips, 20.0, "body", classifier="4", classes=("walk", "run", "jump")
    )


def parameters(**others):
    return MaximisationParameters(layers=["1", "4"], seeds=(0, 1), ascent=QUICK, **others)


@pytest.fixture
def found(task, caplog):
    with caplog.at_level(logging.WARNING):
        result = maximise_units(task, parameters(units=3, top_clips=2))
    return result, caplog.text


def test_every_unit_chi_and_seed_has_a_row(found):
    table = found[0].table
    assert list(table) == COLUMNS
    assert table.groupby(["layer", "unit"]).size().eq(6).all()
    assert table["layer"].value_counts().to_dict()["1"] == 18
    assert table["appearance_drop"].isna().all()
    assert table["class_probability"].notna().equals(table["layer"] == "4")


def test_dead_units_are_left_out_and_named(found):
    result, log = found
    assert "Of layer 1 never fire on held-out clips, and are left out: units 1" in log
    assert 1 not in result.table.loc[result.table["layer"] == "1", "unit"].tolist()
    assert result.layers["dead"].tolist()[0] == 1
    assert result.units.query("layer == '4'")["class"].tolist() == ["walk", "run", "jump"]


def test_ratios_are_to_the_largest_activation_on_held_out_clips(found, task):
    result = found[0]
    row = result.table.query("layer == '1'").iloc[3]
    target = Target(int(row["unit"]), float(row["chi"]), int(row["seed"]))
    largest = result.units.query("layer == '1'")["largest"].to_numpy()
    alone = maximise(task.studied, "1", [target], largest, QUICK)
    ratio = alone.activations[0] / largest[target.unit]
    assert row["activation_ratio"] == pytest.approx(ratio, rel=1e-3)


def test_units_can_be_named(task):
    result = maximise_units(task, parameters(only={"1": (0, 1, 5)}, chi=(0.0,)))
    assert result.table.query("layer == '1'")["unit"].unique().tolist() == [0, 5]
    with pytest.raises(DataError, match="layer '1' has the units 0 to 5, not 6"):
        maximise_units(task, parameters(only={"1": (0, 6)}))


def test_a_layer_that_is_dead_altogether_is_named(task):
    with torch.no_grad():
        task.studied.network[0].weight.zero_()
        task.studied.network[0].bias.fill_(-1)
    with pytest.raises(DataError, match="no unit of layer '1' ever fires"):
        maximise_units(task, parameters())
