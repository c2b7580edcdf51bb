"""Units of the network that predicts motion, on the synthetic sample's body."""

from dataclasses import replace

import numpy as np
import pytest

from kinembed.analysis.activation_maximisation import (
    AscentParameters,
    MaximisationParameters,
    maximise_units,
    predictor_task,
)
from kinembed.analysis.activation_maximisation.motions import SOURCE, positions_of
from kinembed.motion.features import FeatureParameters
from kinembed.motion.kinematics import forward_kinematics, root_relative
from kinembed.training.motion_prediction import TrainingParameters
from kinembed.training.trained_model import train_model

pytestmark = pytest.mark.slow

TRAINING = TrainingParameters(
    network={"units": 8},
    windows={"source": 10, "target": 4},
    steps=3,
    learning_rate=1e-3,
    device="cpu",
)


@pytest.fixture(scope="module", params=["ground", "absolute"])
def model(request, toy_motion):
    return train_model(toy_motion, FeatureParameters(root=request.param), TRAINING)


@pytest.fixture(scope="module")
def task(model, toy_motion):
    return predictor_task(model, toy_motion)


def test_windows_of_the_sequence_stand_for_held_out_clips(task, model, toy_motion):
    values = model.inputs(toy_motion).numpy()
    windows = task.held_out.values[SOURCE]
    assert windows.shape[1:] == (1, 10, values.shape[1])
    np.testing.assert_array_equal(windows[1, 0], values[5:15])
    rate = toy_motion.frame_rate
    assert task.held_out.names[1] == f"{toy_motion.trial} at {5 / rate:.2f} s"


def test_a_window_is_shown_as_it_was_recorded_but_for_where_it_stands(task, model, toy_motion):
    found = task.positions(task.held_out.values[SOURCE][1])
    part = replace(toy_motion, values=toy_motion.values[5:15])
    expected = root_relative(forward_kinematics(part))
    if model.features.root == "ground":  # the root turns as it does in the first frame
        still = part.values.copy()
        turns = [f"{toy_motion.skeleton.root}.e{axis}" for axis in "xyz"]
        columns = [toy_motion.channels.index(channel) for channel in turns]
        still[:, columns] = toy_motion.values[0, columns]
        expected = root_relative(forward_kinematics(replace(part, values=still)))
    np.testing.assert_allclose(found, expected, atol=2e-3 * np.abs(expected).max())


def test_at_half_speed_speeds_are_halved(model, toy_motion, task):
    channels = model.standardiser.channels
    slower = model.standardiser.invert(task.held_out.slower[SOURCE][3, 0].astype(float))
    normal = model.standardiser.invert(task.held_out.values[SOURCE][3, 0].astype(float))
    at = (10 - 1) / 4 + np.arange(10) / 2
    for column, channel in enumerate(channels):
        expected = np.interp(at, np.arange(10), normal[:, column])
        if channel.endswith("ground_speed"):
            expected /= 2
        np.testing.assert_allclose(slower[:, column], expected, rtol=1e-4, atol=1e-4)


def test_what_is_found_stays_within_what_was_recorded_and_can_be_drawn(task, model, toy_motion):
    ascent = AscentParameters(steps=8, device="cpu")
    wanted = MaximisationParameters(
        layers=["encoder[0]", "encoder[4]"], units=2, seeds=(0,), ascent=ascent
    )
    found = maximise_units(task, wanted)
    assert set(found.table["layer"]) == {"encoder[0]", "encoder[4]"}
    most = np.abs(model.inputs(toy_motion).numpy()).max(axis=0)
    for one in found.found.values():
        assert (np.abs(one.inputs[SOURCE]) <= most * (1 + 1e-5)).all()
        shown = positions_of(model, toy_motion, one.inputs[SOURCE][0])
        assert shown.shape == (10, len(toy_motion.skeleton.joints), 3)
        assert np.isfinite(shown).all()
    assert not any(part.training for part in model.network.modules())
