"""What a trained network predicts for many windows of one motion, batch by batch."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from kinembed.core.errors import DataError
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
        """What predicts.

        Returns
        -------
        nn.Module
            Maps source frames and a number of target frames to a Prediction.
        """

    @property
    def training(self) -> TrainingParameters:
        """How it was trained.

        Returns
        -------
        TrainingParameters
            Of them ``windows`` counts here.
        """

    def inputs(self, motion: Motion) -> Tensor:
        """Standardised channels of a motion, as the network reads them.

        Parameters
        ----------
        motion : Motion
            A recording that fits the model.

        Returns
        -------
        Tensor of float32, shape (frames, channels)
            In standard deviations of each channel.

        Raises
        ------
        DataError
            When the motion lacks channels of the model.
        """


@dataclass(frozen=True, eq=False)
class WindowPredictions:
    """A batch of windows, what the network predicts for them and the true frames.

    Attributes
    ----------
    starts : ndarray of int, shape (batch,)
        First frame of each window in the motion.
    prediction : Prediction
        Predicted frames, in standard deviations of each channel, and states; on the device.
    target : Tensor of float32, shape (batch, target frames, channels)
        The true frames, in standard deviations of each channel.
    """

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
    """Predictions for the windows that begin at `starts`, in their order.

    Errors are raised when the first batch is asked for.

    Parameters
    ----------
    model : WindowModel
        Its network is moved to the device and set to evaluation mode.
    motion : Motion
        A recording that fits the model.
    starts : ndarray of int, shape (windows,)
        First frame of each window; at least one.
    batch_size : int
        Windows that are predicted at once, at most.
    device : {"auto", "cpu", "cuda", "mps"}
        ``auto``: CUDA, then MPS, then the CPU.
    precision : {"auto", "full", "mixed"}
        ``auto``: mixed on CUDA, else full.

    Yields
    ------
    WindowPredictions
        Of one batch.

    Raises
    ------
    DataError
        When the motion lacks channels of the model, or `starts` is empty.
    """
    if len(starts) == 0:
        raise DataError(f"{motion.trial}: there is no window to predict; shorten training.windows")
    where, windows = resolve_device(device), model.training.windows
    network, data = model.network.to(where).eval(), model.inputs(motion).to(where)
    for batch in np.array_split(starts, -(-len(starts) // batch_size)):
        frames = torch.as_tensor(frames_of(batch, windows.total), device=where)
        source, target = data[frames].split([windows.source, windows.target], dim=1)
        with torch.inference_mode(), autocast(where, precision):
            prediction = network(source, windows.target)
        yield WindowPredictions(batch, prediction, target)
