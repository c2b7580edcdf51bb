"""States of windows kept apart, and the cluster that each window shows."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int

from kinembed.core.errors import DataError
from kinembed.motion.motion import Motion
from kinembed.motion.windows import WindowLengths, frames_of
from kinembed.segmentation.predictions import NOT_SEEN
from kinembed.training.trained_model import TrainedModel
from kinembed.training.window_predictions import predict_windows

MIXED = -1
"""The cluster of a window whose frames have several."""


@dataclass(frozen=True, eq=False)
class WindowStates:
    """States of the encoder and of the decoder in every window.

    Attributes
    ----------
    encoder : ndarray of float32, shape (windows, source, units)
        State after each source frame.
    decoder : ndarray of float32, shape (windows, target, units)
        State after each predicted frame.
    starts : ndarray of int, shape (windows,)
        First frame of each window, which is its first source frame.
    """

    encoder: Float[np.ndarray, "windows source units"]
    decoder: Float[np.ndarray, "windows target units"]
    starts: Int[np.ndarray, "windows"]

    @property
    def both(self) -> Float[np.ndarray, "windows steps units"]:
        """Encoder states, then decoder states.

        Returns
        -------
        ndarray of float32, shape (windows, steps, units)
            All states of each window, in the order of steps.
        """
        return np.concatenate([self.encoder, self.decoder], axis=1)

    @property
    def steps(self) -> int:
        """Frames in a window.

        Returns
        -------
        int
            Source and target frames together.
        """
        return int(self.encoder.shape[1] + self.decoder.shape[1])

    def only(self, chosen: Bool[np.ndarray, "windows"]) -> "WindowStates":
        """Choose some of the windows.

        Parameters
        ----------
        chosen : ndarray of bool, shape (windows,)
            True for windows that are kept.

        Returns
        -------
        WindowStates
            States of these windows.
        """
        return WindowStates(self.encoder[chosen], self.decoder[chosen], self.starts[chosen])


def window_states(
    model: TrainedModel, motion: Motion, starts: Int[np.ndarray, "windows"]
) -> WindowStates:
    """Compute the states of the network in windows of a motion, in batches.

    Parameters
    ----------
    model : TrainedModel
        The trained network; its training parameters give device and precision.
    motion : Motion
        The motion that the windows lie in.
    starts : ndarray of int, shape (windows,)
        First frame of each window; one at least.

    Returns
    -------
    WindowStates
        The states, in the order of `starts`.

    Raises
    ------
    DataError
        When the motion has other joints, or rotations where the model has positions, or there is no
        window.
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
    """Find the cluster that all frames of a window have.

    Parameters
    ----------
    starts : ndarray of int, shape (windows,)
        First frame of each window.
    lengths : WindowLengths
        Source and target frames of a window.
    frame_clusters : ndarray of int, shape (frames,)
        Cluster of each frame.

    Returns
    -------
    ndarray of int, shape (windows,)
        Cluster of each window, MIXED where its frames have several, or one was not seen.

    Raises
    ------
    DataError
        When a window reaches beyond the frames that have a cluster.
    """
    frames = frames_of(starts, lengths.total)
    if frames.max(initial=-1) >= len(frame_clusters):
        raise DataError(
            f"windows reach frame {frames.max()}, but {len(frame_clusters)} frames have a cluster; "
            "predict clusters for the very sequence that the windows lie in"
        )
    clusters = frame_clusters[frames]
    alike = (clusters == clusters[:, :1]).all(axis=1) & (clusters[:, 0] != NOT_SEEN)
    return np.where(alike, clusters[:, 0], MIXED)
