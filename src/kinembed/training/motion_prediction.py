"""Training a network to predict motion.

Every random draw of a step comes from the seed and the step's number, so a run that continues
from a checkpoint sees the very windows, noise and dropout that an unbroken run would have seen.
"""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import partial
from typing import Literal, Protocol, runtime_checkable

import numpy as np
import pandas as pd
import torch
from jaxtyping import Bool, Float, Int
from pydantic import (
    Field,
    NonNegativeFloat,
    NonNegativeInt,
    PositiveFloat,
    PositiveInt,
    model_validator,
)
from torch import Tensor

from kinembed.motion.windows import WindowLengths
from kinembed.networks.seeding import seeded
from kinembed.networks.seq2seq import NetworkParameters, Seq2Seq
from kinembed.training.assignment import Share
from kinembed.training.checkpoints import (
    Checkpoint,
    CheckpointFile,
    CheckpointFolder,
    fingerprint,
)
from kinembed.training.devices import resolve_device
from kinembed.training.loop import (
    OptimisationParameters,
    Run,
    above,
    below,
    check_losses,
    seed_of_step,
    seeded_dropout,
    train,
)
from kinembed.training.objectives import MseObjective, ObjectiveName, Optimisation, make_objective
from kinembed.training.window_draw import Draw, WindowDraw, make_draw

Targets = Literal["future", "present", "shuffled"]


class TrainingParameters(OptimisationParameters):
    """How a network is trained; the defaults are preset ``fast``.

    Attributes
    ----------
    network : NetworkParameters
        Size and kind of the layers.
    windows : WindowLengths
        Source and target frames of a window.
    objective : {"mse", "adversarial", "joint"}
        What training minimises (see :mod:`kinembed.training.objectives`).
    targets : {"future", "present", "shuffled"}
        What a window is trained to give: the frames after its source; for ablations, the last
        frames of the source itself, without noise, or the frames after the source of another
        window of the step. The last two need objective ``mse``.
    window_draw : {"uniform", "segment"}
        How the windows of a step are drawn: any alike; or a segment between two cuts, any alike,
        then a window in it, but for its last.
    steps : int
        Steps of training; published: 10,000.
    batch_size : int
        Windows in a step; published: 16.
    learning_rate : float
        Of Adam; published: 0.0001.
    gradient_norm : float
        Gradients of a greater norm are scaled down to it.
    input_noise : float
        Standard deviation of noise added to source windows, in channel standard deviations;
        published: 0.
    share : {"each", "all"}
        Whether every recording has a model of its own, or all share one.
    seed : int
        Of the weights and of all draws, at least 0.
    """

    network: NetworkParameters = NetworkParameters()
    windows: WindowLengths = WindowLengths()
    objective: ObjectiveName = Field("mse", description="what training minimises")
    targets: Targets = Field(
        "future",
        description="what a window is trained to give: the frames after its source; for ablations, "
        "present: the last frames of its source; shuffled: the future of another window",
    )
    window_draw: WindowDraw = Field(
        "uniform",
        description="uniform: any window alike; segment: a segment between two cuts, then a "
        "window in it, but for its last",
    )
    steps: PositiveInt = Field(1000, description="of training; published: 10,000")
    batch_size: PositiveInt = Field(32, description="windows in a step; published: 16")
    learning_rate: PositiveFloat = Field(1e-3, description="of Adam; published: 0.0001")
    gradient_norm: PositiveFloat = Field(1.0, description="to which gradients are clipped")
    input_noise: NonNegativeFloat = Field(
        0.2,
        description="standard deviation of noise added to source windows, in channel standard "
        "deviations; published: 0",
    )
    share: Share = Field(
        "each",
        exclude=True,
        description="each: every recording has a model of its own; all: they share one",
    )
    seed: NonNegativeInt = Field(0, description="of the weights and of all draws")

    def identity(self) -> dict[str, object]:
        """What determines the weights; the rest is only about where and how often.

        Returns
        -------
        dict of str to object
            Setting -> plain value. A uniform draw and the future as target are left out:
            checkpoints of trainings from before there were others are continued.
        """
        identity = super().identity()
        if self.window_draw == "uniform":
            del identity["window_draw"]
        if self.targets == "future":
            del identity["targets"]
        return identity

    @model_validator(mode="after")
    def _has_targets(self) -> "TrainingParameters":
        if self.targets != "future" and self.objective != "mse":
            raise ValueError(f"targets '{self.targets}' need objective 'mse'")
        if self.targets == "present" and self.windows.target > self.windows.source:
            raise ValueError("targets 'present' need windows of at least as many source frames")
        if self.targets == "shuffled" and self.batch_size == 1:
            raise ValueError("targets 'shuffled' need a batch_size of at least 2")
        return self


@dataclass(frozen=True)
class TrainingResult:
    """A trained network and how its losses fell.

    Attributes
    ----------
    network : Seq2Seq
        On the device that trained it.
    history : pd.DataFrame
        Columns ``step``, ``loss`` (the mean squared error of prediction, whatever the objective)
        and, of objectives with critics, ``fidelity`` and ``continuity``.
    """

    network: Seq2Seq
    history: pd.DataFrame


