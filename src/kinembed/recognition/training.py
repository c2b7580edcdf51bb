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
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd
import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from kinembed.checkpoints import CheckpointFolder, fingerprint
from kinembed.devices import Precision, autocast, resolve_device
from kinembed.errors import DataError
from kinembed.models.stgcn import StGcn
from kinembed.recognition.clips import Clips, held
from kinembed.recognition.parameters import RecognitionParameters
from kinembed.stepping import Run, check_losses, seed_of_step, seeded_dropout, train

MOMENTUM = 0.9


@dataclass(frozen=True)
class RecognitionResult:
    """A trained network, and how its loss (cross-entropy) fell: columns ``step``, ``loss``."""

    network: StGcn
    history: pd.DataFrame


class RecognitionObjective:
    """Cross-entropy of behaviours, lowered by stochastic gradients with Nesterov's momentum."""

    losses: tuple[str, ...] = ("loss",)

    def __init__(self, network: StGcn, weight_decay: float, precision: Precision) -> None:
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
        clips: Float[Tensor, "batch channels frames joints"],
        behaviours: Int[Tensor, "batch"],
        learning_rate: float,
    ) -> dict[str, float]:
        """Learn from a batch; the loss is that before any weight moved."""
        with autocast(clips.device, self.precision):
            logits = self.network(clips)
        loss = nn.functional.cross_entropy(logits.float(), behaviours)
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()
        for group in self.optimiser.param_groups:
            group["lr"] = learning_rate
        self.optimiser.step()
        return {"loss": loss.item()}


class Batches:
    """Draws clips, evenly over behaviours, and crops of them."""

    def __init__(self, clips: Clips, behaviours: Int[np.ndarray, "clips"], where: torch.device):
        longest = int(clips.lengths.max())
        filled = np.stack([held(one, longest) for one in clips.positions])
        self.frames = torch.as_tensor(filled, device=where)  # clips, frames, joints, channels
        self.lengths = torch.as_tensor(clips.lengths)
        self.behaviours = torch.as_tensor(behaviours)
        self.by_behaviour = torch.argsort(self.behaviours, stable=True)
        self.counts = torch.bincount(self.behaviours)
        self.first = self.counts.cumsum(0) - self.counts

    def draw(
        self, parameters: RecognitionParameters, seed: int, step: int
    ) -> tuple[Float[Tensor, "batch channels frames joints"], Int[Tensor, "batch"]]:
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
        drawn = self.frames[chosen[:, None].to(where), at.to(where)]
        return drawn.permute(0, 3, 1, 2), behaviours.to(where)


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
    _check(clips, behaviours)
    device = resolve_device(parameters.device)
    batches = Batches(clips, behaviours, device)
    network = initial_network(clips, len(batches.counts), parameters, seed).to(device)
    objective = RecognitionObjective(network, parameters.weight_decay, parameters.precision)
    run, store = Run(objective), None
    if checkpoints is not None:
        identity = _fingerprint(clips, behaviours, parameters, seed)
        store = checkpoints.file(f"seed_{seed}", identity)
    take = partial(take_step, run, objective, batches, parameters, seed)
    return RecognitionResult(network, train(run, take, parameters, f"seed {seed}", store))


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
    parameters: RecognitionParameters,
    seed: int,
) -> dict[str, float]:
    """Learn from the batch of the run's next step; raises DataError for a loss not finite."""
    drawn, behaviours = batches.draw(parameters, seed, run.step)
    rate = parameters.learning_rate_at(run.step)
    with seeded_dropout(seed, run.step, drawn.device):
        losses = objective.step(drawn, behaviours, rate)
    remedy = f"lower recognition.learning_rate (now {parameters.learning_rate:g})"
    check_losses(losses, run.step, remedy)
    return losses


def _fingerprint(
    clips: Clips, behaviours: Int[np.ndarray, "_"], parameters: RecognitionParameters, seed: int
) -> str:
    identity = parameters.identity() | {
        "seed": seed,
        "behaviours": behaviours.tolist(),
        "lengths": clips.lengths.tolist(),
    }
    return fingerprint(identity, torch.as_tensor(np.concatenate(clips.positions)))


def _check(clips: Clips, behaviours: Int[np.ndarray, "_"]) -> None:
    if len(behaviours) != len(clips.names):
        raise DataError(f"{len(clips.names)} clips have {len(behaviours)} labels; give one each")
    if len(Counter(behaviours.tolist())) < 2:
        raise DataError("all clips show one behaviour, so there is nothing to tell apart; add some")
    clips.check_lengths()
