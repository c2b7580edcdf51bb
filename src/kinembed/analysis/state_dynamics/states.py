"""States of windows kept apart, and the cluster that each window shows."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int

from kinembed.core.errors import DataError
from kinembed.motion.motion import Motion
from kinembed.motion.windows import WindowLengths, frames_of
from kinembed.training.trained_model import TrainedModel
from kinembed.training.window_predictions import predict_windows

MIXED = -1
"""The cluster of a window whose frames have several."""


@dataclass(frozen=True, eq=False)
class WindowStates:
    """States of the encoder and of the decoder in every window, in single precision.

    ``starts``: first frame of each window, which is its first source frame.
    """

    encoder: Float[np.ndarray, "windows source units"]
    decoder: Float[np.ndarray, "windows target units"]
    starts: Int[np.ndarray, "windows"]

    @property
    def both(self) -> Float[np.ndarray, "windows steps units"]:
        """Encoder states, then decoder states."""
        return np.concatenate([self.encoder, self.decoder], axis=1)

    @property
    def steps(self) -> int:
        """Frames in a window."""
        return int(self.encoder.shape[1] + self.decoder.shape[1])

    def only(self, chosen: Bool[np.ndarray, "windows"]) -> "WindowStates":
        """Some of the windows."""
        return WindowStates(self.encoder[chosen], self.decoder[chosen], self.starts[chosen])


def window_states(
    model: TrainedModel, motion: Motion, starts: Int[np.ndarray, "windows"]
) -> WindowStates:
    """States of the network in the windows that begin at `starts`, computed in batches.

    Raises DataError when the motion lacks channels of the model.
    """
    training = model.training
    encoder, decoder = [], []
    for batch in predict_windows(
        model, motion, starts, device=training.device, precision=training.precision
    ):
        encoder.append(batch.prediction.encoder_states.float().cpu().numpy())
        decoder.append(batch.prediction.decoder_states.float().cpu().numpy())
    return WindowStates(np.concatenate(encoder), np.concatenate(decoder), starts)


def window_clusters(
    starts: Int[np.ndarray, "windows"],
    lengths: WindowLengths,
    frame_clusters: Int[np.ndarray, "frames"],
) -> Int[np.ndarray, "windows"]:
    """The cluster that all frames of a window have, MIXED where they have several.

    Raises DataError when a window reaches beyond the frames that have a cluster.
    """
    frames = frames_of(starts, lengths.total)
    if frames.max(initial=-1) >= len(frame_clusters):
        raise DataError(
            f"windows reach frame {frames.max()}, but {len(frame_clusters)} frames have a cluster; "
            "predict clusters for the very sequence that the windows lie in"
        )
    clusters = frame_clusters[frames]
    alike = (clusters == clusters[:, :1]).all(axis=1)
    return np.where(alike, clusters[:, 0], MIXED)
