"""Whether maps stay what they are when nothing that matters has changed, by ranks of values."""

import warnings
from collections.abc import Sequence

import numpy as np
import torch
from jaxtyping import Float
from scipy.stats import ConstantInputWarning, pearsonr, rankdata
from torch import Tensor, nn

from kinembed.analysis.layer_geometry.gradcam import grad_cam


def rank_correlation(
    one: Float[np.ndarray, "*batch cells"], other: Float[np.ndarray, "*batch cells"]
) -> Float[np.ndarray, "*batch"]:
    """Spearman's correlation of the last axis, ties sharing ranks; nan where one is constant."""
    first, second = (rankdata(values, axis=-1) for values in (one, other))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConstantInputWarning)
        return np.asarray(pearsonr(first, second, axis=-1).statistic)


def noise_correlations(
    network: nn.Module,
    layers: Sequence[str],
    sequence: Float[Tensor, "channels frames joints"],
    label: int,
    noise: float,
    draws: int,
    generator: np.random.Generator,
) -> dict[str, float]:
    """Mean rank correlation of a map with those of the same sequence under noise, by layer.

    `noise` is the standard deviation of what is added to every value, in the sequence's unit.
    """
    added = generator.normal(scale=noise, size=(draws + 1, *sequence.shape))
    added[0] = 0.0
    seen = sequence + torch.as_tensor(added, dtype=sequence.dtype, device=sequence.device)
    maps = grad_cam(network, layers, seen, np.full(draws + 1, label))
    flat = {layer: values.reshape(draws + 1, -1) for layer, values in maps.items()}
    return {
        layer: mean_known(
            rank_correlation(np.broadcast_to(values[:1], values[1:].shape), values[1:])
        )
        for layer, values in flat.items()
    }


def mean_known(values: Float[np.ndarray, "_"]) -> float:
    """Mean of those that are numbers; nan if none is."""
    known = values[~np.isnan(values)]
    return float(known.mean()) if len(known) else float("nan")
