"""The recurrent sequence-to-sequence network that learns to predict motion.

Su & Shlizerman (arXiv 1905.12176): one GRU layer reads the source window; started from its last
state, the same layer predicts the target window from its own predictions; a linear readout maps
states to channels. There is no residual connection. These are the defaults; other choices are
parameters. Tensors are batch-first; states are those of the last layer.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import torch
from jaxtyping import Float
from pydantic import Field, PositiveInt
from torch import Tensor, nn

from kinembed.core.parameters import Parameters
from kinembed.networks.published_gru import PublishedGru

Recurrent = nn.GRU | nn.LSTM | PublishedGru

READOUT_RANGE = 0.04
"""The readout starts uniform in plus or minus this (the published code)."""


class NetworkParameters(Parameters):
    """What the network is made of; the defaults but for units and cell are the published choices.

    Attributes
    ----------
    units : int
        Units of each recurrent layer; the published network has 1024.
    layers : int
        Recurrent layers in the encoder and in the decoder.
    cell : {"gru", "lstm", "published_gru"}
        Kind of recurrent unit: torch's GRU or LSTM, or the GRU of the published program (see
        :mod:`kinembed.networks.published_gru`).
    tied : bool
        Encoder and decoder share their weights.
    residual : bool
        The readout predicts the change from the decoder's input frame to the next.
    dropout : float
        Probability in [0, 1), between layers and before the readout.
    """

    units: PositiveInt = Field(128, description="of each layer; published: 1024")
    layers: PositiveInt = Field(1, description="of recurrent units")
    cell: Literal["gru", "lstm", "published_gru"] = Field(
        "gru", description="torch's GRU or LSTM, or the published GRU (of TensorFlow 1.13)"
    )
    tied: bool = Field(True, description="encoder and decoder share their weights")
    residual: bool = Field(False, description="the readout predicts the change to its input frame")
    dropout: float = Field(0.0, ge=0, lt=1, description="between layers and before the readout")


@dataclass(frozen=True)
class Prediction:
    """What the network predicts for a batch of windows, and the states it went through.

    Attributes
    ----------
    target : Tensor of float, shape (batch, target frames, channels)
        Predicted frames, in standard deviations of each channel.
    encoder_states : Tensor of float, shape (batch, source frames, units)
        States of the encoder's last layer, before dropout.
    decoder_states : Tensor of float, shape (batch, target frames, units)
        States of the decoder's last layer, before dropout.
    """

    target: Float[Tensor, "batch target channels"]
    encoder_states: Float[Tensor, "batch source units"]
    decoder_states: Float[Tensor, "batch target units"]


class Seq2Seq(nn.Module):
    """Encoder, decoder and readout.

    Parameters
    ----------
    channels : int
        Channels of a frame, of input and prediction alike.
    parameters : NetworkParameters
        Size and kind of the layers.
    """

    def __init__(self, channels: int, parameters: NetworkParameters) -> None:
        super().__init__()
        self.residual = parameters.residual
        self.encoder = _recurrent(channels, parameters)
        self.own_decoder = None if parameters.tied else _recurrent(channels, parameters)
        self.dropout = nn.Dropout(parameters.dropout)
        self.readout = nn.Linear(parameters.units, channels)
        nn.init.uniform_(self.readout.weight, -READOUT_RANGE, READOUT_RANGE)
        nn.init.uniform_(self.readout.bias, -READOUT_RANGE, READOUT_RANGE)

    @property
    def decoder(self) -> Recurrent:
        """The layers that decode, which are the encoder's when weights are shared.

        Returns
        -------
        nn.GRU, nn.LSTM or PublishedGru
            The kind that ``NetworkParameters.cell`` names.
        """
        return self.encoder if self.own_decoder is None else self.own_decoder

    def forward(
        self, source: Float[Tensor, "batch source channels"], target_frames: int
    ) -> Prediction:
        """Predict the frames after the source; the decoder's first input is the last source frame.

        Parameters
        ----------
        source : Tensor of float, shape (batch, source frames, channels)
            Standardised frames.
        target_frames : int
            How many frames to predict, at least 1; it may exceed the number that training used.

        Returns
        -------
        Prediction
            Target frames and the states of encoder and decoder.
        """
        encoder_states, memory = self.encoder(source)
        # What looks into a trained network counts the calls of its layers.
        advance = _one_frame(self.decoder) if self.training else self.decoder
        frame = source[:, -1:]
        states, frames = [], []
        for _ in range(target_frames):
            state, memory = advance(frame, memory)
            change = self.readout(self.dropout(state))
            frame = frame + change if self.residual else change
            states.append(state)
            frames.append(frame)
        return Prediction(torch.cat(frames, 1), encoder_states, torch.cat(states, 1))


def _recurrent(channels: int, parameters: NetworkParameters) -> Recurrent:
    between = parameters.dropout if parameters.layers > 1 else 0.0
    sizes = (channels, parameters.units, parameters.layers)
    if parameters.cell == "published_gru":
        return PublishedGru(*sizes, dropout=between)
    if parameters.cell == "lstm":
        return nn.LSTM(*sizes, batch_first=True, dropout=between)
    return nn.GRU(*sizes, batch_first=True, dropout=between)


def _one_frame(layers: Recurrent) -> Callable[[Tensor, Any], tuple[Tensor, Any]]:
    """Step of the layers by a frame; of one GRU layer it is torch's cell, the same but faster."""
    if not isinstance(layers, nn.GRU) or layers.num_layers > 1:
        return layers

    def advance(frame: Tensor, memory: Tensor) -> tuple[Tensor, Tensor]:
        state = torch.gru_cell(frame[:, 0], memory[0], *layers.all_weights[0])
        return state[:, None], state[None]

    return advance
