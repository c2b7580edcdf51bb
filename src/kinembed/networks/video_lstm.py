"""Encoder-decoder LSTMs that reconstruct the past of a video and predict its future.

Srivastava, Mansimov & Salakhutdinov (arXiv 1502.04681). An encoder reads the source; the memory of
all its layers starts each decoder. The autoencoder's reconstructs the source from its last frame to
its first, the future predictor's goes on where the source ends; a composite network has both, and
adds their losses. A *conditional* decoder receives the frame before the one it makes: the true one
while it is teacher-forced, its own in use; a reconstruction has none before its first, and gets
zeros. An unconditional decoder receives nothing.

Conventions: a frame is a vector of channels (pixels, joint positions). *Raw* is what a readout
gives: logits of binary values, real values as they are. Losses are summed over the channels of a
frame and averaged over frames and sequences.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import torch
from jaxtyping import Float
from pydantic import Field, PositiveInt
from torch import Tensor, nn

from kinembed.core.errors import DataError
from kinembed.core.parameters import Parameters
from kinembed.networks.peephole_lstm import Memory, PeepholeLstm

Values = Literal["binary", "real"]


class VideoLstmParameters(Parameters):
    """What the network is made of; the defaults but for the units are published.

    Attributes
    ----------
    units : int
        Units of each layer; the published network has 2048.
    layers : int
        Recurrent layers in encoder and decoders: 1 or 2.
    task : {"autoencoder", "future", "composite"}
        Reconstruct the source, predict the frames after it, or both.
    conditional : bool
        Decoders receive the frame before the one that they make.
    values : {"binary", "real"}
        ``binary``: channels in [0, 1], trained by cross-entropy; ``real``: by squared error.
    """

    units: PositiveInt = Field(64, description="of each layer; published: 2048")
    layers: int = Field(1, ge=1, le=2, description="of recurrent units")
    task: Literal["autoencoder", "future", "composite"] = Field(
        "composite", description="reconstruct the past, predict the future, or both"
    )
    conditional: bool = Field(False, description="decoders receive the frame before")
    values: Values = Field(
        "binary", description="binary: in [0, 1], by cross-entropy; real: by squared error"
    )


@dataclass(frozen=True)
class Decoded:
    """What the decoders say, raw and in the order of time; None where there is no such decoder.

    Attributes
    ----------
    reconstruction : Tensor of float, shape (batch, source frames, channels), or None
        None for the task ``future``.
    future : Tensor of float, shape (batch, target frames, channels), or None
        None for the task ``autoencoder``.
    """

    reconstruction: Float[Tensor, "batch source channels"] | None
    future: Float[Tensor, "batch target channels"] | None


class VideoLstm(nn.Module):
    """Encoder and one or two decoders.

    Parameters
    ----------
    channels : int
        Channels of a frame.
    parameters : VideoLstmParameters
        Size, task and kind of values.
    """

    def __init__(self, channels: int, parameters: VideoLstmParameters) -> None:
        super().__init__()
        self.channels, self.values = channels, parameters.values
        self.conditional = parameters.conditional
        self.encoder = PeepholeLstm(channels, parameters.units, parameters.layers)
        past, future = parameters.task != "future", parameters.task != "autoencoder"
        self.past = _Decoder(channels, parameters) if past else None
        self.future = _Decoder(channels, parameters) if future else None

    def forward(
        self,
        source: Float[Tensor, "batch source channels"],
        target: Float[Tensor, "batch target channels"],
    ) -> Decoded:
        """Reconstruct and predict as in training: conditional decoders see the true frames.

        Parameters
        ----------
        source : Tensor of float, shape (batch, source frames, channels)
            Frames that the encoder reads.
        target : Tensor of float, shape (batch, target frames, channels)
            The true frames after the source. Their number says how many are predicted.

        Returns
        -------
        Decoded
            Raw frames.
        """
        _, memory = self.encoder(source)
        past = future = None
        if self.past is not None:
            past = self.past.teacher_forced(
                torch.zeros_like(source[:, :1]), source.flip(1), memory
            ).flip(1)
        if self.future is not None:
            future = self.future.teacher_forced(source[:, -1:], target, memory)
        return Decoded(past, future)

    def roll_out(
        self, source: Float[Tensor, "batch source channels"], target_frames: int
    ) -> Decoded:
        """Reconstruct, and predict any number of frames: decoders see their own frames alone.

        Parameters
        ----------
        source : Tensor of float, shape (batch, source frames, channels)
            Frames that the encoder reads.
        target_frames : int
            How many frames to predict, at least 1; an autoencoder ignores it.

        Returns
        -------
        Decoded
            Raw frames (see :func:`as_seen`).
        """
        _, memory = self.encoder(source)
        past = future = None
        if self.past is not None:
            nothing = torch.zeros_like(source[:, :1])
            past = self.past.free(nothing, source.shape[1], memory).flip(1)
        if self.future is not None:
            future = self.future.free(source[:, -1:], target_frames, memory)
        return Decoded(past, future)

    def future_states(
        self, source: Float[Tensor, "batch source channels"], target_frames: int
    ) -> tuple[Float[Tensor, "batch frames units"], Float[Tensor, "batch frames channels"]]:
        """States of the last layer as :meth:`roll_out` predicts, and the raw frames read from them.

        Parameters
        ----------
        source : Tensor of float, shape (batch, source frames, channels)
            Frames that the encoder reads.
        target_frames : int
            How many frames to predict, at least 1.

        Returns
        -------
        states : Tensor of float, shape (batch, target frames, units)
            Outputs of the future decoder's last layer.
        frames : Tensor of float, shape (batch, target frames, channels)
            Raw frames.

        Raises
        ------
        DataError
            When the network is an autoencoder, which predicts nothing.
        """
        if self.future is None:
            raise DataError("an autoencoder predicts no frame; use a network with task future")
        _, memory = self.encoder(source)
        states = self.future.free_states(source[:, -1:], target_frames, memory)
        return states, self.future.readout(states)

    def loss(
        self,
        decoded: Decoded,
        source: Float[Tensor, "batch source channels"],
        target: Float[Tensor, "batch target channels"],
    ) -> Float[Tensor, ""]:
        """The loss of each decoder, added.

        Parameters
        ----------
        decoded : Decoded
            Raw frames of the network.
        source : Tensor of float, shape (batch, source frames, channels)
            True frames of the reconstruction.
        target : Tensor of float, shape (batch, target frames, channels)
            True frames of the future.

        Returns
        -------
        Tensor of float, scalar
            Nats per frame of binary values; squared units of a channel per frame of real ones.

        Raises
        ------
        DataError
            When the values are binary and a true frame leaves [0, 1].
        """
        measure = frame_loss(self.values)
        pairs = ((decoded.reconstruction, source), (decoded.future, target))
        return torch.stack([measure(raw, truth) for raw, truth in pairs if raw is not None]).sum()


class _Decoder(nn.Module):
    """Layers that begin from the encoder's memory, and a linear readout."""

    def __init__(self, channels: int, parameters: VideoLstmParameters) -> None:
        super().__init__()
        self.conditional, self.values = parameters.conditional, parameters.values
        inputs = channels if self.conditional else 0
        self.recurrent = PeepholeLstm(inputs, parameters.units, parameters.layers)
        self.readout = nn.Linear(parameters.units, channels)

    def teacher_forced(
        self,
        first: Float[Tensor, "batch 1 channels"],
        truth: Float[Tensor, "batch frames channels"],
        memory: Memory,
    ) -> Float[Tensor, "batch frames channels"]:
        """Raw frames, each after the true one before it."""
        before = torch.cat([first, truth[:, :-1]], 1) if self.conditional else truth[..., :0]
        states, _ = self.recurrent(before, memory)
        raw: Tensor = self.readout(states)
        return raw

    def free(
        self, first: Float[Tensor, "batch 1 channels"], frames: int, memory: Memory
    ) -> Float[Tensor, "batch frames channels"]:
        """Raw frames, each after the decoder's own one before it."""
        raw: Tensor = self.readout(self.free_states(first, frames, memory))
        return raw

    def free_states(
        self, first: Float[Tensor, "batch 1 channels"], frames: int, memory: Memory
    ) -> Float[Tensor, "batch frames units"]:
        """States from which those frames are read."""
        if not self.conditional:
            nothing = first.expand(-1, frames, -1)[..., :0]
            all_states: Tensor = self.recurrent(nothing, memory)[0]
            return all_states
        frame, made = first, []
        for _ in range(frames):
            state, memory = self.recurrent(frame, memory)
            made.append(state)
            frame = as_seen(self.readout(state), self.values)
        return torch.cat(made, 1)


