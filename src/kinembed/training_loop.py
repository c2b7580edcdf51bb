"""The loop that every training shares: steps, checkpoints, resuming, how losses fell.

A :class:`Run` says what a step is. Everything that is drawn in it comes from the seed and the
step's number, so a run that continues from a checkpoint takes the very steps that an unbroken run
would have taken.
"""

import logging
import multiprocessing
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Never

import numpy as np
import pandas as pd
import torch
from pydantic import NonNegativeInt, PositiveFloat, PositiveInt
from torch import Tensor, nn
from tqdm import tqdm

from kinembed.checkpoints import Checkpoint, CheckpointFile
from kinembed.devices import DeviceName, Precision
from kinembed.errors import CheckpointError
from kinembed.parameters import Parameters

logger = logging.getLogger(__name__)


class LoopParameters(Parameters):
    """What every training is told; the defaults of optimisation are those of the main system."""

    steps: PositiveInt = 10_000
    batch_size: PositiveInt = 16
    learning_rate: PositiveFloat = 1e-4
    gradient_norm: PositiveFloat = 1.0
    seed: NonNegativeInt = 0
    device: DeviceName = "auto"
    precision: Precision = "auto"
    checkpoint_every: PositiveInt = 200
    history_every: PositiveInt = 10

    def identity(self) -> dict[str, object]:
        """What determines the weights; the rest is only about where and how often."""
        return self.model_dump(mode="json", exclude={"checkpoint_every"})

    def seed_of(self, step: int) -> int:
        """From which a step draws its data."""
        return self.seed * 1_000_003 + step


class Run(ABC):
    """A training under way.

    Modules and optimisers go by the names that they have in a checkpoint; `names` are those of a
    step's losses.
    """

    def __init__(
        self,
        modules: Mapping[str, nn.Module],
        optimisers: Mapping[str, torch.optim.Optimizer],
        names: tuple[str, ...] = ("loss",),
    ) -> None:
        self.modules, self.optimisers, self.names = modules, optimisers, names
        self.step = 0
        self.losses: list[dict[str, float]] = []
        self.ended = False

    @abstractmethod
    def take(self) -> dict[str, float]:
        """Take the step of number `self.step`; its losses, before any weight moved."""

    def look(self, steps: int) -> None:  # noqa: B027
        """Look at what the step has made, and set `ended` to take no more; by default nothing."""

    def checkpoint(self) -> Checkpoint:
        """All that a later run needs to go on."""
        tensors: dict[str, Tensor] = {}
        for name, module in self.modules.items():
            tensors |= above(name, module.state_dict())
        for name, optimiser in self.optimisers.items():
            for index, state in optimiser.state_dict()["state"].items():
                tensors |= above(f"{name}.{index}", state)
        for name in self.names:
            values = [losses[name] for losses in self.losses]
            tensors[_losses_of(name)] = torch.tensor(values, dtype=torch.float64)
        return Checkpoint(self.step, tensors)

    def restore(self, checkpoint: Checkpoint) -> None:
        """Inverse of :meth:`checkpoint`."""
        stored = checkpoint.tensors
        for name, module in self.modules.items():
            module.load_state_dict(below(name, stored))
        for name, optimiser in self.optimisers.items():
            _restore_optimiser(optimiser, below(name, stored))
        columns = [stored[_losses_of(name)].tolist() for name in self.names]
        rows = zip(*columns, strict=True)
        self.losses = [dict(zip(self.names, row, strict=True)) for row in rows]
        self.step = checkpoint.step


def run_to_end(
    run: Run, parameters: LoopParameters, store: CheckpointFile | None, *, name: str
) -> pd.DataFrame:
    """Take the steps that remain, from the last checkpoint if there is one.

    Returns the mean losses of every group of `history_every` steps, with the column ``step``.
    Raises CheckpointError when the checkpoint is damaged or does not fit the networks.
    """
    if store is not None:
        _resume(run, store)
    for module in run.modules.values():
        module.train()
    with _bar(parameters.steps, run.step, name) as bar:
        while run.step < parameters.steps and not run.ended:
            losses = run.take()
            run.step += 1
            bar.update()
            bar.set_postfix(loss=f"{losses['loss']:.3f}", refresh=False)
            run.losses.append(losses)
            run.look(parameters.steps)
            if store is not None and run.step % parameters.checkpoint_every == 0:
                store.save(run.checkpoint())
    if store is not None:
        store.save(run.checkpoint())
    return _history(run.losses, parameters.history_every)


@contextmanager
def seeded(seed: int, device: torch.device) -> Iterator[None]:
    """Within, global draws (dropout) come from a seed; they leave no trace after."""
    with torch.random.fork_rng([device] if device.type == "cuda" else []):
        torch.manual_seed(-1 - seed)  # no seed of data is < 0
        yield


def above(prefix: str, tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The tensors under names that begin with a prefix."""
    return {f"{prefix}.{name}": tensor for name, tensor in tensors.items()}


def below(prefix: str, tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The tensors whose names begin with a prefix, without it."""
    return {
        name.removeprefix(f"{prefix}."): tensor
        for name, tensor in tensors.items()
        if name.startswith(f"{prefix}.")
    }


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


def _resume(run: Run, store: CheckpointFile) -> None:
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


def _history(losses: list[dict[str, float]], every: int) -> pd.DataFrame:
    """Mean losses of every group of `every` steps, at the number of its last step."""
    table = pd.DataFrame(losses)
    steps = np.arange(1, len(table) + 1)
    groups = table.assign(step=steps).groupby((steps - 1) // every)
    means = dict.fromkeys(table.columns, "mean")
    return groups.agg({"step": "last", **means}).reset_index(drop=True)


def _bar(steps: int, done: int, sequence: str) -> "tqdm[Never]":
    """A progress bar of its own line for each worker process; silent when no one is looking."""
    worker = multiprocessing.current_process().name.rpartition("-")[2]
    return tqdm(
        total=steps,
        initial=done,
        desc=sequence,
        unit="step",
        position=int(worker) if worker.isdigit() else None,
        leave=False,
        disable=None,
    )
