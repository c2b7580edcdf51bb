"""Training ST-GCN to recognise behaviours (Yan, Xiong & Lin, arXiv 1801.07455).

Clips differ in length, a batch does not: a step sees `crop_frames` frames of each clip from a
random start, at the recorded speed (which belongs to the behaviour, so clips are not stretched). A
shorter clip is seen whole and its last pose is held: poses that people take, where zeros would
enter the batch statistics as a body that is a point. Longer ones are seen whole once the network
is trained, since it takes any length.

Behaviours are drawn evenly, then clips within them: frequent ones do not drown the rare, and the
loss needs no weights. Every draw comes from the seed and the step's number, as does the learning
rate, so a run that continues sees what an unbroken one would have seen.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd
import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from kinembed.core.errors import DataError
from kinembed.networks.stgcn import StGcn
from kinembed.recognition.skeleton.clips import Clips
from kinembed.recognition.skeleton.parameters import ClipTrainingParameters, RecognitionParameters
from kinembed.training.checkpoints import CheckpointFolder, fingerprint
from kinembed.training.devices import Precision, autocast, resolve_device
from kinembed.training.loop import Run, check_losses, seed_of_step, seeded_dropout, train

MOMENTUM = 0.9

Inputs = tuple[Tensor, ...]
"""What a network is given of a batch of clips: an array, or several."""


@dataclass(frozen=True)
class RecognitionResult:
    """A trained network, and how its loss (cross-entropy) fell: columns ``step``, ``loss``."""

    network: StGcn
    history: pd.DataFrame


class RecognitionObjective:
    """Cross-entropy of behaviours, lowered by stochastic gradients with Nesterov's momentum."""

    losses: tuple[str, ...] = ("loss",)

    def __init__(self, network: nn.Module, weight_decay: float, precision: Precision) -> None:
        self.network, self.precision = network, precision
        self.modules: dict[str, nn.Module] = {"network": network}
        # The rate is set anew at each step; the optimiser wants some.
        self.optimiser = torch.optim.SGD(
            network.parameters(),
            lr=1.0,
            momentum=MOMENTUM,
            nesterov=True,
            weight_decay=weight_decay,
        )
        self.optimisers: dict[str, torch.optim.Optimizer] = {"optimiser": self.optimiser}

    def step(
        self,
        inputs: Inputs,
        behaviours: Int[Tensor, "batch"],
        learning_rate: float,
    ) -> dict[str, float]:
        """Learn from a batch; the loss is that before any weight moved."""
        with autocast(behaviours.device, self.precision):
            logits = self.network(*inputs)
        loss = nn.functional.cross_entropy(logits.float(), behaviours)
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()
        for group in self.optimiser.param_groups:
            group["lr"] = learning_rate
        self.optimiser.step()
        return {"loss": loss.item()}


class Batches:
    """Draws clips, evenly over behaviours, and crops of them.

    `clips` have frames along their first axis; `arrange` makes a network's inputs of crops, with
    axes (batch, frames, ...).
    """

    def __init__(
        self,
        clips: Sequence[Float[np.ndarray, "..."]],
        behaviours: Int[np.ndarray, "clips"],
        where: torch.device,
        arrange: Callable[[Tensor], Inputs],
    ) -> None:
        self.arrange = arrange
        self.frames = torch.as_tensor(np.concatenate(clips), device=where)
        self.lengths = torch.tensor([len(one) for one in clips])
        self.begins = self.lengths.cumsum(0) - self.lengths
        self.behaviours = torch.as_tensor(behaviours)
        self.by_behaviour = torch.argsort(self.behaviours, stable=True)
        self.counts = torch.bincount(self.behaviours)
        self.first = self.counts.cumsum(0) - self.counts

    @classmethod
    def of_joints(
        cls, clips: Clips, behaviours: Int[np.ndarray, "clips"], where: torch.device
    ) -> "Batches":
        """Batches as a graph network sees them."""
        return cls(clips.positions, behaviours, where, _of_joints)

    def draw(
        self, parameters: ClipTrainingParameters, seed: int, step: int
    ) -> tuple[Inputs, Int[Tensor, "batch"]]:
        """A batch and its behaviours, a function of seed and step."""
        generator = torch.Generator().manual_seed(seed_of_step(seed, step))
        size, frames = parameters.batch_size, parameters.crop_frames
        behaviours = torch.randint(len(self.counts), (size,), generator=generator)
        within, along = torch.rand((2, size), generator=generator, dtype=torch.float64)
        place = (within * self.counts[behaviours]).long()
        chosen = self.by_behaviour[self.first[behaviours] + place]
        lengths = self.lengths[chosen]
        starts = (along * (lengths - frames + 1).clamp(min=1)).long()
        # Beyond a clip's end is its last frame again.
        at = torch.minimum(starts[:, None] + torch.arange(frames), lengths[:, None] - 1)
        where = self.frames.device
        drawn = self.frames[(self.begins[chosen, None] + at).to(where)]
        return self.arrange(drawn), behaviours.to(where)


