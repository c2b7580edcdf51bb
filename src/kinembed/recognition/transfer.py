"""What of a recogniser serves other behaviours: its first blocks are frozen, the rest learns anew.

A network learns some behaviours. Then it gets a new classifier and learns the others from few
clips, its first 0, 1, ... 10 blocks left as they are (Das, Shekkizhar & Ortega, arXiv 2312.07777).
Frozen blocks keep the statistics of their batch normalisation, too.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from pydantic import Field, NonNegativeInt, PositiveInt

from kinembed.devices import resolve_device
from kinembed.errors import DataError
from kinembed.models.stgcn import STAGES, StGcn
from kinembed.parameters import Parameters, Seeds
from kinembed.recognition.clips import Clips
from kinembed.recognition.evaluation import score_recognition
from kinembed.recognition.model import Recogniser, recognise, train_recogniser
from kinembed.recognition.parameters import RecognitionParameters
from kinembed.recognition.training import Batches, RecognitionObjective, initial_network
from kinembed.stepping import check_losses, seeded_dropout

SCRATCH = "scratch"
PRETRAINED = "pretrained"


class TransferParameters(Parameters):
    """How a network's layers are tried on other behaviours."""

    dataset: str = Field(description="name of the clips in tables")
    first_behaviours: int = Field(ge=2, description="that the network learns; the others it is to")
    frozen: tuple[NonNegativeInt, ...] = Field(
        (0, 2, 4, 6, 8, 9, 10), min_length=1, description="how many of the first blocks"
    )
    first_steps: PositiveInt = Field(100, description="of the first training")
    steps: PositiveInt = Field(40, description="of each training after it")
    clips_per_behaviour: PositiveInt = Field(5, description="that are learned from after it")
    seeds: Seeds = Field((0, 1, 2), description="another split of behaviours for each")


class Parts(NamedTuple):
    """Behaviours that are learned first, and after them."""

    first: tuple[str, ...]
    others: tuple[str, ...]


def split_behaviours(behaviours: Sequence[str], first: int, seed: int) -> Parts:
    """Two sets of behaviours, drawn by a seed; raises DataError if one had fewer than two."""
    names = np.unique(np.asarray(behaviours, dtype=str))
    if not 2 <= first <= len(names) - 2:
        raise DataError(
            f"{first} of {len(names)} behaviours were to be learned first; both parts need two, "
            f"so transfer.first_behaviours is 2 to {len(names) - 2}"
        )
    drawn = np.random.default_rng(seed).permutation(names).tolist()
    return Parts(tuple(sorted(drawn[:first])), tuple(sorted(drawn[first:])))


def transfer_curve(
    clips: Clips,
    train: pd.DataFrame,
    test: pd.DataFrame,
    recognition: RecognitionParameters,
    parameters: TransferParameters,
    seed: int,
) -> pd.DataFrame:
    """Accuracy on clips that were tested on, by the number of frozen blocks.

    Columns ``dataset``, ``seed``, ``start`` (pretrained, scratch), ``frozen``, ``behaviours``,
    ``clips``, ``accuracy``, ``recall``. `train` and `test` are tables of targets. Raises DataError
    as :func:`split_behaviours` does, and for more frozen blocks than there are.
    """
    too_many = [count for count in parameters.frozen if count > len(STAGES)]
    if too_many:
        raise DataError(f"transfer.frozen asks for {too_many[0]} of {len(STAGES)} blocks")
    parts = split_behaviours(train["behaviour"].tolist(), parameters.first_behaviours, seed)
    longer = recognition.model_copy(update={"steps": parameters.first_steps})
    first = _of(train, parts.first)
    source = train_recogniser(
        clips.only(first["clip"].tolist()), first["behaviour"].tolist(), longer, seed
    )
    few = _few(_of(train, parts.others), parameters.clips_per_behaviour, seed)
    after = recognition.model_copy(update={"steps": parameters.steps})
    starts = [(PRETRAINED, count, source) for count in parameters.frozen] + [(SCRATCH, 0, None)]
    tested = _of(test, parts.others)
    rows = []
    for start, frozen, begun in starts:
        network = retrained(clips, few, after, seed, begun, frozen)
        found = recognise(network, clips.only(tested["clip"].tolist()))
        told = {"dataset": parameters.dataset, "seed": seed, "start": start, "frozen": frozen}
        scores = score_recognition(tested, found).numbers()
        rows.append(told | {"behaviours": " ".join(parts.others)} | scores)
    return pd.DataFrame(rows)


def retrained(
    clips: Clips,
    targets: pd.DataFrame,
    parameters: RecognitionParameters,
    seed: int,
    source: Recogniser | None,
    frozen: int,
) -> Recogniser:
    """A recogniser of the targets' behaviours that begins as `source`, or from nothing.

    Its classifier is new; its first `frozen` blocks, and what normalises the input of the first,
    do not move.
    """
    behaviours, codes = np.unique(targets["behaviour"].to_numpy(dtype=str), return_inverse=True)
    chosen = clips.only(targets["clip"].tolist())
    device = resolve_device(parameters.device)
    network = initial_network(chosen, len(behaviours), parameters, seed)
    if source is not None:
        known = source.network.state_dict()
        kept = {name: value for name, value in known.items() if not name.startswith("classifier")}
        network.load_state_dict(kept, strict=False)
    objective = RecognitionObjective(
        _frozen(network.to(device), frozen), parameters.weight_decay, parameters.precision
    )
    batches = Batches(chosen, codes, device)
    losses = []
    for step in range(parameters.steps):
        drawn, wanted = batches.draw(parameters, seed, step)
        with seeded_dropout(seed, step, device):
            found = objective.step(drawn, wanted, parameters.learning_rate_at(step))
        check_losses(found, step, "lower recognition.learning_rate")
        losses.append(found["loss"])
    history = pd.DataFrame({"step": np.arange(1, len(losses) + 1), "loss": losses})
    names = tuple(behaviours.tolist())
    return Recogniser(network, parameters, seed, names, clips.graph, history)


def _frozen(network: StGcn, blocks: int) -> StGcn:
    """The network, training, its first blocks set to evaluate and out of reach."""
    network.train()
    for part in [network.norm, *network.blocks][: blocks + 1] if blocks else []:
        part.eval().requires_grad_(requires_grad=False)
    return network


def _of(targets: pd.DataFrame, behaviours: Sequence[str]) -> pd.DataFrame:
    return targets[targets["behaviour"].isin(behaviours)]


def _few(targets: pd.DataFrame, clips: int, seed: int) -> pd.DataFrame:
    """As many clips of each behaviour, or all where there are fewer."""
    shuffled = targets.sample(frac=1, random_state=seed)
    return shuffled.groupby("behaviour", sort=True).head(clips)
