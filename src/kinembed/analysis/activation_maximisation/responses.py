"""How units respond to clips: which excite them most, and whether any does."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import torch
from jaxtyping import Bool, Float

from kinembed.analysis.activation_maximisation.network_under_study import NetworkUnderStudy
from kinembed.core.errors import DataError
from kinembed.training.devices import DeviceName, resolve_device

DEAD = 1e-6
"""A unit that no clip excites to this share of what the layer's strongest unit reaches is dead."""
BATCH_SIZE = 64
"""Clips that are passed through the network at once."""

Responses = Float[np.ndarray, "clips units"]
Inputs = Mapping[str, Float[np.ndarray, "clips ..."]]
"""Input name -> clips of that input."""


def responses(
    studied: NetworkUnderStudy, layers: Sequence[str], clips: Inputs, *, device: DeviceName = "auto"
) -> dict[str, Responses]:
    """Compute the activations of all units of some layers, for each clip.

    Parameters
    ----------
    studied : NetworkUnderStudy
        Network in evaluation mode and its inputs; the network is moved to the device.
    layers : sequence of str
        Names of the layers.
    clips : Mapping of str to ndarray of float, shape (clips, ...)
        Input name -> clips of that input, one at least.
    device : {"auto", "cpu", "cuda", "mps"}, optional
        Where the network runs.

    Returns
    -------
    dict of str to ndarray of float, shape (clips, units)
        Layer -> activations, mean over locations.

    Raises
    ------
    DataError
        When the clips lack an input, a layer does not exist or is not used, or the network is in
        training mode.
    """
    absent = [one.name for one in studied.inputs if one.name not in clips]
    if absent:
        raise DataError(f"the network reads {', '.join(absent)}, too; the clips lack it")
    where = resolve_device(device)
    studied.network.to(where)
    found: dict[str, list[np.ndarray]] = {layer: [] for layer in layers}
    for start in range(0, len(clips[studied.inputs[0].name]), BATCH_SIZE):
        batch = {
            one.name: torch.as_tensor(
                clips[one.name][start : start + BATCH_SIZE], dtype=torch.float32, device=where
            )
            for one in studied.inputs
        }
        with torch.inference_mode():
            for layer, values in studied.activations(layers, batch).items():
                found[layer].append(values.double().cpu().numpy())
    return {layer: np.concatenate(values) for layer, values in found.items()}


def fires(largest: Float[np.ndarray, "units"]) -> Bool[np.ndarray, "units"]:
    """Find the units of a layer that some clip excites.

    Parameters
    ----------
    largest : ndarray of float, shape (units,)
        Largest activation of each unit of one layer over the clips.

    Returns
    -------
    ndarray of bool, shape (units,)
        True where it exceeds DEAD times the largest magnitude in the layer.
    """
    return np.asarray(largest > DEAD * max(float(np.abs(largest).max()), np.finfo(float).tiny))


def unit_table(
    found: Mapping[str, Responses],
    names: Sequence[str],
    labels: Sequence[str] | None = None,
    top: int = 5,
) -> pd.DataFrame:
    """List what excites each unit: a row for each layer and unit.

    Parameters
    ----------
    found : Mapping of str to ndarray of float, shape (inputs, units)
        Layer -> activations, as :func:`responses` gives them.
    names : sequence of str
        Clip of each input. Several inputs may belong to one clip, which counts by the most exciting
        of them.
    labels : sequence of str, optional
        Behaviour that each input shows; None leaves the columns of behaviours empty.
    top : int, optional
        Number of clips, those that excite the unit most, whose behaviours are counted.

    Returns
    -------
    DataFrame
        Columns ``layer``, ``unit``, ``largest`` (activation), ``fires``, ``row`` (index of the
        input that excites it most), ``clip`` (its name), ``behaviour`` (the most frequent of the
        top clips) and ``share`` (of those clips that show it, 0 to 1). Without labels, and for a
        unit that never fires, ``behaviour`` is empty and ``share`` is nan.
    """
    tables = [
        _of_layer(layer, values, np.asarray(names), labels, top) for layer, values in found.items()
    ]
    return pd.concat(tables, ignore_index=True)


def _of_layer(
    layer: str,
    values: Responses,
    names: np.ndarray,
    labels: Sequence[str] | None,
    top: int,
) -> pd.DataFrame:
    largest, row = values.max(axis=0), values.argmax(axis=0)
    alive = fires(largest)
    first, share = [""] * len(largest), np.full(len(largest), np.nan)
    if labels is not None:
        by_clip = pd.DataFrame(values).groupby(names, sort=False).max()
        shown = pd.Series(list(labels)).groupby(names, sort=False).first()
        for unit in np.flatnonzero(alive):
            best = by_clip[unit].nlargest(top)
            counts = shown[best[best > 0].index].value_counts(sort=True)
            first[unit], share[unit] = str(counts.index[0]), counts.iloc[0] / counts.sum()
    return pd.DataFrame(
        {
            "layer": layer,
            "unit": np.arange(len(largest)),
            "largest": largest,
            "fires": alive,
            "row": row,
            "clip": names[row],
            "behaviour": first,
            "share": share,
        }
    )
