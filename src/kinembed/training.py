"""Training a network to predict motion: windows of one sequence, an objective, perhaps a watch.

Every random draw of a step comes from the seed and the step's number, so a run that continues
from a checkpoint sees the very windows, noise and dropout that an unbroken run would have seen.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, runtime_checkable

import numpy as np
import pandas as pd
import torch
from jaxtyping import Float
from pydantic import Field, NonNegativeFloat
from torch import Tensor

from kinembed.checkpoints import Checkpoint, CheckpointFolder, fingerprint
from kinembed.devices import resolve_device
from kinembed.errors import DataError
from kinembed.models.seq2seq import NetworkParameters, Seq2Seq
from kinembed.objectives import ObjectiveName, Optimisation, make_objective
from kinembed.training_loop import (
    LoopParameters,
    Run,
    above,
    below,
    run_to_end,
    seeded,
)
from kinembed.windows import WindowLengths, all_starts


class TrainingParameters(LoopParameters):
    """How a network is trained; the defaults of optimisation are the published ones."""

    network: NetworkParameters = NetworkParameters()
    windows: WindowLengths = WindowLengths()
    objective: ObjectiveName = "mse"
    input_noise: NonNegativeFloat = Field(
        0.0, description="standard deviation of noise added to source windows, in channel std"
    )


@dataclass(frozen=True)
class TrainingResult:
    """A trained network and how its losses fell.

    Columns of the history: ``step``, ``loss`` (the mean squared error of prediction, whatever
    the objective) and, of objectives with critics, ``fidelity`` and ``continuity``.
    """

    network: Seq2Seq
    history: pd.DataFrame


@runtime_checkable
class Watch(Protocol):
    """Looks at a network while it trains, and may end the training.

    What it remembers lives in the training's checkpoints, so a run that was killed goes on as
    an unbroken one would have.
    """

    every: int
    """Steps between looks; the last step is looked at too."""

    def look(self, step: int, network: Seq2Seq) -> bool:
        """Look at the network, in evaluation mode; True ends the training."""

    def tensors(self) -> dict[str, Tensor]:
        """What it remembers."""

    def restore(self, tensors: Mapping[str, Tensor]) -> None:
        """Inverse of :meth:`tensors`."""

    def identity(self) -> dict[str, object]:
        """What determines its looks, as plain values."""


class _WindowsRun(Run):
    """Training on windows of one sequence, perhaps under the eyes of a watch."""

    def __init__(
        self,
        data: Tensor,
        starts: Tensor,
        parameters: TrainingParameters,
        watch: Watch | None,
    ) -> None:
        network = initial_network(data.shape[1], parameters).to(data.device)
        optimisation = Optimisation(
            parameters.learning_rate, parameters.gradient_norm, parameters.precision
        )
        self.objective = make_objective(
            parameters.objective, network, data.shape[1], parameters.seed, optimisation
        )
        super().__init__(self.objective.modules, self.objective.optimisers, self.objective.losses)
        self.data, self.starts, self.parameters, self.watch = data, starts, parameters, watch

    def take(self) -> dict[str, float]:
        source, target = _draw(self.data, self.starts, self.parameters, self.step)
        with seeded(self.parameters.seed_of(self.step), self.data.device):
            losses = self.objective.step(source, target)
        if not np.isfinite(list(losses.values())).all():
            raise DataError(_diverged(losses, self.step, self.parameters))
        return losses

    def look(self, steps: int) -> None:
        watch, network = self.watch, self.objective.network
        if watch is not None and (self.step % watch.every == 0 or self.step == steps):
            with torch.no_grad():
                self.ended = watch.look(self.step, network.eval())
            network.train()

    def checkpoint(self) -> Checkpoint:
        made = super().checkpoint()
        if self.watch is None:
            return made
        ended = {"ended": torch.tensor(self.ended)}
        seen = above("watch", self.watch.tensors())
        return replace(made, tensors={**made.tensors, **ended, **seen})

    def restore(self, checkpoint: Checkpoint) -> None:
        super().restore(checkpoint)
        if self.watch is not None:
            self.ended = bool(checkpoint.tensors["ended"])
            self.watch.restore(below("watch", checkpoint.tensors))


def fit(
    values: Float[np.ndarray, "frames channels"],
    parameters: TrainingParameters,
    *,
    sequence: str,
    cuts: Sequence[int] = (),
    checkpoints: CheckpointFolder | None = None,
    watch: Watch | None = None,
) -> TrainingResult:
    """Train a network on standardised values of one sequence.

    No window reaches across `cuts`, ascending frames at which a new piece begins. With
    `checkpoints`, a run that was killed continues from its last checkpoint and ends with
    the weights of an unbroken run (bit for bit on the CPU).

    Raises DataError when the sequence is shorter than a window or the loss is not finite,
    CheckpointError when a checkpoint is damaged or does not fit the network.
    """
    device = resolve_device(parameters.device)
    data = torch.as_tensor(values, dtype=torch.float32, device=device)
    starts = torch.as_tensor(all_starts(len(data), parameters.windows, cuts))
    run = _WindowsRun(data, starts, parameters, watch)
    store = None
    if checkpoints is not None:
        identity = _identity(parameters, cuts, watch)
        store = checkpoints.file(sequence, fingerprint(identity, data))
    history = run_to_end(run, parameters, store, name=sequence)
    return TrainingResult(run.objective.network, history)


def initial_network(channels: int, parameters: TrainingParameters) -> Seq2Seq:
    """The network from which training begins, on the CPU; its weights come from the seed alone."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(parameters.seed)
        return Seq2Seq(channels, parameters.network)


def _identity(
    parameters: TrainingParameters, cuts: Sequence[int], watch: Watch | None
) -> dict[str, object]:
    """What determines a training besides its data; cuts and watch count when there are some."""
    identity = parameters.identity()
    if cuts:
        identity["cuts"] = [int(cut) for cut in cuts]
    if watch is not None:
        identity["watch"] = watch.identity()
    return identity


def _draw(
    data: Tensor, starts: Tensor, parameters: TrainingParameters, step: int
) -> tuple[Tensor, Tensor]:
    """Source and target of a batch of windows drawn uniformly, a function of seed and step."""
    generator = torch.Generator().manual_seed(parameters.seed_of(step))
    windows, size = parameters.windows, parameters.batch_size
    drawn = starts[torch.randint(len(starts), (size, 1), generator=generator)]
    frames = (drawn + torch.arange(windows.total)).to(data.device)
    source, target = data[frames].split([windows.source, windows.target], dim=1)
    if parameters.input_noise:
        noise = torch.randn(source.shape, generator=generator).to(data.device)
        source = source + parameters.input_noise * noise
    return source, target


def _diverged(losses: Mapping[str, float], step: int, parameters: TrainingParameters) -> str:
    name, value = next(item for item in losses.items() if not np.isfinite(item[1]))
    critic = "" if name == "loss" else f"{name} "
    objective = "" if parameters.objective == "mse" else f" of objective {parameters.objective}"
    what = f"the {critic}loss{objective}"
    return (
        f"{what} is {value} at step {step}; lower training.learning_rate "
        f"(now {parameters.learning_rate:g})"
    )
