"""Whether a map of a class tells the truth: what is left of the class where it is no longer seen.

A joint is hidden at a frame by putting it at a place that tells nothing, such as its mean over
many clips. Hidden are six joints (say) throughout, or as many single places (joint and frame):
those that a map holds to matter most, those that it holds to matter least, or any at random.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn

from kinembed.analysis.layer_geometry.gradcam import joint_importance
from kinembed.core.errors import DataError

Hidden = Literal["joints", "places"]
Map = Float[np.ndarray, "_ joints"]


class Drops(NamedTuple):
    """By how much the probability of a class falls when what is hidden matters as a map says."""

    most: float
    random: float
    least: float


@dataclass(frozen=True, eq=False)
class Occluder:
    """What is hidden, and where it is put.

    Attributes
    ----------
    joints: how many are hidden throughout; of places, as many as they have.
    draws: how often as many are drawn at random.
    fill: where hidden joints are put.
    """

    joints: int
    draws: int
    fill: Float[np.ndarray, "channels joints"]


def occlusion_drops(
    network: nn.Module,
    sequence: Float[Tensor, "channels frames joints"],
    label: int,
    maps: Mapping[str, Map],
    occluder: Occluder,
    generator: np.random.Generator,
) -> dict[tuple[str, Hidden], Drops]:
    """Drops of a class's probability in one sequence, by layer and what is hidden.

    `maps` are those of the class at some layers, which may have fewer frames. The same random
    choices serve all layers. Raises DataError for an occluder that hides no joint or all.
    """
    frames, joints = sequence.shape[1:]
    if not 0 < occluder.joints < joints:
        raise DataError(
            f"{occluder.joints} of {joints} joints were to be hidden; hide 1 to {joints - 1}"
        )
    ranked = {
        (layer, hidden): order
        for layer, values in maps.items()
        for hidden, order in _orders(stretched(values, frames)).items()
    }
    shuffled = [
        order
        for _ in range(occluder.draws)
        for order in _orders(generator.random((frames, joints))).values()
    ]
    orders = [*(one for order in ranked.values() for one in (order, order[::-1])), *shuffled]
    masks = np.stack([_mask(order, occluder.joints, frames, joints) for order in orders])
    seen = torch.cat([sequence[None], hide(sequence, masks, occluder.fill)])
    probability = class_probability(network, seen, np.full(len(seen), label))
    drops = probability[0] - probability[1:]
    extremes, random = drops[: 2 * len(ranked)].reshape(-1, 2), drops[2 * len(ranked) :]
    by_chance = {"joints": random[::2].mean(), "places": random[1::2].mean()}
    return {
        (layer, hidden): Drops(float(most), float(by_chance[hidden]), float(least))
        for (layer, hidden), (most, least) in zip(ranked, extremes, strict=True)
    }


def hide(
    sequence: Float[Tensor, "channels frames joints"],
    hidden: Bool[np.ndarray, "batch frames joints"],
    fill: Float[np.ndarray, "channels joints"],
) -> Float[Tensor, "batch channels frames joints"]:
    """The sequence once for each mask, with what the mask hides put at `fill`."""
    places = torch.as_tensor(fill, dtype=sequence.dtype, device=sequence.device)[:, None]
    masks = torch.as_tensor(hidden, device=sequence.device)[:, None]
    return torch.where(masks, places, sequence)


def class_probability(
    network: nn.Module, sequences: Float[Tensor, "batch ..."], classes: Int[np.ndarray, "batch"]
) -> Float[np.ndarray, "batch"]:
    """Probability that a network gives to one class of each sequence."""
    network.eval()
    with torch.inference_mode():
        logits = network(sequences.to(next(network.parameters()).device))
    indices = torch.as_tensor(classes, device=logits.device)[:, None]
    return np.asarray(logits.softmax(dim=1).gather(1, indices)[:, 0].double().cpu().numpy())


def stretched(values: Map, frames: int) -> Float[np.ndarray, "frames joints"]:
    """A row for each frame of the input: that of the layer's frame it falls into."""
    stride = max(1, round(frames / len(values)))
    return values[np.minimum(np.arange(frames) // stride, len(values) - 1)]


def _orders(values: Float[np.ndarray, "frames joints"]) -> dict[Hidden, Int[np.ndarray, "_"]]:
    """Joints, and places (numbered frame by frame), that matter most first."""
    (by_joint,) = joint_importance(values[None])
    return {"joints": _descending(by_joint), "places": _descending(values.ravel())}


def _descending(values: Float[np.ndarray, "_"]) -> Int[np.ndarray, "_"]:
    return np.argsort(-values, kind="stable")


def _mask(
    order: Int[np.ndarray, "_"], joints: int, frames: int, every: int
) -> Bool[np.ndarray, "frames joints"]:
    """The first of an order: of joints, throughout, or of as many places as they have."""
    mask = np.zeros((frames, every), dtype=bool)
    if len(order) == every:
        mask[:, order[:joints]] = True
    else:
        mask.flat[order[: joints * frames]] = True
    return mask
