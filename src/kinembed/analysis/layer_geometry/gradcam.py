"""Which joints at which times speak for a class, as a network sees them at any of its layers.

L-STG-GradCAM (Das, Shekkizhar & Ortega, arXiv 2312.07777): for class c and a layer whose output
after the activation is A, of (channels k, frames t, joints v),

    alpha_k = mean over t and v of dy_c / dA_k(t, v),    map(t, v) = ReLU(mean_k alpha_k A_k(t, v)).

Conventions: a *body* is one person of one sequence; a network that folds persons into the batch has
as many bodies as sequences times persons, person after person of one sequence.
"""

from collections.abc import Sequence

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from kinembed.analysis.layer_geometry.layers import recorded
from kinembed.core.errors import DataError

Maps = Float[np.ndarray, "bodies frames joints"]


def grad_cam(
    network: nn.Module,
    layers: Sequence[str],
    sequences: Float[Tensor, "batch ..."],
    classes: Int[np.ndarray, "batch"],
    *,
    signed: bool = False,
) -> dict[str, Maps]:
    """Map which joints and frames of each body speak for a class, at each layer (L-STG-GradCAM).

    Parameters
    ----------
    network : nn.Module
        A network that returns logits (batch, classes); it is set to evaluate.
    layers : sequence of str
        Names of layers with outputs (bodies, channels, frames, joints); of several calls the last
        counts.
    sequences : Tensor of float, shape (batch, ...)
        What the network reads.
    classes : ndarray of int, shape (batch,)
        Index of one class for each sequence.
    signed : bool, optional
        Whether negative values are kept, which speak against the class.

    Returns
    -------
    dict of str to ndarray of float, shape (bodies, frames, joints)
        Layer -> maps; a layer may have fewer frames than the input.

    Raises
    ------
    DataError
        When a layer does not exist, is not used or has no joints, or a class does not exist.
    """
    given = _ready(network, sequences).requires_grad_()  # else frozen layers have none
    with torch.enable_grad(), recorded(network, layers) as outputs:
        chosen = _logits(network(given), classes)
        activations = {name: calls[-1] for name, calls in outputs().items()}
    for name, values in activations.items():
        _check(name, values)
    gradients = torch.autograd.grad(chosen.sum(), list(activations.values()))
    maps = {
        name: _map(values.detach(), gradient.mean(dim=(2, 3)))
        for (name, values), gradient in zip(activations.items(), gradients, strict=True)
    }
    return maps if signed else {name: np.maximum(values, 0) for name, values in maps.items()}


def class_activation(
    network: nn.Module,
    layer: str,
    classifier: nn.Linear,
    sequences: Float[Tensor, "batch ..."],
    classes: Int[np.ndarray, "batch"],
) -> Maps:
    """Compute class activation maps (Zhou et al., arXiv 1512.04150): sum_k w_ck A_k(t, v).

    They are defined where `classifier` reads the mean of `layer` over frames and joints.

    Parameters
    ----------
    network : nn.Module
        The network that holds both; it is set to evaluate.
    layer : str
        Name of a layer with outputs (bodies, channels, frames, joints); of several calls the last
        counts.
    classifier : nn.Linear
        The dense layer from channels to logits.
    sequences : Tensor of float, shape (batch, ...)
        What the network reads.
    classes : ndarray of int, shape (batch,)
        Index of one class for each sequence.

    Returns
    -------
    ndarray of float, shape (bodies, frames, joints)
        Maps in logits; negative values speak against the class.

    Raises
    ------
    DataError
        When the layer does not exist, is not used or has no joints, or a class does not exist.
    """
    _check_classes(classes, classifier.out_features)
    given = _ready(network, sequences)
    with torch.no_grad(), recorded(network, [layer]) as outputs:
        network(given)
        values = outputs()[layer][-1]
        _check(layer, values)
        weights = classifier.weight[torch.as_tensor(classes, device=values.device)]
        bodies = weights.repeat_interleave(len(values) // len(classes), dim=0)
    return _map(values, bodies) * values.shape[1]


def joint_importance(
    maps: Maps, valid_frames: Int[np.ndarray, "bodies"] | None = None
) -> Float[np.ndarray, "bodies joints"]:
    """Average maps over frames.

    Parameters
    ----------
    maps : ndarray of float, shape (bodies, frames, joints)
        Maps, as :func:`grad_cam` gives them.
    valid_frames : ndarray of int, shape (bodies,), optional
        Number of first frames that count of each body, from 1; None means all.

    Returns
    -------
    ndarray of float, shape (bodies, joints)
        Mean of each joint, in the unit of the maps.

    Raises
    ------
    DataError
        When a number of valid frames is below 1 or above that of the maps.
    """
    frames = maps.shape[1]
    counts = np.full(len(maps), frames) if valid_frames is None else valid_frames
    if not ((counts >= 1) & (counts <= frames)).all():
        raise DataError(
            f"of {frames} frames of a map 1 to {frames} can be valid, not "
            f"{counts.min()} to {counts.max()}"
        )
    valid = np.arange(frames) < counts[:, None]
    return np.asarray((maps * valid[..., None]).sum(axis=1) / counts[:, None])


def _ready(network: nn.Module, sequences: Tensor) -> Tensor:
    """A copy of the input where the network is, which is set to evaluate."""
    network.eval()
    return sequences.detach().clone().to(next(network.parameters()).device)


def _logits(
    logits: Float[Tensor, "batch classes"], classes: Int[np.ndarray, "batch"]
) -> Float[Tensor, "batch"]:
    _check_classes(classes, logits.shape[1])
    indices = torch.as_tensor(classes, device=logits.device)
    return logits.gather(1, indices[:, None])[:, 0]


def _check_classes(classes: Int[np.ndarray, "batch"], known: int) -> None:
    """An index below 0 would count from the last class."""
    if classes.min() < 0 or classes.max() >= known:
        raise DataError(
            f"the network knows classes 0 to {known - 1}, but {classes.min()} to "
            f"{classes.max()} were asked for"
        )


def _map(
    activations: Float[Tensor, "bodies channels frames joints"],
    weights: Float[Tensor, "bodies channels"],
) -> Maps:
    weighted = torch.einsum("bk,bktv->btv", weights, activations) / activations.shape[1]
    return np.asarray(weighted.cpu().numpy())


def _check(layer: str, output: Tensor) -> None:
    if output.ndim != 4:
        raise DataError(
            f"layer {layer!r} has an output of shape {tuple(output.shape)}; a map needs "
            "(bodies, channels, frames, joints)"
        )
