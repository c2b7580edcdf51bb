"""Whether a map of a class tells the truth: what is left of the class where it is no longer seen.

A joint is hidden at a frame by putting it at a position that tells nothing, such as its mean over
many clips. Hidden are six joints (say) throughout, or as many single cells (a joint in a frame):
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

Hidden = Literal["joints", "cells"]
Map = Float[np.ndarray, "_ joints"]


class Drops(NamedTuple):
    """By how much the probability of a class falls when what is hidden matters as a map says.

    Attributes
    ----------
    most : float
        Fall of the probability, -1 to 1, with what matters most hidden.
    random : float
        The same with joints or cells drawn at random hidden, mean over draws.
    least : float
        The same with what matters least hidden.
    """

    most: float
    random: float
    least: float


@dataclass(frozen=True, eq=False)
class Occluder:
    """What is hidden, and where it is put.

    Attributes
    ----------
    joints : int
        Number of joints that are hidden throughout; of cells, as many as those joints have.
    draws : int
        Number of random choices, at least 1.
    fill : ndarray of float, shape (channels, joints)
        Where hidden joints are put, in the unit of the sequence.
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
    """Measure how far a class's probability falls in a sequence where a map's extremes are hidden.

    The same random choices serve all layers.

    Parameters
    ----------
    network : nn.Module
        A network that returns logits (batch, classes); it is set to evaluate.
    sequence : Tensor of float, shape (channels, frames, joints)
        What the network reads, without the batch.
    label : int
        Index of the class.
    maps : Mapping of str to ndarray of float, shape (frames, joints)
        Layer -> map of that class; a layer may have fewer frames than the sequence.
    occluder : Occluder
        Number of joints to hide, and where they are put.
    generator : np.random.Generator
        Draws what is hidden at random.

    Returns
    -------
    dict of tuple of (str, {"joints", "cells"}) to Drops
        Layer and what is hidden -> drops of the probability.

    Raises
    ------
    DataError
        When the occluder hides no joint or all.
    """
    frames, joints = sequence.shape[1:]
    if not 0 < occluder.joints < joints:
        raise DataError(
            f"{occluder.joints} of {joints} joints were to be hidden; hide 1 to {joints - 1}"
        )
    ranked = {
        (layer, hidden): order
        for layer, values in maps.items()
        for hidden, order in _orders(repeated_rows(values, frames)).items()
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
    by_chance = {"joints": random[::2].mean(), "cells": random[1::2].mean()}
    return {
        (layer, hidden): Drops(float(most), float(by_chance[hidden]), float(least))
        for (layer, hidden), (most, least) in zip(ranked, extremes, strict=True)
    }


def hide(
    sequence: Float[Tensor, "channels frames joints"],
    hidden: Bool[np.ndarray, "batch frames joints"],
    fill: Float[np.ndarray, "channels joints"],
) -> Float[Tensor, "batch channels frames joints"]:
    """Copy a sequence once for each mask, with what the mask hides replaced.

    Parameters
    ----------
    sequence : Tensor of float, shape (channels, frames, joints)
        The sequence.
    hidden : ndarray of bool, shape (batch, frames, joints)
        True where a joint is hidden at a frame.
    fill : ndarray of float, shape (channels, joints)
        Where hidden joints are put, in the unit of the sequence.

    Returns
    -------
    Tensor of float, shape (batch, channels, frames, joints)
        The copies, on the sequence's device.
    """
    filled = torch.as_tensor(fill, dtype=sequence.dtype, device=sequence.device)[:, None]
    masks = torch.as_tensor(hidden, device=sequence.device)[:, None]
    return torch.where(masks, filled, sequence)


def class_probability(
    network: nn.Module, sequences: Float[Tensor, "batch ..."], classes: Int[np.ndarray, "batch"]
) -> Float[np.ndarray, "batch"]:
    """Compute the probability that a network gives to one class of each sequence.

    Parameters
    ----------
    network : nn.Module
        A network that returns logits (batch, classes); it is set to evaluate.
    sequences : Tensor of float, shape (batch, ...)
        What the network reads.
    classes : ndarray of int, shape (batch,)
        Index of one class for each sequence.

    Returns
    -------
    ndarray of float, shape (batch,)
        Probabilities, 0 to 1.
    """
    network.eval()
    with torch.inference_mode():
        logits = network(sequences.to(next(network.parameters()).device))
    indices = torch.as_tensor(classes, device=logits.device)[:, None]
    return np.asarray(logits.softmax(dim=1).gather(1, indices)[:, 0].double().cpu().numpy())


def repeated_rows(values: Map, frames: int) -> Float[np.ndarray, "frames joints"]:
    """Repeat rows of a map: each frame of the input has that of the layer's frame it falls into.

    Parameters
    ----------
    values : ndarray of float, shape (rows, joints)
        A map at a layer, which may have fewer frames than the input; one row at least.
    frames : int
        Number of frames of the input.

    Returns
    -------
    ndarray of float, shape (frames, joints)
        The map, a row for each frame of the input.
    """
    stride = max(1, round(frames / len(values)))
    return values[np.minimum(np.arange(frames) // stride, len(values) - 1)]


def _orders(values: Float[np.ndarray, "frames joints"]) -> dict[Hidden, Int[np.ndarray, "_"]]:
    """Joints, and cells (numbered frame by frame), that matter most first."""
    (by_joint,) = joint_importance(values[None])
    return {"joints": _descending(by_joint), "cells": _descending(values.ravel())}


def _descending(values: Float[np.ndarray, "_"]) -> Int[np.ndarray, "_"]:
    return np.argsort(-values, kind="stable")


def _mask(
    order: Int[np.ndarray, "_"], joints: int, frames: int, every: int
) -> Bool[np.ndarray, "frames joints"]:
    """The first of an order: of joints, throughout, or of as many cells as they have."""
    mask = np.zeros((frames, every), dtype=bool)
    if len(order) == every:
        mask[:, order[:joints]] = True
    else:
        mask.flat[order[: joints * frames]] = True
    return mask
