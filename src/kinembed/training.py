"""Training a network to predict motion.

Every random draw of a step comes from the seed and the step's number, so a run that continues
from a checkpoint sees the very windows and noise that an unbroken run would have seen.
"""

import logging
import multiprocessing
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Never

import numpy as np
import pandas as pd
import torch
from jaxtyping import Float
from pydantic import Field, NonNegativeFloat, NonNegativeInt, PositiveFloat, PositiveInt
from torch import Tensor, nn
from tqdm import tqdm

from kinembed.checkpoints import Checkpoint, CheckpointFile, CheckpointFolder, fingerprint
from kinembed.devices import DeviceName, Precision, autocast, resolve_device
from kinembed.errors import CheckpointError, DataError
from kinembed.models.seq2seq import NetworkParameters, Seq2Seq
from kinembed.parameters import Parameters
from kinembed.windows import WindowLengths

logger = logging.getLogger(__name__)


class TrainingParameters(Parameters):
    """How a network is trained; the defaults of optimisation are the published ones."""

    network: NetworkParameters = NetworkParameters()
    windows: WindowLengths = WindowLengths()
    steps: PositiveInt = 10_000
    batch_size: PositiveInt = 16
    learning_rate: PositiveFloat = 1e-4
    gradient_norm: PositiveFloat = 1.0
    input_noise: NonNegativeFloat = Field(
        0.0, description="standard deviation of noise added to source windows, in channel std"
    )
    seed: NonNegativeInt = 0
    device: DeviceName = "auto"
    precision: Precision = "auto"
    checkpoint_every: PositiveInt = 200
    history_every: PositiveInt = 10

    def identity(self) -> dict[str, object]:
        """What determines the weights; the rest is only about where and how often."""
        return self.model_dump(mode="json", exclude={"checkpoint_every"})


@dataclass(frozen=True)
class TrainingResult:
    """A trained network and how its loss fell: columns ``step`` and ``loss``."""

    network: Seq2Seq
    history: pd.DataFrame


@dataclass
class _Run:
    """A training under way: what a checkpoint holds."""

    network: Seq2Seq
    optimiser: torch.optim.Adam
    step: int = 0
    losses: list[float] = field(default_factory=list)

    def checkpoint(self) -> Checkpoint:
        tensors: dict[str, Tensor] = {
            f"network.{name}": tensor for name, tensor in self.network.state_dict().items()
        }
        for index, state in self.optimiser.state_dict()["state"].items():
            tensors |= {f"optimiser.{index}.{name}": value for name, value in state.items()}
        tensors["losses"] = torch.tensor(self.losses, dtype=torch.float64)
        return Checkpoint(self.step, tensors)

    def restore(self, checkpoint: Checkpoint) -> None:
        stored = checkpoint.tensors
        weights = {
            name.removeprefix("network."): tensor
            for name, tensor in stored.items()
            if name.startswith("network.")
        }
        self.network.load_state_dict(weights)
        states: dict[int, dict[str, Tensor]] = {}
        for name, tensor in stored.items():
            if name.startswith("optimiser."):
                _, index, key = name.split(".", 2)
                states.setdefault(int(index), {})[key] = tensor
        groups = self.optimiser.state_dict()["param_groups"]
        self.optimiser.load_state_dict({"state": states, "param_groups": groups})
        self.step, self.losses = checkpoint.step, stored["losses"].tolist()


def fit(
    values: Float[np.ndarray, "frames channels"],
    parameters: TrainingParameters,
    *,
    sequence: str,
    checkpoints: CheckpointFolder | None = None,
) -> TrainingResult:
    """Train a network on standardised values of one sequence.

    With `checkpoints`, a run that was killed continues from its last checkpoint and ends with
    the weights of an unbroken run (bit for bit on the CPU).

    Raises DataError when the sequence is shorter than a window or the loss is not finite,
    CheckpointError when a checkpoint is damaged or does not fit the network.
    """
    device = resolve_device(parameters.device)
    data = torch.as_tensor(values, dtype=torch.float32, device=device)
    parameters.windows.count(len(data))
    run = _start(data.shape[1], parameters, device)
    store = None
    if checkpoints is not None:
        store = checkpoints.file(sequence, fingerprint(parameters.identity(), data))
        _resume(run, store)
    for loss in _steps(run, data, parameters, sequence):
        run.losses.append(loss)
        if store is not None and run.step % parameters.checkpoint_every == 0:
            store.save(run.checkpoint())
    if store is not None:
        store.save(run.checkpoint())
    return TrainingResult(run.network, _history(run.losses, parameters.history_every))


def initial_network(channels: int, parameters: TrainingParameters) -> Seq2Seq:
    """The network from which training begins, on the CPU; its weights come from the seed alone."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(parameters.seed)
        return Seq2Seq(channels, parameters.network)


def _start(channels: int, parameters: TrainingParameters, device: torch.device) -> _Run:
    network = initial_network(channels, parameters).to(device)
    return _Run(network, torch.optim.Adam(network.parameters(), lr=parameters.learning_rate))


def _resume(run: _Run, store: CheckpointFile) -> None:
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


def _steps(
    run: _Run, data: Tensor, parameters: TrainingParameters, sequence: str
) -> Iterator[float]:
    """Take the steps that remain, yielding the loss of each."""
    run.network.train()
    with _bar(parameters.steps, run.step, sequence) as bar:
        while run.step < parameters.steps:
            loss = _step(run, data, parameters)
            run.step += 1
            bar.update()
            bar.set_postfix(loss=f"{loss:.3f}", refresh=False)
            yield loss


def _step(run: _Run, data: Tensor, parameters: TrainingParameters) -> float:
    source, target = _draw(data, parameters, run.step)
    run.optimiser.zero_grad(set_to_none=True)
    with autocast(data.device, parameters.precision):
        predicted = run.network(source, parameters.windows.target).target
    loss = nn.functional.mse_loss(predicted.float(), target)
    if not torch.isfinite(loss):
        raise DataError(
            f"the loss is {loss.item()} at step {run.step}; lower training.learning_rate "
            f"(now {parameters.learning_rate:g})"
        )
    loss.backward()
    nn.utils.clip_grad_norm_(run.network.parameters(), parameters.gradient_norm)
    run.optimiser.step()
    return loss.item()


def _draw(data: Tensor, parameters: TrainingParameters, step: int) -> tuple[Tensor, Tensor]:
    """Source and target of a batch of windows drawn uniformly, a function of seed and step."""
    generator = torch.Generator().manual_seed(parameters.seed * 1_000_003 + step)
    windows, size = parameters.windows, parameters.batch_size
    starts = torch.randint(windows.count(len(data)), (size, 1), generator=generator)
    frames = (starts + torch.arange(windows.total)).to(data.device)
    source, target = data[frames].split([windows.source, windows.target], dim=1)
    if parameters.input_noise:
        noise = torch.randn(source.shape, generator=generator).to(data.device)
        source = source + parameters.input_noise * noise
    return source, target


def _history(losses: list[float], every: int) -> pd.DataFrame:
    """Mean loss of every group of `every` steps, at the number of its last step."""
    steps = np.arange(1, len(losses) + 1)
    groups = pd.DataFrame({"step": steps, "loss": losses}).groupby((steps - 1) // every)
    return groups.agg({"step": "last", "loss": "mean"}).reset_index(drop=True)


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
