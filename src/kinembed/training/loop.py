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
from kinembed.networks.seeding import seeded
from kinembed.training.checkpoints import Checkpoint, CheckpointFile
from kinembed.training.devices import DeviceName, Precision

logger = logging.getLogger(__name__)


class OptimisationParameters(Parameters):
    """How long and where weights are trained, whatever the network.

    Attributes
    ----------
    steps : int
        Steps of training.
    batch_size : int
        Windows in a step.
    learning_rate : float
        Of the optimiser.
    device : {"auto", "cpu", "cuda", "mps"}
        ``auto``: CUDA, then MPS, then the CPU.
    precision : {"auto", "full", "mixed"}
        ``auto``: mixed on CUDA, else full.
    checkpoint_every : int
        Steps between checkpoints.
    history_every : int
        Steps whose mean losses become one row of the history.
    not_in_identity : frozenset of str
        Names of the settings that :meth:`identity` leaves out.
    """

    steps: PositiveInt = Field(description="of training")
    batch_size: PositiveInt = Field(description="windows in a step")
    learning_rate: PositiveFloat = Field(description="of the optimiser")
    device: DeviceName = Field("auto", description="auto: CUDA, MPS, then the CPU")
    precision: Precision = Field("auto", description="auto: mixed on CUDA, else full")
    checkpoint_every: PositiveInt = Field(200, description="steps between checkpoints")
    history_every: PositiveInt = Field(10, description="steps between entries of the history")

    not_in_identity: ClassVar[frozenset[str]] = frozenset({"checkpoint_every"})
    """What does not shape the weights, or is checked in another way."""

    def identity(self) -> dict[str, object]:
        """What determines the weights; the rest is only about where and how often.

        Returns
        -------
        dict of str to object
            Setting -> plain value, for :func:`kinembed.training.checkpoints.fingerprint`.
        """
        return self.model_dump(mode="json", exclude=set(self.not_in_identity))


@runtime_checkable
class Objective(Protocol):
    """What is learned; modules and optimisers go by the names that they have in a checkpoint."""

    @property
    def losses(self) -> tuple[str, ...]:
        """Names of a step's losses.

        Returns
        -------
        tuple of str
            ``loss`` and any others.
        """

    @property
    def modules(self) -> Mapping[str, nn.Module]:
        """Everything that has weights.

        Returns
        -------
        mapping of str to nn.Module
            By the name in a checkpoint.
        """

    @property
    def optimisers(self) -> Mapping[str, torch.optim.Optimizer]:
        """The optimisers of those weights.

        Returns
        -------
        mapping of str to torch.optim.Optimizer
            By the name in a checkpoint.
        """


@dataclass
class Run:
    """What a checkpoint holds.

    Attributes
    ----------
    objective : Objective
        Networks and optimisers, which the run changes.
    step : int
        Number of steps so far.
    losses : list of dict
        Losses of each step, by name.
    ended : bool
        True ends the training before its last step.
    """

    objective: Objective
    step: int = 0
    losses: list[dict[str, float]] = field(default_factory=list)
    ended: bool = False
    """True ends the training before its last step."""

    def check(self, steps: int) -> None:
        """Called after every step, before its checkpoint; it may set ``ended``.

        Parameters
        ----------
        steps : int
            Number of the last step.
        """

    def checkpoint(self) -> Checkpoint:
        """All that is needed to continue, as tensors.

        Returns
        -------
        Checkpoint
            Weights, state of the optimisers and losses; the optimisers' settings are not stored.
        """
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
        """Inverse of :meth:`checkpoint`.

        Parameters
        ----------
        checkpoint : Checkpoint
            Of a run with the same objective.

        Raises
        ------
        KeyError, RuntimeError, ValueError
            When the checkpoint is of another network.
        """
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
    """Continue from the last checkpoint; without one nothing changes.

    Parameters
    ----------
    run : Run
        Receives what the checkpoint holds.
    store : CheckpointFile
        Where the checkpoint lies.

    Raises
    ------
    CheckpointError
        When the checkpoint is damaged or of another network.
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
    step: Callable[[], dict[str, float]],
    parameters: OptimisationParameters,
    description: str,
    store: CheckpointFile | None = None,
) -> pd.DataFrame:
    """Train for all steps, or with a store for those that remain.

    Parameters
    ----------
    run : Run
        What is trained; it ends in its state after the last step.
    step : Callable
        Makes the step of number ``run.step``, from 0, and returns its losses, among them ``loss``.
    parameters : OptimisationParameters
        Number of steps, and how often a checkpoint and a row of the history are due.
    description : str
        Text before the progress bar.
    store : CheckpointFile, optional
        Where checkpoints are kept; None: none are read or written.

    Returns
    -------
    pd.DataFrame
        The history of the losses from the first step on (see :func:`history`).

    Raises
    ------
    CheckpointError
        When the checkpoint in the store is damaged or of another network.
    OSError
        When a checkpoint cannot be written.
    """
    if store is not None:
        resume(run, store)
    for module in run.objective.modules.values():
        module.train()
    with step_bar(parameters.steps, run.step, description) as bar:
        while run.step < parameters.steps and not run.ended:
            losses = step()
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
    """Tensors under names with a prefix.

    Parameters
    ----------
    prefix : str
        Put before each name, with a dot between them.
    tensors : mapping of str to Tensor
        By name.

    Returns
    -------
    dict of str to Tensor
        ``prefix.name`` -> the same tensor.
    """
    return {f"{prefix}.{name}": tensor for name, tensor in tensors.items()}


def below(prefix: str, tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The tensors whose names begin with a prefix, without it.

    Parameters
    ----------
    prefix : str
        Beginning of names, without the dot after it.
    tensors : mapping of str to Tensor
        By name, in which several prefixes may occur.

    Returns
    -------
    dict of str to Tensor
        Inverse of :func:`above`.
    """
    return {
        name.removeprefix(f"{prefix}."): tensor
        for name, tensor in tensors.items()
        if name.startswith(f"{prefix}.")
    }


