"""A stored video network is the same network; which networks there are."""

import pandas as pd
import pytest
import torch
from pydantic import ValidationError

from kinembed.core.errors import CheckpointError
from kinembed.video.prediction import VideoModel, VideoParameters


def test_a_stored_network_is_the_same(model_of):
    model = model_of(layers=2, conditional=True)
    again = VideoModel.from_bytes(model.to_bytes(), file="v")
    assert again.parameters == model.parameters
    pd.testing.assert_frame_equal(again.history, model.history)
    expected = model.network.state_dict()
    for name, tensor in again.network.state_dict().items():
        assert torch.equal(tensor, expected[name]), name


def test_the_network_before_training_is_another(model_of):
    model = model_of()
    weight = "encoder.layers.0.weight"
    before, after = (one.state_dict()[weight] for one in (model.untrained, model.network))
    assert not torch.equal(before, after)
    torch.testing.assert_close(before, after, atol=0.1, rtol=0)  # three steps lie between


@pytest.mark.parametrize("damage", [lambda c: c[:100], lambda c: b"no file", lambda c: c[:-8]])
def test_a_damaged_file_is_named(model_of, damage):
    with pytest.raises(CheckpointError, match=r"v.safetensors: not a stored video network"):
        VideoModel.from_bytes(damage(model_of().to_bytes()), file="v.safetensors")


def test_every_row_is_trained_with_every_seed():
    rows = {"past": {"task": "autoencoder"}, "both": {"task": "composite", "layers": 2}}
    training = {"network": {"units": 7}, "steps": 9}
    parameters = VideoParameters(rows=rows, seeds="0 4", training=training)
    trainings = parameters.trainings()
    assert list(trainings) == ["past.seed_0", "past.seed_4", "both.seed_0", "both.seed_4"]
    last = trainings["both.seed_4"]
    assert (last.seed, last.steps) == (4, 9)
    assert last.network.model_dump() == {
        "units": 7,
        "layers": 2,
        "task": "composite",
        "conditional": False,
        "values": "binary",
    }
    assert list(parameters.predicting()) == ["both.seed_0", "both.seed_4"]


def test_rows_may_be_chosen():
    rows = {name: {"task": "future"} for name in ("a", "b", "c")}
    chosen = VideoParameters(rows=rows, seeds=(0,), only="c a").trainings()
    assert list(chosen) == ["a.seed_0", "c.seed_0"]


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"only": "a b"}, "only: expected some of a, found b"),
        ({"only": ""}, "only: expected some of a, found none"),
        ({"rows": {}}, "rows"),
        ({"rows": {"a": {"task": "past"}}}, "rows.a.task"),
        ({"rows": {"a.b": {"task": "future"}}}, r"rows\.`a\.b`"),
        ({"training": {"network": {"values": "real"}}}, "moving digits are binary"),
        ({"data": "frame_features"}, "frame features are real, not binary"),
        ({"data": "videos"}, "data"),
        ({"digits": {"held_out": []}}, "digits.held_out"),
        ({"patches": {"side": 30}}, "patches.side"),
        ({"patches": {"held_out": 1.0}}, "patches.held_out"),
    ],
)
def test_parameters_that_cannot_be_meant_are_named(changes, complaint):
    with pytest.raises(ValidationError, match=complaint):
        VideoParameters(**({"rows": {"a": {"task": "future"}}} | changes))
