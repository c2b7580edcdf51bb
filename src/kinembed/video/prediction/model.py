"""A trained video network with all it takes to use it: one artefact, no pickle.

Stored as safetensors: weights and history as tensors, parameters as JSON in the header.
"""

from dataclasses import dataclass

import pandas as pd
from safetensors import SafetensorError
from safetensors.torch import load, save

from kinembed.core.errors import CheckpointError
from kinembed.networks.video_lstm import VideoLstm
from kinembed.training.checkpoints import CheckpointFolder
from kinembed.training.safetensors_file import read_header, take_history, tensors_of
from kinembed.video.prediction.sources import WindowSource
from kinembed.video.prediction.training import VideoTrainingParameters, fit, initial_network

FORMAT = "kinembed video network 1"


@dataclass(frozen=True, eq=False)
class VideoModel:
    """A network, what shaped it, and how its loss fell (columns ``step``, ``loss``)."""

    network: VideoLstm
    parameters: VideoTrainingParameters
    history: pd.DataFrame

    @property
    def untrained(self) -> VideoLstm:
        """The network from which training began."""
        return initial_network(self.network.channels, self.parameters)

    def to_bytes(self) -> bytes:
        """The artefact as a safetensors file."""
        tensors = tensors_of(self.network, self.history)
        return save(tensors, {FORMAT: self.parameters.model_dump_json()})

    @classmethod
    def from_bytes(cls, content: bytes, *, file: str) -> "VideoModel":
        """Inverse of :meth:`to_bytes`; raises CheckpointError when `file` is not such a file."""
        try:
            header, tensors = read_header(content, FORMAT), load(content)
            history = take_history(tensors)
            parameters = VideoTrainingParameters.model_validate(header)
            channels = tensors["encoder.layers.0.weight"].shape[1]
            network = initial_network(channels, parameters)
            network.load_state_dict(tensors)
        except (SafetensorError, KeyError, ValueError, RuntimeError) as error:
            raise CheckpointError(f"{file}: not a stored video network ({error})") from error
        return cls(network, parameters, history)


def train_video_model(
    source: WindowSource,
    parameters: VideoTrainingParameters,
    name: str,
    checkpoints: CheckpointFolder | None = None,
) -> VideoModel:
    """Train on windows of a source (see :func:`kinembed.video.prediction.training.fit`)."""
    result = fit(source, parameters, name=name, checkpoints=checkpoints)
    return VideoModel(result.network.cpu(), parameters, result.history)
