import json
from dataclasses import replace

import numpy as np
import pytest
import torch
from safetensors.torch import load, save

from kinembed.core.errors import CheckpointError, DataError
from kinembed.motion.features import FeatureParameters
from kinembed.motion.visibility import Point, Visibility
from kinembed.networks.published_gru import PublishedGru
from kinembed.segmentation.embedding import EmbeddingParameters, embed
from kinembed.training.motion_prediction import TrainingParameters
from kinembed.training.safetensors_file import read_header
from kinembed.training.trained_model import FORMAT, TrainedModel, train_model, train_together

TRAINING = TrainingParameters(
    network={"units": 6}, windows={"source": 6, "target": 4}, steps=4, batch_size=3, device="cpu"
)


@pytest.fixture(scope="module")
def model(toy_motion):
    return train_model(toy_motion, FeatureParameters(), TRAINING)


def assert_same_weights(first, second):
    torch.testing.assert_close(
        dict(first.network.state_dict()), dict(second.network.state_dict()), rtol=0, atol=0
    )


def test_a_stored_model_embeds_like_the_one_in_memory(model, toy_motion):
    restored = TrainedModel.from_bytes(model.to_bytes(), file="model.safetensors")
    first, second = (embed(one, toy_motion, EmbeddingParameters()) for one in (model, restored))
    assert (first.values == second.values).all()
    assert restored.training == TRAINING
    assert restored.skeleton == toy_motion.skeleton
    assert restored.history.equals(model.history)


def test_every_column_of_the_history_is_kept(model):
    history = model.history.assign(fidelity=[0.5], continuity=[float("nan")])
    content = replace(model, history=history).to_bytes()
    assert TrainedModel.from_bytes(content, file="m").history.equals(history)


def test_models_that_name_no_columns_have_step_and_loss(model):
    """They were stored before histories had others."""
    content = model.to_bytes()
    header = read_header(content, FORMAT)
    del header["history"], header["training"]["objective"]
    older = save(load(content), {FORMAT: json.dumps(header)})
    restored = TrainedModel.from_bytes(older, file="m")
    assert restored.history.equals(model.history)
    assert restored.training == model.training


def test_models_that_name_no_cell_have_the_gru_of_torch(model):
    """They were stored before networks had others, and windows other draws and targets."""
    content = model.to_bytes()
    header = read_header(content, FORMAT)
    del header["training"]["network"]["cell"]
    del header["training"]["window_draw"], header["training"]["targets"]
    older = save(load(content), {FORMAT: json.dumps(header)})
    restored = TrainedModel.from_bytes(older, file="m")
    assert isinstance(restored.network.encoder, torch.nn.GRU)
    assert restored.training == model.training
    assert_same_weights(restored, model)


def test_a_stored_model_of_the_published_method_is_the_one_in_memory(toy_motion):
    network = TRAINING.network.model_copy(update={"cell": "published_gru"})
    changes = {"network": network, "objective": "joint", "window_draw": "segment"}
    model = train_model(toy_motion, FeatureParameters(), TRAINING.model_copy(update=changes))
    restored = TrainedModel.from_bytes(model.to_bytes(), file="m")
    assert restored.training == model.training
    assert isinstance(restored.network.encoder, PublishedGru)
    assert_same_weights(restored, model)


def test_what_was_not_seen_is_not_learnt(model, toy_motion):
    points = np.zeros((len(toy_motion), 3), np.int8)
    seen = np.ones(len(points), dtype=bool)
    all_seen = replace(toy_motion, visibility=Visibility(points, seen))
    points = points.copy()
    points[::2, 1] = Point.MASKED
    gaps = replace(toy_motion, visibility=Visibility(points, seen))
    same, other = (train_model(one, FeatureParameters(), TRAINING) for one in (all_seen, gaps))
    first = model.network.state_dict()
    assert all(
        torch.equal(first[name], weight) for name, weight in same.network.state_dict().items()
    )
    assert not torch.equal(first["readout.bias"], other.network.state_dict()["readout.bias"])