@runtime_checkable
class Callback(Protocol):
    """Checks a network while it trains, and may end the training.

    What it remembers lives in the training's checkpoints, so a run that was killed goes on as
    an unbroken one would have.

    Attributes
    ----------
    every : int
        Steps between checks; the last step is checked too.
    """

    every: int
    """Steps between checks; the last step is checked too."""

    def check(self, step: int, network: Seq2Seq) -> bool:
        """Check the network.

        Parameters
        ----------
        step : int
            Number of steps so far.
        network : Seq2Seq
            In evaluation mode, without gradients; training goes on with it, so it must not change.

        Returns
        -------
        bool
            True ends the training.
        """

    def tensors(self) -> dict[str, Tensor]:
        """What it remembers.

        Returns
        -------
        dict of str to Tensor
            Stored in every checkpoint.
        """

    def restore(self, tensors: Mapping[str, Tensor]) -> None:
        """Inverse of :meth:`tensors`.

        Parameters
        ----------
        tensors : mapping of str to Tensor
            What :meth:`tensors` gave when the checkpoint was written.
        """

    def identity(self) -> dict[str, object]:
        """What determines its checks, as plain values.

        Returns
        -------
        dict of str to object
            Enters the fingerprint of the training: another identity begins a new training.
        """


@dataclass
class _Run(Run):
    """A training with a callback."""

    objective: MseObjective
    callback: Callback | None = None

    @property
    def network(self) -> Seq2Seq:
        return self.objective.network

    def check(self, steps: int) -> None:
        """Show the network to the callback when it is time."""
        if self.callback is not None and (
            self.step % self.callback.every == 0 or self.step == steps
        ):
            with torch.no_grad():
                self.ended = self.callback.check(self.step, self.network.eval())
            self.network.train()

    def checkpoint(self) -> Checkpoint:
        found = super().checkpoint()
        if self.callback is None:
            return found
        of_callback = {
            "ended": torch.tensor(self.ended),
            **above("callback", self.callback.tensors()),
        }
        return Checkpoint(found.step, {**found.tensors, **of_callback})

    def restore(self, checkpoint: Checkpoint) -> None:
        super().restore(checkpoint)
        if self.callback is not None:
            self.ended = bool(checkpoint.tensors["ended"])
            self.callback.restore(below("callback", checkpoint.tensors))


def fit(
    values: Float[np.ndarray, "frames channels"],
    parameters: TrainingParameters,
    *,
    sequence: str,
    cuts: Sequence[int] = (),
    seen: Bool[np.ndarray, "frames"] | None = None,
    weights: Float[np.ndarray, "frames channels"] | None = None,
    checkpoints: CheckpointFolder | None = None,
    callback: Callback | None = None,
) -> TrainingResult:
    """Train a network on standardised values of one sequence.

    Parameters
    ----------
    values : ndarray of float, shape (frames, channels)
        Each channel in its standard deviations about its mean.
    parameters : TrainingParameters
        Network, windows, objective, length of the training and seed.
    sequence : str
        Name of the sequence, for checkpoint files and the progress bar.
    cuts : sequence of int
        Ascending frames at which a new interval begins; no window reaches across them.
    seen : ndarray of bool, shape (frames,), optional
        Whether enough was seen of each frame; no window holds another. None: all.
    weights : ndarray of float, shape (frames, channels), optional
        How much the prediction of each value counts, at least 0. None: all alike.
    checkpoints : CheckpointFolder, optional
        Where a training that was killed continues from its last checkpoint; it ends with the
        weights of an unbroken one (bit for bit on the CPU). None: no checkpoints.
    callback : Callback, optional
        Checks the network while it trains, and may end the training.

    Returns
    -------
    TrainingResult
        The network after the last step, and its losses.

    Raises
    ------
    DataError
        When no interval is as long as a window, the cuts do not ascend within the sequence, or a
        loss is not finite.
    CheckpointError
        When a checkpoint is damaged or does not fit the network.
    """
    device = resolve_device(parameters.device)
    data, counts = _tensors(values, weights, device)
    draw = make_draw(parameters.window_draw, len(data), parameters.windows, cuts, seen)
    run = _start(data.shape[1], parameters, device, callback)
    store = None
    if checkpoints is not None:
        identity = _identity(parameters, cuts, seen, callback)
        store = _store(checkpoints, sequence, identity, data, counts)
    step = partial(_step, run, data, counts, draw, parameters)
    return TrainingResult(run.network, train(run, step, parameters, sequence, store))