def as_seen(
    raw: Float[Tensor, "batch frames channels"], values: Values
) -> Float[Tensor, "batch frames channels"]:
    """What a raw frame shows: the probability of binary values, real ones as they are.

    Parameters
    ----------
    raw : Tensor of float, shape (batch, frames, channels)
        What a readout gave.
    values : {"binary", "real"}
        What the channels hold.

    Returns
    -------
    Tensor of float, shape (batch, frames, channels)
        Frames that can be shown or fed back.
    """
    return raw.sigmoid() if values == "binary" else raw


def frame_loss(values: Values) -> Callable[[Tensor, Tensor], Tensor]:
    """The loss that training lowers, a function of raw frames and the true ones.

    Parameters
    ----------
    values : {"binary", "real"}
        What the channels hold.

    Returns
    -------
    Callable
        :func:`cross_entropy` for binary values, :func:`squared_error` for real ones.
    """
    return cross_entropy if values == "binary" else squared_error


def cross_entropy(
    logits: Float[Tensor, "batch frames channels"], truth: Float[Tensor, "batch frames channels"]
) -> Float[Tensor, ""]:
    """Bernoulli cross-entropy, summed over channels, mean over frames and sequences.

    Parameters
    ----------
    logits : Tensor of float, shape (batch, frames, channels)
        Raw frames, in any precision.
    truth : Tensor of float, shape (batch, frames, channels)
        Values in [0, 1]; the loss is computed in their precision.

    Returns
    -------
    Tensor of float, scalar
        Nats per frame.

    Raises
    ------
    DataError
        When the truth has a value outside [0, 1] or NaN.
    """
    low, high = (bound.item() for bound in torch.aminmax(truth))
    if not (low >= 0 and high <= 1):
        raise DataError(
            f"cross-entropy needs values in [0, 1], found {low:g} to {high:g}; scale them, or "
            "train for real values"
        )
    logits = logits.to(truth.dtype)  # of mixed precision, in which sums over pixels are too coarse
    losses = nn.functional.binary_cross_entropy_with_logits(logits, truth, reduction="none")
    return losses.sum(-1).mean()


def squared_error(
    frames: Float[Tensor, "batch frames channels"], truth: Float[Tensor, "batch frames channels"]
) -> Float[Tensor, ""]:
    """Squared error, summed over channels, mean over frames and sequences.

    Parameters
    ----------
    frames : Tensor of float, shape (batch, frames, channels)
        Raw frames.
    truth : Tensor of float, shape (batch, frames, channels)
        The true frames.

    Returns
    -------
    Tensor of float, scalar
        Squared units of a channel, per frame.
    """
    return (frames - truth).square().sum(-1).mean()
