"""The recurrent sequence-to-sequence network that learns to predict motion.

Su & Shlizerman (arXiv 1905.12176): one GRU layer reads the source window; started from its last
state, the same layer predicts the target window from its own predictions; a linear readout maps
states to channels. There is no residual connection. Tensors are batch-first.
"""

from dataclasses import dataclass

import torch
from jaxtyping import Float
from pydantic import PositiveInt
from torch import Tensor, nn

from kinembed.parameters import Parameters

READOUT_RANGE = 0.04
"""The readout starts uniform in plus or minus this (the published code)."""


class NetworkParameters(Parameters):
    """Size of the network."""

    units: PositiveInt = 256


@dataclass(frozen=True)
class Prediction:
    """What the network predicts for a batch of windows, and the states it went through."""

    target: Float[Tensor, "batch target channels"]
    encoder_states: Float[Tensor, "batch source units"]
    decoder_states: Float[Tensor, "batch target units"]


class Seq2Seq(nn.Module):
    """Encoder and decoder that share one GRU layer."""

    def __init__(self, channels: int, parameters: NetworkParameters) -> None:
        super().__init__()
        self.parameters_ = parameters
        self.gru = nn.GRU(channels, parameters.units, batch_first=True)
        self.readout = nn.Linear(parameters.units, channels)
        nn.init.uniform_(self.readout.weight, -READOUT_RANGE, READOUT_RANGE)
        nn.init.uniform_(self.readout.bias, -READOUT_RANGE, READOUT_RANGE)

    def forward(
        self, source: Float[Tensor, "batch source channels"], target_frames: int
    ) -> Prediction:
        """Predict `target_frames` frames after the source; the first input is its last frame."""
        encoder_states, _ = self.gru(source)
        state, frame = encoder_states[:, -1], source[:, -1]
        states, frames = [], []
        for _ in range(target_frames):
            state = self._step(frame, state)
            frame = self.readout(state)
            states.append(state)
            frames.append(frame)
        return Prediction(torch.stack(frames, 1), encoder_states, torch.stack(states, 1))

    def _step(
        self, frame: Float[Tensor, "batch channels"], state: Float[Tensor, "batch units"]
    ) -> Float[Tensor, "batch units"]:
        # One fused cell with the layer's own weights costs a fraction of a layer call per frame.
        return torch.gru_cell(frame, state, *self.gru.all_weights[0])
