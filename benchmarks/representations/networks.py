"""States of recurrent networks, trained in one way or another or not at all."""

from dataclasses import replace
from typing import Any

from kinembed.segmentation.embedding import Embeddings, embed
from kinembed.segmentation.stages import untrained_model
from kinembed.training.motion_prediction import TrainingParameters
from kinembed.training.trained_model import train_model
from representations.recording import Recording


def changed(recording: Recording, seed: int, changes: dict[str, Any]) -> TrainingParameters:
    """How the method trains, with changes."""
    settings = recording.stages.training.model_dump() | changes | {"seed": seed}
    return TrainingParameters.model_validate(settings)


def trained(recording: Recording, seed: int, **changes: Any) -> Embeddings:
    """States of the network of the method, trained with changes."""
    training = changed(recording, seed, changes)
    model = train_model(recording.motion, recording.stages.features, training)
    return embed(model, recording.motion, recording.stages.embedding)


def untrained(recording: Recording, seed: int, units: int) -> Embeddings:
    """States of a network with its first weights."""
    training = changed(recording, seed, {"network": {"units": units}})
    stages = replace(recording.stages, training=training)
    return embed(untrained_model([recording.motion], stages), recording.motion, stages.embedding)
