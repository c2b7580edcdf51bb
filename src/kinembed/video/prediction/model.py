"""A trained video network with all that its use needs: one artefact, no pickle.

Stored as safetensors: weights and history as tensors, parameters as JSON in the header.
"""

from dataclasses import dataclass

import pandas as pd
from safetensors.torch import load, save

from kinembed.core.errors import CheckpointError
from kinembed.networks.video_lstm import VideoLstm
from kinembed.training.checkpoints import CheckpointFolder
from kinembed.training.safetensors_file import UNREADABLE, pop_history, read_header, tensors_of
from kinembed.video.prediction.sources import WindowSource
from kinembed.video.prediction.training import VideoTrainingParameters, fit, initial_network

FORMAT = "kinembed video network 1"


@dataclass(frozen=True, eq=False)
class VideoModel:
    """A network, what shaped it, and how its loss fell.

    Attributes
    ----------
    network : VideoLstm
        The trained network.
    parameters : VideoTrainingParameters
        How it was trained.
    history : DataFrame
        Columns ``step``, ``loss`` (of a frame, added over decoders).
    """

    network: VideoLstm
    parameters: VideoTrainingParameters
    history: pd.DataFrame

    @property
    def untrained(self) -> VideoLstm:
        """The network from which training began.

        Returns
        -------
        VideoLstm
            Made anew from the seed, on the CPU.
        """
        return initial_network(self.network.channels, self.parameters)

    def to_bytes(self) -> bytes:
        """Write the model as the content of a safetensors file.

        Returns
        -------
        bytes
            Weights and history as tensors, parameters as JSON in the header.
        """
        tensors = tensors_of(self.network, self.history)
        return save(tensors, {FORMAT: self.parameters.model_dump_json()})

    @classmethod
    def from_bytes(cls, content: bytes, *, file: str) -> "VideoModel":
        """Read what :meth:`to_bytes` wrote.

        Parameters
        ----------
        content : bytes
            Of the whole file.
        file : str
            Its name, for messages.

        Returns
        -------
        VideoModel
            With its network on the CPU.

        Raises
        ------
        CheckpointError
            When the content is not that of a stored video network.
        """
        try:
            header, tensors = read_header(content, FORMAT), load(content)
            history = pop_history(tensors)
            parameters = VideoTrainingParameters.model_validate(header)
            channels = tensors["encoder.layers.0.weight"].shape[1]
            network = initial_network(channels, parameters)
            network.load_state_dict(tensors)
        except UNREADABLE as error:
            raise CheckpointError(f"{file}: not a stored video network ({error})") from error
        return cls(network, parameters, history)


def train_video_model(
    source: WindowSource,
    parameters: VideoTrainingParameters,
    name: str,
    checkpoints: CheckpointFolder | None = None,
) -> VideoModel:
    """Train a network on windows of a source.

    Parameters
    ----------
    source : WindowSource
        Draws the windows.
    parameters : VideoTrainingParameters
        Network, windows, steps and optimiser.
    name : str
        Of the network, in a checkpoint's file name and beside the progress bar.
    checkpoints : CheckpointFolder or None
        Where a run that was killed continues from; None: nothing is stored.

    Returns
    -------
    VideoModel
        With its network on the CPU.

    Raises
    ------
    DataError
        When windows do not fit the source, binary values lie outside [0, 1], or the loss is not
        finite.
    CheckpointError
        When a checkpoint is damaged or does not fit the network.
    """
    result = fit(source, parameters, name=name, checkpoints=checkpoints)
    return VideoModel(result.network.cpu(), parameters, result.history)