def seed_of_step(seed: int, step: int) -> int:
    """The seed from which a step draws its windows and noise.

    Parameters
    ----------
    seed : int
        Of the training, at least 0.
    step : int
        Number of the step, from 0.

    Returns
    -------
    int
        Differs between all seeds and steps, as long as there are fewer than 1,000,003 steps.
    """
    return seed * 1_000_003 + step


@contextmanager
def seeded_dropout(seed: int, step: int, device: torch.device) -> Iterator[None]:
    """What a step draws inside is a function of seed and step, and nothing outside changes.

    Parameters
    ----------
    seed : int
        Of the training, at least 0.
    step : int
        Number of the step, from 0.
    device : torch.device
        Device that draws.

    Yields
    ------
    None
        Inside, torch's generators are seeded; those of CPU and CUDA device are restored at the end.
    """
    with seeded(-1 - seed_of_step(seed, step), device):  # no seed of what it sees is < 0
        yield


def check_losses(losses: Mapping[str, float], step: int, remedy: str, objective: str = "") -> None:
    """Check that all losses of a step are finite.

    Parameters
    ----------
    losses : mapping of str to float
        Losses by name.
    step : int
        Number of the step, for the message.
    remedy : str
        What the user may do, for the message.
    objective : str
        Words that name the objective in the message, with a space before them.

    Raises
    ------
    DataError
        When a loss is infinite or NaN.
    """
    for name, value in losses.items():
        if not np.isfinite(value):
            critic = "" if name == "loss" else f"{name} "
            raise DataError(f"the {critic}loss{objective} is {value} at step {step}; {remedy}")


def history(losses: Sequence[Mapping[str, float]], every: int) -> pd.DataFrame:
    """Mean losses of every group of `every` steps, at the number of its last step.

    Parameters
    ----------
    losses : sequence of mappings of str to float
        Losses of each step, by name.
    every : int
        Steps in a group, at least 1; the last group may have fewer.

    Returns
    -------
    pd.DataFrame
        Columns ``step``, counted from 1, and one per loss.
    """
    table = pd.DataFrame(losses)
    steps = np.arange(1, len(table) + 1)
    groups = table.assign(step=steps).groupby((steps - 1) // every)
    means = dict.fromkeys(table.columns, "mean")
    return groups.agg({"step": "last", **means}).reset_index(drop=True)


def step_bar(steps: int, done: int, description: str) -> "tqdm[Never]":
    """A progress bar, each worker process on its own line; silent when stderr is no terminal.

    Parameters
    ----------
    steps : int
        Number of the last step.
    done : int
        Number of steps before.
    description : str
        Text before the bar.

    Returns
    -------
    tqdm
        To be used in a ``with`` statement.
    """
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
