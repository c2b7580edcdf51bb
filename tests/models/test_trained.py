import pytest
import torch

from kinembed.embeddings import EmbeddingParameters, embed
from kinembed.errors import CheckpointError, DataError
from kinembed.features import FeatureParameters
from kinembed.models.trained import TrainedModel, train_model
from kinembed.training import TrainingParameters

TRAINING = TrainingParameters(
    network={"units": 6}, windows={"source": 6, "target": 4}, steps=4, batch_size=3, device="cpu"
)


@pytest.fixture(scope="module")
def model(toy_motion):
    return train_model(toy_motion, FeatureParameters(), TRAINING)


def test_a_stored_model_embeds_like_the_one_in_memory(model, toy_motion):
    restored = TrainedModel.from_bytes(model.to_bytes(), file="model.safetensors")
    first, second = (embed(one, toy_motion, EmbeddingParameters()) for one in (model, restored))
    assert (first.values == second.values).all()
    assert restored.training == TRAINING
    assert restored.skeleton == toy_motion.skeleton
    assert restored.history.equals(model.history)


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


def test_a_motion_with_other_channels_is_refused_by_name(model, toy_motion):
    from dataclasses import replace

    renamed = tuple(channel.replace("arm.ey", "leg.ey") for channel in toy_motion.channels)
    with pytest.raises(DataError, match="lacks: arm.ey"):
        model.inputs(replace(toy_motion, channels=renamed))