def fit(
    clips: Clips,
    behaviours: Int[np.ndarray, "_"],
    parameters: RecognitionParameters,
    seed: int,
    *,
    checkpoints: CheckpointFolder | None = None,
) -> RecognitionResult:
    """Train a network to tell behaviours, given as numbers 0, 1, ... for each clip.

    With `checkpoints`, a run that was killed continues from its last checkpoint and ends with
    the weights of an unbroken run (bit for bit on the CPU).

    Raises DataError for labels that are not one for each clip, fewer than two behaviours, clips
    that are shorter than the network's kernel and a loss that is not finite, CheckpointError when
    a checkpoint is damaged.
    """
    check_labels(clips.names, behaviours)
    clips.check_lengths()
    device = resolve_device(parameters.device)
    batches = Batches.of_joints(clips, behaviours, device)
    network = initial_network(clips, len(batches.counts), parameters, seed).to(device)
    history = teach(network, batches, parameters, seed, checkpoints)
    return RecognitionResult(network, history)


def teach(
    network: nn.Module,
    batches: Batches,
    parameters: ClipTrainingParameters,
    seed: int,
    checkpoints: CheckpointFolder | None = None,
) -> pd.DataFrame:
    """Train a network in place, and give how its loss fell: columns ``step``, ``loss``.

    Raises DataError for a loss that is not finite, CheckpointError when a checkpoint is damaged.
    """
    objective = RecognitionObjective(network, parameters.weight_decay, parameters.precision)
    run, store = Run(objective), None
    if checkpoints is not None:
        identity = _fingerprint(batches, parameters, seed)
        store = checkpoints.file(f"seed_{seed}", identity)
    take = partial(take_step, run, objective, batches, parameters, seed)
    return train(run, take, parameters, f"seed {seed}", store)


def initial_network(
    clips: Clips, behaviours: int, parameters: RecognitionParameters, seed: int
) -> StGcn:
    """The network from which training begins, on the CPU; its weights come from the seed alone."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return StGcn(clips.graph, behaviours, parameters.network)


def take_step(
    run: Run,
    objective: RecognitionObjective,
    batches: Batches,
    parameters: ClipTrainingParameters,
    seed: int,
) -> dict[str, float]:
    """Learn from the batch of the run's next step; raises DataError for a loss not finite."""
    inputs, behaviours = batches.draw(parameters, seed, run.step)
    rate = parameters.learning_rate_at(run.step)
    with seeded_dropout(seed, run.step, behaviours.device):
        losses = objective.step(inputs, behaviours, rate)
    remedy = f"lower {parameters.group}.learning_rate (now {parameters.learning_rate:g})"
    check_losses(losses, run.step, remedy)
    return losses


def check_labels(clips: Sequence[str], behaviours: Int[np.ndarray, "_"]) -> None:
    """Raise DataError unless each clip has a label, and there are two or more of them."""
    if len(behaviours) != len(clips):
        raise DataError(f"{len(clips)} clips have {len(behaviours)} labels; give one each")
    if len(Counter(behaviours.tolist())) < 2:
        raise DataError("all clips show one behaviour, so there is nothing to tell apart; add some")


def _of_joints(drawn: Float[Tensor, "batch frames joints channels"]) -> Inputs:
    return (drawn.permute(0, 3, 1, 2),)


def _fingerprint(batches: Batches, parameters: ClipTrainingParameters, seed: int) -> str:
    identity = parameters.identity() | {
        "seed": seed,
        "behaviours": batches.behaviours.tolist(),
        "lengths": batches.lengths.tolist(),
    }
    return fingerprint(identity, batches.frames)
