"""States of recurrent networks, trained in one way or another or not at all."""

from dataclasses import replace
from typing import Any

from kinembed.segmentation.embedding import Embeddings, embed_together, join_embeddings
from kinembed.segmentation.stages import untrained_model
from kinembed.training.motion_prediction import TrainingParameters
from kinembed.training.trained_model import TrainedModel, train_together
from representations.recordings import Recordings


def changed(recordings: Recordings, seed: int, changes: dict[str, Any]) -> TrainingParameters:
    """How the method trains, with changes."""
    settings = recordings.stages.training.model_dump() | changes | {"seed": seed}
    return TrainingParameters.model_validate(settings)


def trained(recordings: Recordings, seed: int, **changes: Any) -> Embeddings:
    """States of the network of the method, trained with changes."""
    training = changed(recordings, seed, changes)
    features, motions = recordings.stages.features, recordings.motions
    model = train_together("fair trial", motions, features, training)
    return joined_states(model, recordings)


def untrained(recordings: Recordings, seed: int, units: int) -> Embeddings:
    """States of a network with its first weights."""
    training = changed(recordings, seed, {"network": {"units": units}})
    stages = replace(recordings.stages, training=training)
    return joined_states(untrained_model(recordings.motions, stages), recordings)


def joined_states(model: TrainedModel, recordings: Recordings) -> Embeddings:
    """States of a network along the motions, one after the other."""
    embedding = recordings.stages.embedding
    return join_embeddings(embed_together(model, recordings.motions, embedding))
