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
    """Compute Spearman's correlation along the last axis; ties share ranks.

    Parameters
    ----------
    one, other : ndarray of float, shape (..., cells)
        Values to compare, of the same shape.

    Returns
    -------
    ndarray of float, shape (...,)
        Correlations, -1 to 1; nan where one of the two is constant.
    """
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
    """Correlate the map of a sequence with the maps of the same sequence under noise, by ranks.

    Parameters
    ----------
    network : nn.Module
        A network that returns logits (batch, classes); it is set to evaluate.
    layers : sequence of str
        Names of layers with outputs (bodies, channels, frames, joints).
    sequence : Tensor of float, shape (channels, frames, joints)
        What the network reads, without the batch.
    label : int
        Index of the class that maps speak for.
    noise : float
        Standard deviation of what is added to every value, in the sequence's unit.
    draws : int
        Number of noisy copies, at least 1.
    generator : np.random.Generator
        Draws the noise.

    Returns
    -------
    dict of str to float
        Layer -> mean correlation over draws, -1 to 1; nan where no draw has one.

    Raises
    ------
    DataError
        When a layer does not exist, is not used or has no joints, or the class does not exist.
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
    """Average the values that are not nan.

    Parameters
    ----------
    values : ndarray of float, shape (values,)
        Values, some of them nan.

    Returns
    -------
    float
        Their mean; nan if all are nan or there is none.
    """
    known = values[~np.isnan(values)]
    return float(known.mean()) if len(known) else float("nan")
