"""Training video networks, on windows of any source that are drawn anew in every step.

Steps and checkpoints are those of the main system (:mod:`kinembed.training.loop`); windows,
objective and data are these networks' own.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd
import torch
from jaxtyping import Bool, Float
from pydantic import Field, NonNegativeInt, PositiveFloat, PositiveInt
from torch import Tensor, nn

from kinembed.motion.windows import WindowLengths, all_starts
from kinembed.networks.seeding import seeded
from kinembed.networks.video_lstm import VideoLstm, VideoLstmParameters
from kinembed.training.checkpoints import CheckpointFile, CheckpointFolder, fingerprint
from kinembed.training.devices import autocast, resolve_device
from kinembed.training.loop import (
    OptimisationParameters,
    Run,
    check_losses,
    seed_of_step,
    train,
)
from kinembed.video.prediction.frame_feature_source import draw_windows
from kinembed.video.prediction.sources import Draw, WindowSource


class VideoTrainingParameters(OptimisationParameters):
    """How a video network is trained; RMSProp is published.

    Attributes
    ----------
    network : VideoLstmParameters
        Units, layers, task and kind of values.
    windows : WindowLengths
        Frames of source and target.
    steps : int
        Steps of training.
    batch_size : int
        Windows in a step.
    learning_rate : float
        Of RMSProp; published: 0.001.
    gradient_norm : float
        Norm to which gradients are clipped.
    checkpoint_every : int
        Steps between checkpoints.
    seed : int
        Of the weights and of all draws.
    """

    network: VideoLstmParameters = VideoLstmParameters()
    windows: WindowLengths = WindowLengths(source=10, target=10)
    steps: PositiveInt = 400
    batch_size: PositiveInt = 32
    learning_rate: PositiveFloat = Field(3e-3, description="of RMSProp; published: 0.001")
    gradient_norm: PositiveFloat = Field(1.0, description="to which gradients are clipped")
    checkpoint_every: PositiveInt = 50
    seed: NonNegativeInt = Field(0, description="of the weights and of all draws")


@dataclass(frozen=True)
class VideoTrainingResult:
    """A trained network, and how its loss fell.

    Attributes
    ----------
    network : VideoLstm
        On the device it was trained on.
    history : DataFrame
        Columns ``step``, ``loss`` (of a frame, added over decoders).
    """

    network: VideoLstm
    history: pd.DataFrame


class VideoObjective:
    """Cross-entropy or squared error of the decoded frames, lowered by RMSProp.

    Parameters
    ----------
    network : VideoLstm
        Trained in place.
    parameters : VideoTrainingParameters
        Learning rate, norm of gradients and precision.
    """

    losses: tuple[str, ...] = ("loss",)

    def __init__(self, network: VideoLstm, parameters: VideoTrainingParameters) -> None:
        self.network, self.parameters = network, parameters
        self.optimiser = torch.optim.RMSprop(network.parameters(), parameters.learning_rate)
        self.modules: dict[str, nn.Module] = {"network": network}
        self.optimisers: dict[str, torch.optim.Optimizer] = {"optimiser": self.optimiser}

    def step(
        self,
        source: Float[Tensor, "batch source channels"],
        target: Float[Tensor, "batch target channels"],
    ) -> dict[str, float]:
        """Learn from a batch.

        Parameters
        ----------
        source : Tensor of float32, shape (batch, source, channels)
            Frames that the network reads.
        target : Tensor of float32, shape (batch, target, channels)
            Frames after them.

        Returns
        -------
        dict of str to float
            ``loss``: per frame, added over decoders, before any weight moved.

        Raises
        ------
        DataError
            When the network reads binary values and one lies outside [0, 1].
        """
        with autocast(source.device, self.parameters.precision):
            decoded = self.network(source, target)
        loss = self.network.loss(decoded, source, target)
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(self.network.parameters(), self.parameters.gradient_norm)
        self.optimiser.step()
        return {"loss": loss.item()}


def fit(
    source: WindowSource,
    parameters: VideoTrainingParameters,
    *,
    name: str,
    checkpoints: CheckpointFolder | None = None,
) -> VideoTrainingResult:
    """Train a network on windows of a source, new ones in every step.

    With `checkpoints`, a run that was killed continues from its last one, kept under `name`, and
    ends with the weights of an unbroken run (bit for bit on the CPU).

    Parameters
    ----------
    source : WindowSource
        Draws the windows.
    parameters : VideoTrainingParameters
        Network, windows, steps and optimiser.
    name : str
        Named in a checkpoint's file name and beside the progress bar.
    checkpoints : CheckpointFolder or None
        Where checkpoints are stored; None: nowhere.

    Returns
    -------
    VideoTrainingResult
        The trained network and its history.

    Raises
    ------
    DataError
        When windows do not fit the source, binary values lie outside [0, 1], or the loss is not
        finite.
    CheckpointError
        When a checkpoint is damaged or does not fit the network.
    """
    device, store = resolve_device(parameters.device), None
    if checkpoints is not None:
        told, data = source.identity()
        identity = {"training": parameters.identity(), "data": told}
        store = checkpoints.file(name, fingerprint(identity, data))
    draw = source.training(parameters.windows, parameters.batch_size, device)
    network = initial_network(math.prod(source.frame_shape), parameters).to(device)
    return _fit(network, draw, parameters, name, store)


def fit_frame_features(
    values: Float[np.ndarray, "frames channels"],
    parameters: VideoTrainingParameters,
    *,
    name: str,
    cuts: Sequence[int] = (),
    seen: Bool[np.ndarray, "frames"] | None = None,
) -> VideoTrainingResult:
    """Train a network on windows of one sequence, drawn uniformly.

    Parameters
    ----------
    values : ndarray of float, shape (frames, channels)
        The sequence.
    parameters : VideoTrainingParameters
        Network, windows, steps and optimiser.
    name : str
        Shown beside the progress bar.
    cuts : sequence of int
        Ascending first frames of new intervals; no window reaches across one.
    seen : ndarray of bool, shape (frames,), optional
        Whether enough was seen of each frame; no window holds another. None: of all.

    Returns
    -------
    VideoTrainingResult
        The trained network and its history.

    Raises
    ------
    DataError
        When no interval is as long as a window, cuts do not ascend within the sequence, binary
        values lie outside [0, 1], or the loss is not finite.
    """
    device = resolve_device(parameters.device)
    data = torch.as_tensor(values, dtype=torch.float32, device=device)
    starts = torch.as_tensor(all_starts(len(data), parameters.windows, cuts, seen))
    draw = partial(draw_windows, data, starts, parameters.windows, parameters.batch_size)
    network = initial_network(data.shape[1], parameters).to(device)
    return _fit(network, draw, parameters, name)


def initial_network(channels: int, parameters: VideoTrainingParameters) -> VideoLstm:
    """Make the network from which training begins; its weights come from the seed alone.

    Parameters
    ----------
    channels : int
        Of a frame.
    parameters : VideoTrainingParameters
        What the network is made of, and its seed.

    Returns
    -------
    VideoLstm
        On the CPU.
    """
    with seeded(parameters.seed):
        return VideoLstm(channels, parameters.network)


def _fit(
    network: VideoLstm,
    draw: Draw,
    parameters: VideoTrainingParameters,
    name: str,
    store: CheckpointFile | None = None,
) -> VideoTrainingResult:
    objective = VideoObjective(network, parameters)
    run = Run(objective)
    step = partial(_step, run, objective, draw, parameters)
    return VideoTrainingResult(network, train(run, step, parameters, name, store))


def _step(
    run: Run,
    objective: VideoObjective,
    draw: Draw,
    parameters: VideoTrainingParameters,
) -> dict[str, float]:
    source, target = draw(seed_of_step(parameters.seed, run.step))
    losses = objective.step(source, target)
    remedy = f"lower video.training.learning_rate (now {parameters.learning_rate:g})"
    check_losses(losses, run.step, remedy)
    return losses
