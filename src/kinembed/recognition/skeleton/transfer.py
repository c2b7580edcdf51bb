"""What of an action classifier serves other behaviours: its first blocks are frozen, the rest
learns anew.

A network learns some behaviours. Then it gets a new classifier and learns the others from few
clips, its first 0, 1, ... 10 blocks left as they are (Das, Shekkizhar & Ortega, arXiv 2312.07777).
Frozen blocks keep the statistics of their batch normalisation, too.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from pydantic import Field, NonNegativeInt, PositiveInt

from kinembed.core.errors import DataError
from kinembed.core.parameters import Parameters, Seeds
from kinembed.networks.stgcn import STAGES, StGcn
from kinembed.recognition.skeleton.clips import Clips
from kinembed.recognition.skeleton.evaluation import score_recognition
from kinembed.recognition.skeleton.model import ActionClassifier, recognise, train_action_classifier
from kinembed.recognition.skeleton.parameters import RecognitionParameters
from kinembed.recognition.skeleton.training import (
    Batches,
    RecognitionObjective,
    initial_network,
    training_step,
)
from kinembed.training.devices import resolve_device
from kinembed.training.loop import Run, train

SCRATCH = "scratch"
PRETRAINED = "pretrained"


class TransferParameters(Parameters):
    """How a network's layers are tried on other behaviours.

    Attributes
    ----------
    dataset : str
        Name of the clips in tables.
    first_behaviours : int
        Behaviours that the network learns first, two or more; the others come after.
    frozen : tuple of int
        Numbers of first blocks that do not move, one training for each.
    first_steps : int
        Steps of the first training.
    steps : int
        Steps of each training after it.
    clips_per_behaviour : int
        Clips of each of the other behaviours that are learned from; all where there are fewer.
    seeds : tuple of int
        Another split of behaviours for each.
    """

    dataset: str = Field(description="name of the clips in tables")
    first_behaviours: int = Field(
        6, ge=2, description="that the network learns; the others it is to"
    )
    frozen: tuple[NonNegativeInt, ...] = Field(
        (0, 2, 4, 6, 8, 9, 10), min_length=1, description="how many of the first blocks"
    )
    first_steps: PositiveInt = Field(100, description="of the first training")
    steps: PositiveInt = Field(40, description="of each training after it")
    clips_per_behaviour: PositiveInt = Field(5, description="that are learned from after it")
    seeds: Seeds = Field((0, 1, 2), description="another split of behaviours for each")


class SplitBehaviours(NamedTuple):
    """Two sets of behaviours.

    Attributes
    ----------
    first : tuple of str
        Behaviours that are learned first, sorted.
    others : tuple of str
        Behaviours that are learned after them, sorted.
    """

    first: tuple[str, ...]
    others: tuple[str, ...]


def split_behaviours(behaviours: Sequence[str], first: int, seed: int) -> SplitBehaviours:
    """Divide behaviours at random into two sets.

    Parameters
    ----------
    behaviours : sequence of str
        Names, which may repeat.
    first : int
        Number of behaviours that are learned first.
    seed : int
        Determines the sets.

    Returns
    -------
    SplitBehaviours
        The two sets.

    Raises
    ------
    DataError
        When a set would have fewer than two behaviours.
    """
    names = np.unique(np.asarray(behaviours, dtype=str))
    if not 2 <= first <= len(names) - 2:
        raise DataError(
            f"{first} of {len(names)} behaviours were to be learned first; both sets need two, "
            f"so transfer.first_behaviours is 2 to {len(names) - 2}"
        )
    drawn = np.random.default_rng(seed).permutation(names).tolist()
    return SplitBehaviours(tuple(sorted(drawn[:first])), tuple(sorted(drawn[first:])))


def transfer_curve(
    clips: Clips,
    train_targets: pd.DataFrame,
    test_targets: pd.DataFrame,
    recognition: RecognitionParameters,
    parameters: TransferParameters,
    seed: int,
) -> pd.DataFrame:
    """Measure accuracy on other behaviours, by the number of frozen blocks.

    A network learns the first behaviours, then gets a new classifier and learns the others from few
    clips (Das, Shekkizhar & Ortega, arXiv 2312.07777). One from scratch learns the others alone.

    Parameters
    ----------
    clips : Clips
        Clips to train and to test on.
    train_targets : DataFrame
        Columns ``clip``, ``behaviour``: clips to train on.
    test_targets : DataFrame
        Columns ``clip``, ``behaviour``: clips to test on.
    recognition : RecognitionParameters
        How networks are trained, but for the steps.
    parameters : TransferParameters
        Behaviours, blocks, steps and clips.
    seed : int
        Of the split, of the clips chosen, and of the networks.

    Returns
    -------
    DataFrame
        A row for each start. Columns ``dataset``, ``seed``, ``start`` (``pretrained`` or
        ``scratch``), ``frozen`` (blocks), ``behaviours`` (names of the others), ``clips`` (number
        tested on), ``accuracy``, ``recall``.

    Raises
    ------
    DataError
        When more blocks were to be frozen than there are, when a set would have fewer than two
        behaviours, when a clip is not there or shorter than the network's kernel, when clips have
        another frame rate than `recognition`, or when a loss is not finite.
    """
    too_many = [count for count in parameters.frozen if count > len(STAGES)]
    if too_many:
        raise DataError(f"transfer.frozen asks for {too_many[0]} of {len(STAGES)} blocks")
    split = split_behaviours(train_targets["behaviour"].tolist(), parameters.first_behaviours, seed)
    longer = recognition.model_copy(update={"steps": parameters.first_steps})
    first = _of(train_targets, split.first)
    source = train_action_classifier(
        clips.only(first["clip"].tolist()), first["behaviour"].tolist(), longer, seed
    )
    few = _few(_of(train_targets, split.others), parameters.clips_per_behaviour, seed)
    after = recognition.model_copy(update={"steps": parameters.steps})
    starts = [(PRETRAINED, count, source) for count in parameters.frozen] + [(SCRATCH, 0, None)]
    tested = _of(test_targets, split.others)
    rows = []
    for start, frozen, begun in starts:
        network = retrained(clips, few, after, seed, begun, frozen)
        found = recognise(network, clips.only(tested["clip"].tolist()))
        row = {"dataset": parameters.dataset, "seed": seed, "start": start, "frozen": frozen}
        scores = score_recognition(tested, found).numbers()
        rows.append(row | {"behaviours": " ".join(split.others)} | scores)
    return pd.DataFrame(rows)


def retrained(
    clips: Clips,
    targets: pd.DataFrame,
    parameters: RecognitionParameters,
    seed: int,
    source: ActionClassifier | None,
    frozen: int,
) -> ActionClassifier:
    """Train a network with a new classifier, its first blocks frozen.

    Parameters
    ----------
    clips : Clips
        The targets' clips, and perhaps others.
    targets : DataFrame
        Columns ``clip``, ``behaviour``: clips to train on.
    parameters : RecognitionParameters
        Network, steps and optimiser.
    seed : int
        Of the new weights and of all draws.
    source : ActionClassifier or None
        All weights but its classifier's are copied; None: the network begins from scratch.
    frozen : int
        First blocks that do not move, nor what normalises the input of the first; 0: all moves.

    Returns
    -------
    ActionClassifier
        Of the targets' behaviours, sorted by name.

    Raises
    ------
    DataError
        When a clip is not there, or the loss is not finite.
    """
    behaviours, codes = np.unique(targets["behaviour"].to_numpy(dtype=str), return_inverse=True)
    chosen = clips.only(targets["clip"].tolist())
    device = resolve_device(parameters.device)
    network = initial_network(chosen, len(behaviours), parameters, seed)
    if source is not None:
        known = source.network.state_dict()
        kept = {name: value for name, value in known.items() if not name.startswith("classifier")}
        network.load_state_dict(kept, strict=False)
    network.to(device)
    _freeze(network, frozen)
    objective = RecognitionObjective(network, parameters.weight_decay, parameters.precision)
    run, batches = Run(objective), Batches.of_joints(chosen, codes, device)

    def step() -> dict[str, float]:
        _freeze(network, frozen)  # a training sets all of a network to train
        return training_step(run, objective, batches, parameters, seed)

    history = train(run, step, parameters, f"{frozen} blocks frozen, seed {seed}")
    names = tuple(behaviours.tolist())
    return ActionClassifier(network, parameters, seed, names, clips.graph, history)


def _freeze(network: StGcn, blocks: int) -> None:
    """Set the first blocks to evaluate, out of reach of gradients."""
    for module in [network.norm, *network.blocks][: blocks + 1] if blocks else []:
        module.eval().requires_grad_(requires_grad=False)


def _of(targets: pd.DataFrame, behaviours: Sequence[str]) -> pd.DataFrame:
    return targets[targets["behaviour"].isin(behaviours)]


def _few(targets: pd.DataFrame, clips: int, seed: int) -> pd.DataFrame:
    """As many clips of each behaviour, or all where there are fewer."""
    shuffled = targets.sample(frac=1, random_state=seed)
    return shuffled.groupby("behaviour", sort=True).head(clips)
