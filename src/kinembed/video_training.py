"""Training video networks on synthetic moving digits, which are drawn anew in every step.

The loop is the one of the main system (:mod:`kinembed.training_loop`); windows, objective and data
are these networks' own.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import torch
from jaxtyping import Float, UInt8
from pydantic import PositiveFloat, PositiveInt
from torch import Tensor, nn

from kinembed.checkpoints import CheckpointFolder, fingerprint
from kinembed.devices import autocast, resolve_device
from kinembed.errors import DataError
from kinembed.models.video_lstm import VideoLstm, VideoLstmParameters
from kinembed.moving_digits import MovingDigits, MovingDigitsParameters, unit_values
from kinembed.training_loop import LoopParameters, Run, run_to_end, seeded
from kinembed.windows import WindowLengths


class VideoTrainingParameters(LoopParameters):
    """How a video network is trained; RMSProp and its rate are the published ones."""

    network: VideoLstmParameters = VideoLstmParameters()
    videos: MovingDigitsParameters = MovingDigitsParameters()
    windows: WindowLengths = WindowLengths(source=10, target=10)
    batch_size: PositiveInt = 64
    learning_rate: PositiveFloat = 1e-3


@dataclass(frozen=True)
class VideoTrainingResult:
    """A trained network, and how its loss fell (columns ``step``, ``loss``: nats per frame)."""

    network: VideoLstm
    history: pd.DataFrame


class _DigitsRun(Run):
    def __init__(self, images: Tensor, parameters: VideoTrainingParameters) -> None:
        self.digits = MovingDigits(images, parameters.videos)
        self.network = initial_network(parameters).to(images.device)
        self.optimiser = torch.optim.RMSprop(self.network.parameters(), parameters.learning_rate)
        super().__init__({"network": self.network}, {"optimiser": self.optimiser})
        self.parameters = parameters

    def take(self) -> dict[str, float]:
        parameters, device = self.parameters, self.digits.images.device
        seed = parameters.seed_of(self.step)
        source, target = draw_windows(self.digits, parameters.windows, parameters.batch_size, seed)
        with seeded(seed, device), autocast(device, parameters.precision):
            decoded = self.network(source, target)
        loss = self.network.loss(decoded, source, target)
        if not torch.isfinite(loss):
            raise DataError(
                f"the loss is {loss.item()} at step {self.step}; lower video.learning_rate "
                f"(now {parameters.learning_rate:g})"
            )
        loss.backward()
        nn.utils.clip_grad_norm_(self.network.parameters(), parameters.gradient_norm)
        self.optimiser.step()
        self.optimiser.zero_grad(set_to_none=True)
        return {"loss": loss.item()}


def fit_digits(
    images: UInt8[np.ndarray, "images height height"],
    parameters: VideoTrainingParameters,
    *,
    name: str,
    checkpoints: CheckpointFolder | None = None,
) -> VideoTrainingResult:
    """Train a network on moving digits of the given images, new ones in every step.

    With `checkpoints`, a run that was killed continues from its last one, kept under `name`, and
    ends with the weights of an unbroken run (bit for bit on the CPU).

    Raises DataError when the loss is not finite, CheckpointError when a checkpoint is damaged or
    does not fit the network.
    """
    data = torch.as_tensor(images, device=resolve_device(parameters.device))
    run = _DigitsRun(data, parameters)
    store = None
    if checkpoints is not None:
        store = checkpoints.file(name, fingerprint(parameters.identity(), data))
    return VideoTrainingResult(run.network, run_to_end(run, parameters, store, name=name))


def initial_network(parameters: VideoTrainingParameters) -> VideoLstm:
    """The network from which training begins, on the CPU; its weights come from the seed alone."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(parameters.seed)
        return VideoLstm(parameters.videos.side**2, parameters.network)


def draw_windows(
    digits: MovingDigits, windows: WindowLengths, number: int, seed: int
) -> tuple[Float[Tensor, "number source pixels"], Float[Tensor, "number target pixels"]]:
    """Source and target of videos that the seed determines."""
    generator = torch.Generator().manual_seed(seed)
    values = unit_values(digits.draw(number, windows.total, generator))
    source, target = values.split([windows.source, windows.target], dim=1)
    return source, target
