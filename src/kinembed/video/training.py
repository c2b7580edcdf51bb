"""Training video networks: on synthetic moving digits, drawn anew in every step, or on percepts.

Steps and checkpoints are those of the main system (:mod:`kinembed.stepping`); windows, objective
and data are these networks' own.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import numpy as np
import pandas as pd
import torch
from jaxtyping import Float, UInt8
from pydantic import NonNegativeInt, PositiveFloat, PositiveInt
from torch import Tensor, nn

from kinembed.checkpoints import CheckpointFile, CheckpointFolder, fingerprint
from kinembed.devices import autocast, resolve_device
from kinembed.models.video_lstm import VideoLstm, VideoLstmParameters
from kinembed.moving_digits import MovingDigits, MovingDigitsParameters, unit_values
from kinembed.sources.digits import Digits
from kinembed.stepping import (
    OptimisationParameters,
    Run,
    check_losses,
    seed_of_step,
    seeded_dropout,
    train,
)
from kinembed.windows import WindowLengths, all_starts


class VideoTrainingParameters(OptimisationParameters):
    """How a video network is trained; RMSProp and its rate are the published ones."""

    network: VideoLstmParameters = VideoLstmParameters()
    videos: MovingDigitsParameters = MovingDigitsParameters()
    windows: WindowLengths = WindowLengths(source=10, target=10)
    batch_size: PositiveInt = 64
    learning_rate: PositiveFloat = 1e-3
    gradient_norm: PositiveFloat = 1.0
    seed: NonNegativeInt = 0


class Videos(NamedTuple):
    """Windows of videos, pixels in [0, 1]."""

    source: Float[Tensor, "number source pixels"]
    target: Float[Tensor, "number target pixels"]


@dataclass(frozen=True)
class VideoTrainingResult:
    """A trained network, and how its loss fell (columns ``step``, ``loss``: nats per frame)."""

    network: VideoLstm
    history: pd.DataFrame


class VideoObjective:
    """Cross-entropy or squared error of the decoded frames, lowered by RMSProp."""

    losses: tuple[str, ...] = ("loss",)

    def __init__(self, network: VideoLstm, parameters: VideoTrainingParameters) -> None:
        self.network, self.parameters = network, parameters
        self.optimiser = torch.optim.RMSprop(network.parameters(), parameters.learning_rate)
        self.modules: dict[str, nn.Module] = {"network": network}
        self.optimisers: dict[str, torch.optim.Optimizer] = {"optimiser": self.optimiser}

    def step(
        self,
        source: Float[Tensor, "batch source pixels"],
        target: Float[Tensor, "batch target pixels"],
    ) -> dict[str, float]:
        """Learn from a batch; the loss is that before any weight moved."""
        with autocast(source.device, self.parameters.precision):
            decoded = self.network(source, target)
        loss = self.network.loss(decoded, source, target)
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(self.network.parameters(), self.parameters.gradient_norm)
        self.optimiser.step()
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
    data = torch.tensor(images, device=resolve_device(parameters.device))
    digits, store = MovingDigits(data, parameters.videos), None
    if checkpoints is not None:
        store = checkpoints.file(name, fingerprint(parameters.identity(), data))
    draw = partial(draw_windows, digits, parameters.windows, parameters.batch_size)
    network = initial_network(parameters.videos.side**2, parameters).to(data.device)
    return _fit(network, draw, parameters, name, store)


def fit_percepts(
    values: Float[np.ndarray, "frames channels"],
    parameters: VideoTrainingParameters,
    *,
    name: str,
    cuts: Sequence[int] = (),
) -> VideoTrainingResult:
    """Train a network on windows of one sequence, drawn uniformly; none reaches across a cut.

    Raises DataError when no piece is as long as a window or the loss is not finite.
    """
    device = resolve_device(parameters.device)
    data = torch.as_tensor(values, dtype=torch.float32, device=device)
    starts = torch.as_tensor(all_starts(len(data), parameters.windows, cuts))

    def draw(seed: int) -> Videos:
        generator = torch.Generator().manual_seed(seed)
        drawn = starts[torch.randint(len(starts), (parameters.batch_size, 1), generator=generator)]
        frames = (drawn + torch.arange(parameters.windows.total)).to(device)
        windows = parameters.windows
        return Videos(*data[frames].split([windows.source, windows.target], dim=1))

    network = initial_network(data.shape[1], parameters).to(device)
    return _fit(network, draw, parameters, name)


def initial_network(channels: int, parameters: VideoTrainingParameters) -> VideoLstm:
    """The network from which training begins, on the CPU; its weights come from the seed alone."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(parameters.seed)
        return VideoLstm(channels, parameters.network)


def _fit(
    network: VideoLstm,
    draw: Callable[[int], Videos],
    parameters: VideoTrainingParameters,
    name: str,
    store: CheckpointFile | None = None,
) -> VideoTrainingResult:
    objective = VideoObjective(network, parameters)
    run = Run(objective)
    take = partial(_step, run, objective, draw, parameters)
    return VideoTrainingResult(network, train(run, take, parameters, name, store))


def _step(
    run: Run,
    objective: VideoObjective,
    draw: Callable[[int], Videos],
    parameters: VideoTrainingParameters,
) -> dict[str, float]:
    source, target = draw(seed_of_step(parameters.seed, run.step))
    with seeded_dropout(parameters.seed, run.step, source.device):
        losses = objective.step(source, target)
    remedy = f"lower video.learning_rate (now {parameters.learning_rate:g})"
    check_losses(losses, run.step, remedy)
    return losses


def draw_windows(digits: MovingDigits, windows: WindowLengths, number: int, seed: int) -> Videos:
    """Source and target of videos that the seed determines."""
    generator = torch.Generator().manual_seed(seed)
    values = unit_values(digits.draw(number, windows.total, generator))
    return Videos(*values.split([windows.source, windows.target], dim=1))


def known_videos(digits: Digits, parameters: VideoTrainingParameters, number: int) -> Videos:
    """So many videos as a training sees them, on the CPU, the same for every seed of a training."""
    drawn = MovingDigits(torch.tensor(digits.train), parameters.videos)
    return draw_windows(drawn, parameters.windows, number, -1)


def held_out_videos(
    digits: Digits,
    parameters: VideoTrainingParameters,
    shown: int,
    number: int,
    target: int | None = None,
) -> Videos:
    """So many videos of so many digits that no training sees, on the CPU; always the same.

    `target`: frames to predict, if not as many as in training. Raises DataError for digits that
    are larger than the frames.
    """
    videos = parameters.videos.model_copy(update={"digits": shown})
    windows = parameters.windows
    if target is not None:
        windows = windows.model_copy(update={"target": target})
    return draw_windows(MovingDigits(torch.tensor(digits.test), videos), windows, number, shown)
