"""A training under way, whatever is trained: steps, their losses, and checkpoints of both."""

import logging
import multiprocessing
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import ClassVar, Never, Protocol, runtime_checkable

import numpy as np
import pandas as pd
import torch
from pydantic import Field, PositiveFloat, PositiveInt
from torch import Tensor, nn
from tqdm import tqdm

from kinembed.core.errors import CheckpointError, DataError
from kinembed.core.parameters import Parameters
from kinembed.training.checkpoints import Checkpoint, CheckpointFile
from kinembed.training.devices import DeviceName, Precision

logger = logging.getLogger(__name__)


class OptimisationParameters(Parameters):
    """How long and where weights are moved, whatever they are weights of."""

    steps: PositiveInt = Field(description="of training")
    batch_size: PositiveInt = Field(description="windows in a step")
    learning_rate: PositiveFloat = Field(description="of the optimiser")
    device: DeviceName = Field("auto", description="auto: CUDA, MPS, then the CPU")
    precision: Precision = Field("auto", description="auto: mixed on CUDA, else full")
    checkpoint_every: PositiveInt = Field(200, description="steps between checkpoints")
    history_every: PositiveInt = Field(10, description="steps between entries of the history")

    aside: ClassVar[frozenset[str]] = frozenset({"checkpoint_every"})
    """What does not shape the weights, or is checked in another way."""

    def identity(self) -> dict[str, object]:
        """What determines the weights; the rest is only about where and how often."""
        return self.model_dump(mode="json", exclude=set(self.aside))


@runtime_checkable
class Objective(Protocol):
    """What is learned; modules and optimisers go by the names that they have in a checkpoint."""

    @property
    def losses(self) -> tuple[str, ...]:
        """Names of a step's losses."""

    @property
    def modules(self) -> Mapping[str, nn.Module]:
        """Everything that has weights."""

    @property
    def optimisers(self) -> Mapping[str, torch.optim.Optimizer]:
        """What moves them."""


@dataclass
class Run:
    """What a checkpoint holds."""

    objective: Objective
    step: int = 0
    losses: list[dict[str, float]] = field(default_factory=list)
    ended: bool = False
    """True ends the training before its last step."""

    def check(self, steps: int) -> None:
        """Called after every step, before it is kept; may end the training."""

    def checkpoint(self) -> Checkpoint:
        """All that is needed to continue, as tensors."""
        tensors: dict[str, Tensor] = {}
        for name, module in self.objective.modules.items():
            tensors |= above(name, module.state_dict())
        for name, optimiser in self.objective.optimisers.items():
            for index, state in optimiser.state_dict()["state"].items():
                tensors |= above(f"{name}.{index}", state)
        for name in self.objective.losses:
            values = [losses[name] for losses in self.losses]
            tensors[_losses_of(name)] = torch.tensor(values, dtype=torch.float64)
        return Checkpoint(self.step, tensors)

    def restore(self, checkpoint: Checkpoint) -> None:
        """Inverse of :meth:`checkpoint`."""
        stored = checkpoint.tensors
        for name, module in self.objective.modules.items():
            module.load_state_dict(below(name, stored))
        for name, optimiser in self.objective.optimisers.items():
            _restore_optimiser(optimiser, below(name, stored))
        names = self.objective.losses
        columns = [stored[_losses_of(name)].tolist() for name in names]
        self.losses = [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]
        self.step = checkpoint.step


def resume(run: Run, store: CheckpointFile) -> None:
    """Continue from the last checkpoint, if there is one.

    Raises CheckpointError when it is damaged or of another network.
    """
    checkpoint = store.load()
    if checkpoint is None:
        return
    try:
        run.restore(checkpoint)
    except (RuntimeError, KeyError, ValueError) as error:
        raise CheckpointError(
            f"{store.path}: the checkpoint is of another network ({error}); delete it to start anew"
        ) from error
    logger.info("Continuing at step %d from %s", run.step, store.path)


def train(
    run: Run,
    take: Callable[[], dict[str, float]],
    parameters: OptimisationParameters,
    description: str,
    store: CheckpointFile | None = None,
) -> pd.DataFrame:
    """Take all steps, or with a store those that remain, and give the history of the losses.

    `take` takes the step of number ``run.step`` and gives its losses. Raises CheckpointError as
    :func:`resume` does.
    """
    if store is not None:
        resume(run, store)
    for module in run.objective.modules.values():
        module.train()
    with step_bar(parameters.steps, run.step, description) as bar:
        while run.step < parameters.steps and not run.ended:
            losses = take()
            run.losses.append(losses)
            run.step += 1
            bar.update()
            bar.set_postfix(loss=f"{losses['loss']:.3f}", refresh=False)
            run.check(parameters.steps)
            if store is not None and run.step % parameters.checkpoint_every == 0:
                store.save(run.checkpoint())
    if store is not None:
        store.save(run.checkpoint())
    return history(run.losses, parameters.history_every)


def above(prefix: str, tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Tensors under longer names."""
    return {f"{prefix}.{name}": tensor for name, tensor in tensors.items()}


def below(prefix: str, tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The tensors whose names begin with a prefix, without it."""
    return {
        name.removeprefix(f"{prefix}."): tensor
        for name, tensor in tensors.items()
        if name.startswith(f"{prefix}.")
    }


def seed_of_step(seed: int, step: int) -> int:
    """From it a step draws what it sees."""
    return seed * 1_000_003 + step


@contextmanager
def seeded_dropout(seed: int, step: int, device: torch.device) -> Iterator[None]:
    """What a step draws inside is a function of seed and step, and nothing outside changes."""
    with torch.random.fork_rng([device] if device.type == "cuda" else []):
        torch.manual_seed(-1 - seed_of_step(seed, step))  # no seed of what it sees is < 0
        yield


def check_losses(losses: Mapping[str, float], step: int, remedy: str, objective: str = "") -> None:
    """Raise DataError, with the remedy, for a loss that is not finite."""
    for name, value in losses.items():
        if not np.isfinite(value):
            critic = "" if name == "loss" else f"{name} "
            raise DataError(f"the {critic}loss{objective} is {value} at step {step}; {remedy}")


def history(losses: Sequence[Mapping[str, float]], every: int) -> pd.DataFrame:
    """Mean losses of every group of `every` steps, at the number of its last step."""
    table = pd.DataFrame(losses)
    steps = np.arange(1, len(table) + 1)
    groups = table.assign(step=steps).groupby((steps - 1) // every)
    means = dict.fromkeys(table.columns, "mean")
    return groups.agg({"step": "last", **means}).reset_index(drop=True)


def step_bar(steps: int, done: int, description: str) -> "tqdm[Never]":
    """A progress bar of its own line for each worker process; silent when no one is looking."""
    worker = multiprocessing.current_process().name.rpartition("-")[2]
    return tqdm(
        total=steps,
        initial=done,
        desc=description,
        unit="step",
        position=int(worker) if worker.isdigit() else None,
        leave=False,
        disable=None,
    )


def _losses_of(name: str) -> str:
    """Where a checkpoint keeps the losses of that name."""
    return "losses" if name == "loss" else f"losses.{name}"


def _restore_optimiser(optimiser: torch.optim.Optimizer, stored: Mapping[str, Tensor]) -> None:
    states: dict[int, dict[str, Tensor]] = {}
    for name, tensor in stored.items():
        index, key = name.split(".", 1)
        states.setdefault(int(index), {})[key] = tensor
    groups = optimiser.state_dict()["param_groups"]
    optimiser.load_state_dict({"state": states, "param_groups": groups})
