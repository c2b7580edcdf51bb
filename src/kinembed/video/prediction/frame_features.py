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
    """A video network that is asked, and answers, as the main system's network."""

    def __init__(self, network: VideoLstm) -> None:
        super().__init__()
        self.network = network

    def forward(
        self, source: Float[Tensor, "batch source channels"], target_frames: int
    ) -> Prediction:
        """Predict `target_frames` frames after the source."""
        encoder_states, _ = self.network.encoder(source)
        decoder_states, raw = self.network.future_states(source, target_frames)
        return Prediction(raw, encoder_states, decoder_states)


@dataclass(frozen=True, eq=False)
class FrameFeatureModel:
    """A trained network, and the way from a motion to its input."""

    network: Predictor
    training: TrainingParameters
    features: FeatureParameters
    standardiser: Standardiser

    def inputs(self, motion: Motion) -> torch.Tensor:
        """Standardised channels of a motion, shape (frames, channels), float32."""
        found = network_features(motion, self.features)
        values = self.standardiser.apply(found.values, found.channels)
        return torch.as_tensor(values, dtype=torch.float32)


def train_frame_features(
    motion: Motion, features: FeatureParameters, training: TrainingParameters
) -> FrameFeatureModel:
    """Train on one sequence, as long and on as much as the main system's network would be.

    Raises DataError when the sequence is shorter than a window or the loss is not finite.
    """
    found = network_features(motion, features)
    standardiser = Standardiser.fit(found.values, found.channels)
    values = standardiser.apply(found.values, found.channels)
    result = fit_frame_features(values, _like(training), name=motion.trial)
    return FrameFeatureModel(Predictor(result.network), training, features, standardiser)


def _like(training: TrainingParameters) -> VideoTrainingParameters:
    """The same amount of training, of a composite network of as many units."""
    shared = training.model_dump(include=set(VideoTrainingParameters.model_fields) - {"network"})
    network = VideoLstmParameters(units=training.network.units, task="composite", values="real")
    return VideoTrainingParameters(**shared, network=network)
