"""The composite network on frame features: here a recording's channels, frame by frame.

It has the units, windows, steps, batches and rate of the main system's training, and answers as
its network does, so its states go through the same embedding. It learns real values by squared
error; its future decoder is unconditional, and the states of that are the decoder's.
"""

from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor, nn

from kinembed.motion.features import FeatureParameters, network_features
from kinembed.motion.motion import Motion
from kinembed.motion.standardise import Standardiser
from kinembed.networks.seq2seq import Prediction
from kinembed.networks.video_lstm import VideoLstm, VideoLstmParameters
from kinembed.training.motion_prediction import TrainingParameters
from kinembed.video.prediction.training import VideoTrainingParameters, fit_frame_features


class Predictor(nn.Module):
    """A video network that predicts through the interface of the main system's network.

    Parameters
    ----------
    network : VideoLstm
        Has a decoder of the future.
    """

    def __init__(self, network: VideoLstm) -> None:
        super().__init__()
        self.network = network

    def forward(
        self, source: Float[Tensor, "batch source channels"], target_frames: int
    ) -> Prediction:
        """Predict the frames after the source.

        Parameters
        ----------
        source : Tensor of float, shape (batch, source, channels)
            Standardised frames.
        target_frames : int
            Frames to predict.

        Returns
        -------
        Prediction
            Predicted frames, and the states of encoder and decoder at each frame.

        Raises
        ------
        DataError
            When the network is an autoencoder.
        """
        encoder_states, _ = self.network.encoder(source)
        decoder_states, raw = self.network.future_states(source, target_frames)
        return Prediction(raw, encoder_states, decoder_states)


@dataclass(frozen=True, eq=False)
class FrameFeatureModel:
    """A trained network, and the way from a motion to its input.

    Attributes
    ----------
    network : Predictor
        The trained network.
    training : TrainingParameters
        Those of the main system that it was trained by.
    features : FeatureParameters
        Which channels of a motion it reads.
    standardiser : Standardiser
        Mean and standard deviation of the channels in training.
    """

    network: Predictor
    training: TrainingParameters
    features: FeatureParameters
    standardiser: Standardiser

    def inputs(self, motion: Motion) -> torch.Tensor:
        """Compute the standardised channels of a motion.

        Parameters
        ----------
        motion : Motion
            Exponential maps or positions, at the frame rate of training.

        Returns
        -------
        Tensor of float32, shape (frames, channels)
            Channels that varied in training, in standard deviations.

        Raises
        ------
        DataError
            When the motion consists of Euler angles, or lacks a channel.
        """
        found = network_features(motion, self.features)
        values = self.standardiser.apply(found.values, found.channels)
        return torch.as_tensor(values, dtype=torch.float32)


def train_frame_features(
    motion: Motion, features: FeatureParameters, training: TrainingParameters
) -> FrameFeatureModel:
    """Train on one sequence, as long and on as much as the main system's network would be.

    Parameters
    ----------
    motion : Motion
        Exponential maps or positions.
    features : FeatureParameters
        Which channels the network learns.
    training : TrainingParameters
        Of the main system: units, windows, steps, batches, learning rate and seed are used.

    Returns
    -------
    FrameFeatureModel
        A composite network of real values.

    Raises
    ------
    DataError
        When the motion consists of Euler angles or is shorter than a window, when no channel
        varies, or when the loss is not finite.
    """
    found = network_features(motion, features)
    standardiser = Standardiser.fit(found.values[motion.seen], found.channels)
    values = standardiser.apply(found.values, found.channels)
    result = fit_frame_features(values, _like(training), name=motion.trial, seen=motion.seen)
    return FrameFeatureModel(Predictor(result.network), training, features, standardiser)


def _like(training: TrainingParameters) -> VideoTrainingParameters:
    """The same amount of training, of a composite network of as many units."""
    shared = training.model_dump(include=set(VideoTrainingParameters.model_fields) - {"network"})
    network = VideoLstmParameters(units=training.network.units, task="composite", values="real")
    return VideoTrainingParameters(**shared, network=network)
