"""Training ST-GCN to recognise behaviours (Yan, Xiong & Lin, arXiv 1801.07455).

Clips differ in length, a batch does not: a step sees `crop_frames` frames of each clip from a
random start, at the recorded speed (which belongs to the behaviour, so clips are not stretched). A
shorter clip is seen whole and its last pose is held: poses of people, where zeros would
enter the batch statistics as a body that is a point. Longer ones are seen whole once the network
is trained, since it reads any length.

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
from kinembed.networks.seeding import seeded
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
    """A trained network, and how its loss fell.

    Attributes
    ----------
    network : StGcn
        On the device it was trained on.
    history : DataFrame
        Columns ``step``, ``loss`` (cross-entropy in nats, mean of the steps since the last entry).
    """

    network: StGcn
    history: pd.DataFrame


class RecognitionObjective:
    """Cross-entropy of behaviours, lowered by stochastic gradients with Nesterov's momentum.

    Parameters
    ----------
    network : nn.Module
        Gives logits (batch, behaviours); trained in place.
    weight_decay : float
        Of the weights, in each step.
    precision : {"auto", "full", "mixed"}
        In which the network computes; ``auto``: mixed on CUDA, else full.
    """

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
        """Learn from a batch.

        Parameters
        ----------
        inputs : tuple of Tensor
            What the network is called with.
        behaviours : Tensor of int64, shape (batch,)
            Index of each clip's behaviour.
        learning_rate : float
            Of this step.

        Returns
        -------
        dict of str to float
            ``loss``: mean cross-entropy in nats, before any weight moved.
        """
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

    Parameters
    ----------
    clips : sequence of ndarray of float, shape (frames, ...)
        Clips, which differ in their numbers of frames alone.
    behaviours : ndarray of int, shape (clips,)
        Behaviour of each clip: 0, 1, ..., none without a clip.
    where : torch.device
        Where the clips are held and batches are made.
    arrange : callable
        From crops, shape (batch, frames, ...), to the inputs of a network.
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
        """Arrange batches as a graph network sees them.

        Parameters
        ----------
        clips : Clips
            Clips to draw from.
        behaviours : ndarray of int, shape (clips,)
            Behaviour of each clip: 0, 1, ..., none without a clip.
        where : torch.device
            Where the clips are held and batches are made.

        Returns
        -------
        Batches
            Of one input, shape (batch, 3, frames, joints).
        """
        return cls(clips.positions, behaviours, where, _of_joints)

    def draw(
        self, parameters: ClipTrainingParameters, seed: int, step: int
    ) -> tuple[Inputs, Int[Tensor, "batch"]]:
        """Draw a batch, a function of seed and step.

        Parameters
        ----------
        parameters : ClipTrainingParameters
            Clips in a batch and frames of a crop; a shorter clip is held at its last frame.
        seed : int
            Of the training.
        step : int
            Number of the step, from 0.

        Returns
        -------
        inputs : tuple of Tensor
            What the network is called with.
        behaviours : Tensor of int64, shape (batch,)
            Behaviour of each clip.
        """
        generator = torch.Generator().manual_seed(seed_of_step(seed, step))
        size, frames = parameters.batch_size, parameters.crop_frames
        behaviours = torch.randint(len(self.counts), (size,), generator=generator)
        within, along = torch.rand((2, size), generator=generator, dtype=torch.float64)
        rank = (within * self.counts[behaviours]).long()
        chosen = self.by_behaviour[self.first[behaviours] + rank]
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
    """Train a network to tell behaviours.

    With `checkpoints`, a run that was killed continues from its last checkpoint and ends with the
    weights of an unbroken run (bit for bit on the CPU).

    Parameters
    ----------
    clips : Clips
        Clips to train on.
    behaviours : ndarray of int, shape (clips,)
        Behaviour of each clip: 0, 1, ..., none without a clip.
    parameters : RecognitionParameters
        Network, steps and optimiser.
    seed : int
        Of the first weights and of all draws.
    checkpoints : CheckpointFolder or None
        Where checkpoints are stored; None: nowhere.

    Returns
    -------
    RecognitionResult
        The trained network and its history.

    Raises
    ------
    DataError
        When there is not one label for each clip, fewer than two behaviours, a clip shorter than
        the network's kernel, a centre that is no joint, or a loss that is not finite.
    CheckpointError
        When a checkpoint is damaged.
    """
    check_labels(clips.names, behaviours)
    clips.check_lengths()
    device = resolve_device(parameters.device)
    batches = Batches.of_joints(clips, behaviours, device)
    network = initial_network(clips, len(batches.counts), parameters, seed).to(device)
    history = train_on_clips(network, batches, parameters, seed, checkpoints)
    return RecognitionResult(network, history)


def train_on_clips(
    network: nn.Module,
    batches: Batches,
    parameters: ClipTrainingParameters,
    seed: int,
    checkpoints: CheckpointFolder | None = None,
) -> pd.DataFrame:
    """Train a network in place.

    Parameters
    ----------
    network : nn.Module
        Reads the inputs of `batches` and gives logits; on their device.
    batches : Batches
        Clips to draw from.
    parameters : ClipTrainingParameters
        Steps, batches and optimiser.
    seed : int
        Of all draws; a checkpoint's name contains it.
    checkpoints : CheckpointFolder or None
        Where checkpoints are stored; None: nowhere.

    Returns
    -------
    DataFrame
        Columns ``step``, ``loss`` (cross-entropy in nats, mean of the steps since the last entry).

    Raises
    ------
    DataError
        When the loss is not finite.
    CheckpointError
        When a checkpoint is damaged.
    """
    objective = RecognitionObjective(network, parameters.weight_decay, parameters.precision)
    run, store = Run(objective), None
    if checkpoints is not None:
        identity = _fingerprint(batches, parameters, seed)
        store = checkpoints.file(f"seed_{seed}", identity)
    step = partial(training_step, run, objective, batches, parameters, seed)
    return train(run, step, parameters, f"seed {seed}", store)


def initial_network(
    clips: Clips, behaviours: int, parameters: RecognitionParameters, seed: int
) -> StGcn:
    """Make the network from which training begins; its weights come from the seed alone.

    Parameters
    ----------
    clips : Clips
        Their graph is that of the network.
    behaviours : int
        Number of behaviours.
    parameters : RecognitionParameters
        What the network is made of.
    seed : int
        Of the weights.

    Returns
    -------
    StGcn
        On the CPU.

    Raises
    ------
    DataError
        When the centre of the partition is no joint of the clips.
    """
    with seeded(seed):
        return StGcn(clips.graph, behaviours, parameters.network)


def training_step(
    run: Run,
    objective: RecognitionObjective,
    batches: Batches,
    parameters: ClipTrainingParameters,
    seed: int,
) -> dict[str, float]:
    """Learn from the batch of the run's next step.

    Parameters
    ----------
    run : Run
        Its ``step`` is the number of the step; it is not changed.
    objective : RecognitionObjective
        What is lowered.
    batches : Batches
        Clips to draw from.
    parameters : ClipTrainingParameters
        Batches and learning rates.
    seed : int
        Of the draws and of dropout.

    Returns
    -------
    dict of str to float
        ``loss``: mean cross-entropy in nats, before any weight moved.

    Raises
    ------
    DataError
        When the loss is not finite.
    """
    inputs, behaviours = batches.draw(parameters, seed, run.step)
    rate = parameters.learning_rate_at(run.step)
    with seeded_dropout(seed, run.step, behaviours.device):
        losses = objective.step(inputs, behaviours, rate)
    remedy = f"lower {parameters.group}.learning_rate (now {parameters.learning_rate:g})"
    check_losses(losses, run.step, remedy)
    return losses


def check_labels(clips: Sequence[str], behaviours: Int[np.ndarray, "_"]) -> None:
    """Check that each clip has a label, and that labels differ.

    Parameters
    ----------
    clips : sequence of str
        Names of the clips.
    behaviours : ndarray of int, shape (labels,)
        Label of each clip.

    Raises
    ------
    DataError
        When there is not one label for each clip, or all are the same.
    """
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
