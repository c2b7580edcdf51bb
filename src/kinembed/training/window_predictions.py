"""What a trained network predicts for many windows of one motion, batch by batch."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from kinembed.motion.motion import Motion
from kinembed.motion.windows import frames_of
from kinembed.networks.seq2seq import Prediction
from kinembed.training.devices import DeviceName, Precision, autocast, resolve_device
from kinembed.training.motion_prediction import TrainingParameters

BATCH_SIZE = 512
"""Windows that are predicted at once, unless told otherwise."""


@runtime_checkable
class WindowModel(Protocol):
    """A network that predicts windows, and the way from a motion to its input.

    The network is called with source frames and how many to predict, and gives a Prediction.
    """

    @property
    def network(self) -> nn.Module:
        """What predicts."""

    @property
    def training(self) -> TrainingParameters:
        """How it was trained."""

    def inputs(self, motion: Motion) -> Tensor:
        """Standardised channels of a motion, shape (frames, channels), float32."""


@dataclass(frozen=True, eq=False)
class WindowPredictions:
    """Some windows, what the network predicts for them and what came, in standard deviations."""

    starts: Int[np.ndarray, "batch"]
    prediction: Prediction
    target: Float[Tensor, "batch target channels"]


def predict_windows(
    model: WindowModel,
    motion: Motion,
    starts: Int[np.ndarray, "windows"],
    *,
    batch_size: int = BATCH_SIZE,
    device: DeviceName = "auto",
    precision: Precision = "auto",
) -> Iterator[WindowPredictions]:
    """Predictions for the windows that begin at `starts`, in their order; tensors on the device.

    Raises DataError when the motion lacks channels of the model.
    """
    where, windows = resolve_device(device), model.training.windows
    network, data = model.network.to(where).eval(), model.inputs(motion).to(where)
    for batch in np.array_split(starts, -(-len(starts) // batch_size)):
        frames = torch.as_tensor(frames_of(batch, windows.total), device=where)
        source, target = data[frames].split([windows.source, windows.target], dim=1)
        with torch.inference_mode(), autocast(where, precision):
            prediction = network(source, windows.target)
        yield WindowPredictions(batch, prediction, target)