def test_a_channel_that_does_not_vary_needs_no_weight(toy_motion):
    values = toy_motion.values.copy()
    values[:, toy_motion.channels.index("arm.ex")] = 0.5
    points = np.zeros((len(toy_motion), 3), np.int8)
    points[::2, 1] = Point.MASKED
    seen = Visibility(points, np.ones(len(points), dtype=bool))
    still = replace(toy_motion, values=values, visibility=seen)
    model = train_model(still, FeatureParameters(), TRAINING)
    assert "arm.ex" not in model.standardiser.channels


class EndsAtOnce:
    """A callback that ends the training at its first check."""

    every = 2

    def check(self, step, network):  # noqa: ARG002
        return True

    def tensors(self):
        return {}

    def restore(self, tensors):
        pass

    def identity(self):
        return {}


def test_cuts_and_callback_reach_the_training(toy_motion):
    with pytest.raises(DataError, match="has no interval that is not shorter"):
        train_model(toy_motion, FeatureParameters(), TRAINING, cuts=range(9, 300, 9))
    ended = train_model(toy_motion, FeatureParameters(), TRAINING, callback=EndsAtOnce())
    assert ended.history["step"].tolist() == [2]


def test_inputs_are_standardised_single_precision(model, toy_motion):
    inputs = model.inputs(toy_motion)
    assert inputs.dtype == torch.float32
    assert inputs.mean(dim=0).abs().max() < 1e-4


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: b"",
        lambda content: content[: len(content) // 2],
        lambda content: b"PK\x03\x04" + content,
        lambda content: content.replace(b"kinembed model 1", b"kinembed model 9"),
    ],
    ids=["empty", "truncated", "another format", "another version"],
)
def test_damaged_files_are_named(model, damage):
    with pytest.raises(CheckpointError, match="model.safetensors: not a stored model"):
        TrainedModel.from_bytes(damage(model.to_bytes()), file="model.safetensors")


@pytest.mark.parametrize(
    "changes",
    [
        {"training": {"steps": "many"}},
        {"features": {"unknown": 1}},
        {"features": None},
        {"skeleton": {}},
        {"skeleton": []},
        {"standardiser": None},
        {"history": 3},
    ],
    ids=lambda changes: json.dumps(changes),
)
def test_a_header_that_does_not_fit_is_named(model, changes):
    content = model.to_bytes()
    header = read_header(content, FORMAT) | changes
    damaged = save(load(content), {FORMAT: json.dumps(header)})
    with pytest.raises(CheckpointError, match="model.safetensors: not a stored model"):
        TrainedModel.from_bytes(damaged, file="model.safetensors")


def test_a_header_without_fields_is_named(model):
    damaged = save(load(model.to_bytes()), {FORMAT: "[]"})
    with pytest.raises(CheckpointError, match="model.safetensors: not a stored model"):
        TrainedModel.from_bytes(damaged, file="model.safetensors")


def test_a_motion_with_other_channels_is_refused_by_name(model, toy_motion):
    renamed = tuple(channel.replace("arm.ey", "leg.ey") for channel in toy_motion.channels)
    with pytest.raises(DataError, match="lacks: arm.ey"):
        model.inputs(replace(toy_motion, channels=renamed))


def test_a_motion_of_another_skeleton_is_refused_by_its_joints(model, toy_motion):
    skeleton = replace(toy_motion.skeleton, joints=("hips", "wing", "wing_end"))
    channels = tuple(channel.replace("arm.", "wing.") for channel in toy_motion.channels)
    motion = replace(toy_motion, channels=channels, skeleton=skeleton)
    message = "lacks its joints arm and has others, wing, wing_end; use a model"
    with pytest.raises(DataError, match=message):
        model.inputs(motion)


def test_a_recording_shorter_than_a_window_is_named_before_anything_is_trained(toy_motion):
    short = replace(toy_motion, values=toy_motion.values[:9], trial="short")
    with pytest.raises(DataError, match=r"^short: a sequence of 9 frames is shorter than one"):
        train_together("all", [toy_motion, short], FeatureParameters(), TRAINING)
