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
    """Activations of all units of some layers, for each clip; the network is moved to the device.

    Raises DataError for clips that lack an input, and as :meth:`NetworkUnderStudy.activations`
    does.
    """
    absent = [one.name for one in studied.inputs if one.name not in clips]
    if absent:
        raise DataError(f"the network takes {', '.join(absent)}, too; the clips lack it")
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
    """Units that some clip excites, from the largest activation of each unit of a layer."""
    return np.asarray(largest > DEAD * max(float(np.abs(largest).max()), np.finfo(float).tiny))


def unit_table(
    found: Mapping[str, Responses],
    names: Sequence[str],
    labels: Sequence[str] | None = None,
    top: int = 5,
) -> pd.DataFrame:
    """What excites each unit: a row for each layer and unit.

    Columns ``layer``, ``unit``, ``largest`` (activation), ``fires``, ``row`` (of the input that
    excites it most), ``clip`` (its name), ``behaviour`` and ``share``: the behaviour that most of
    the `top` clips show that excite the unit most, and how many of them. Those two are empty
    without labels, and for a unit that never fires. Several inputs may be parts of one clip, which
    counts by the most exciting of them.
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