def resumed_step(
    values: Float[np.ndarray, "frames channels"],
    parameters: TrainingParameters,
    checkpoints: CheckpointFolder,
    *,
    sequence: str,
    cuts: Sequence[int] = (),
    seen: Bool[np.ndarray, "frames"] | None = None,
    weights: Float[np.ndarray, "frames channels"] | None = None,
) -> int:
    """Find where :func:`fit` would go on, without training.

    Parameters
    ----------
    values, parameters
        As in :func:`fit`.
    checkpoints : CheckpointFolder
        Where trainings keep their checkpoints.
    sequence, cuts, seen, weights
        As in :func:`fit`.

    Returns
    -------
    int
        Steps of the last checkpoint of this training; 0 without one.

    Raises
    ------
    CheckpointError
        When the checkpoint is damaged.
    """
    data, counts = _tensors(values, weights, torch.device("cpu"))
    identity = _identity(parameters, cuts, seen, None)
    found = _store(checkpoints, sequence, identity, data, counts).load()
    return 0 if found is None else found.step


def initial_network(channels: int, parameters: TrainingParameters) -> Seq2Seq:
    """The network from which training begins, on the CPU; its weights come from the seed alone.

    Parameters
    ----------
    channels : int
        Channels of a frame.
    parameters : TrainingParameters
        Of them ``network`` and ``seed`` count.

    Returns
    -------
    Seq2Seq
        Untrained. The state of torch's generator of the CPU does not change.
    """
    with seeded(parameters.seed):
        return Seq2Seq(channels, parameters.network)


def _tensors(
    values: Float[np.ndarray, "frames channels"],
    weights: Float[np.ndarray, "frames channels"] | None,
    device: torch.device,
) -> tuple[Tensor, Tensor | None]:
    data = torch.as_tensor(values, dtype=torch.float32, device=device)
    return data, None if weights is None else torch.as_tensor(weights).to(data)


def _store(
    checkpoints: CheckpointFolder,
    sequence: str,
    identity: dict[str, object],
    data: Tensor,
    counts: Tensor | None,
) -> CheckpointFile:
    of_data = [data] if counts is None else [data, counts]
    return checkpoints.file(sequence, fingerprint(identity, *of_data))


def _identity(
    parameters: TrainingParameters,
    cuts: Sequence[int],
    seen: Bool[np.ndarray, "frames"] | None,
    callback: Callback | None,
) -> dict[str, object]:
    """What determines a training besides its data; what is not there does not count."""
    identity = parameters.identity()
    if cuts:
        identity["cuts"] = [int(cut) for cut in cuts]
    if seen is not None and not seen.all():
        identity["unseen"] = np.flatnonzero(~seen).tolist()
    if callback is not None:
        identity["callback"] = callback.identity()
    return identity


def _start(
    channels: int, parameters: TrainingParameters, device: torch.device, callback: Callback | None
) -> _Run:
    network = initial_network(channels, parameters).to(device)
    optimisation = Optimisation(
        parameters.learning_rate, parameters.gradient_norm, parameters.precision
    )
    objective = make_objective(
        parameters.objective, network, channels, parameters.seed, optimisation
    )
    return _Run(objective, callback=callback)


def _step(
    run: _Run, data: Tensor, counts: Tensor | None, draw: Draw, parameters: TrainingParameters
) -> dict[str, float]:
    source, predicted = _draw(data, draw, parameters, run.step)
    target, weights = data[predicted], None if counts is None else counts[predicted]
    with _dropout(parameters, run.step, data.device):
        losses = run.objective.step(source, target, weights)
    objective = "" if parameters.objective == "mse" else f" of objective {parameters.objective}"
    remedy = f"lower training.learning_rate (now {parameters.learning_rate:g})"
    check_losses(losses, run.step, remedy, objective)
    return losses


def _dropout(
    parameters: TrainingParameters, step: int, device: torch.device
) -> AbstractContextManager[None]:
    """Without dropout nothing is drawn, and threads need not wait for one another."""
    if parameters.network.dropout:
        return seeded_dropout(parameters.seed, step, device)
    return nullcontext()


def _draw(
    data: Tensor, draw: Draw, parameters: TrainingParameters, step: int
) -> tuple[Tensor, Tensor]:
    """Sources of the windows of a step, and frames to predict: a function of seed and step."""
    generator = torch.Generator().manual_seed(seed_of_step(parameters.seed, step))
    windows, starts = parameters.windows, draw(parameters.batch_size, generator)
    frames = (starts[:, None] + torch.arange(windows.total)).to(data.device)
    source = data[frames[:, : windows.source]]
    if parameters.input_noise:
        noise = torch.randn(source.shape, generator=generator).to(data.device)
        source = source + parameters.input_noise * noise
    return source, _predicted(frames, parameters)


def _predicted(
    frames: Int[Tensor, "batch total"], parameters: TrainingParameters
) -> Int[Tensor, "batch target"]:
    """Frames that windows are trained to give."""
    windows = parameters.windows
    if parameters.targets == "present":
        return frames[:, windows.source - windows.target : windows.source]
    future = frames[:, windows.source :]
    # Windows are drawn independently: the next one is any other one.
    return future.roll(1, dims=0) if parameters.targets == "shuffled" else future
