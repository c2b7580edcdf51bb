import numpy as np
import pytest
import torch

from kinembed.motion.features import FeatureParameters
from kinembed.training.motion_prediction import TrainingParameters
from kinembed.training.prediction_error import prediction_error
from kinembed.training.trained_model import train_model


@pytest.fixture(scope="module")
def model(toy_motion):
    training = TrainingParameters(
        network={"units": 6}, windows={"source": 10, "target": 8}, steps=2, device="cpu"
    )
    return train_model(toy_motion, FeatureParameters(), training)


def test_errors_are_those_of_every_window_that_predicts_a_frame(model, toy_motion):
    data = model.inputs(toy_motion)
    squares = [[] for _ in range(300)]
    for start in range(300 - 18 + 1):
        with torch.no_grad():
            target = model.network(data[None, start : start + 10], 8).target[0]
        for step in range(8):
            frame = start + 10 + step
            squares[frame].append(float((target[step] - data[frame]).square().mean()))
    found = prediction_error(model, toy_motion)
    assert np.isnan(found[:10]).all()
    expected = [np.mean(values) ** 0.5 for values in squares[10:]]
    np.testing.assert_allclose(found[10:], expected, rtol=1e-4)


def test_every_frame_after_the_first_source_frames_has_an_error(toy_motion):
    training = TrainingParameters(
        network={"units": 6}, windows={"source": 30, "target": 25}, steps=2, device="cpu"
    )
    model = train_model(toy_motion, FeatureParameters(), training)
    found = prediction_error(model, toy_motion)
    assert np.isnan(found[:30]).all()
    assert np.isfinite(found[30:]).all()
