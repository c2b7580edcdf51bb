"""What each layer of an action classifier makes of clips, and how smooth behaviours are there."""

import re
from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from typing import NamedTuple

import numpy as np
import pandas as pd
from jaxtyping import Bool, Float

from kinembed.analysis.layer_geometry import (
    INPUT,
    GeometryParameters,
    layer_distances,
    layer_features,
    smoothness_table,
)
from kinembed.core.errors import DataError
from kinembed.networks.stgcn import StGcn
from kinembed.recognition.skeleton.clips import Clips, held, recorded_rows
from kinembed.recognition.skeleton.model import ActionClassifier
from kinembed.recognition.skeleton.training import initial_network

COLUMNS = ["dataset", "model", "seed"]
"""Columns of :func:`measure_layers` before those of
:mod:`kinembed.analysis.layer_geometry.table`.
"""


class LayerTables(NamedTuple):
    """Label smoothness by layer, once with and once without neighbours of the same actor.

    Attributes
    ----------
    apart : DataFrame
        Neighbours are clips of other actors. Columns as :func:`measure_layers` says.
    leaky : DataFrame
        Neighbours are clips of any actor; the same columns.
    """

    apart: pd.DataFrame
    leaky: pd.DataFrame


def measure_layers(
    action_classifier: ActionClassifier,
    clips: Clips,
    labels: Sequence[str],
    parameters: GeometryParameters,
    scored: Bool[np.ndarray, "clips"] | None = None,
) -> LayerTables:
    """Measure label smoothness at the input and each block, before training and after.

    Where clips of one actor may be neighbours, smoothness shows how much they resemble one another
    whatever they do (Das, Shekkizhar & Ortega, arXiv 2312.07777).

    Parameters
    ----------
    action_classifier : ActionClassifier
        The trained network; the untrained one follows from its seed.
    clips : Clips
        Clips of the network's skeleton and frame rate.
    labels : sequence of str
        Behaviour of each clip.
    parameters : GeometryParameters
        Windows, graphs, neighbours, and how names hold actors.
    scored : ndarray of bool, shape (clips,), or None
        Clips that are scored: choose those that the network was not trained on. The others are
        neighbours only. None: all are scored.

    Returns
    -------
    LayerTables
        Columns ``dataset``, ``model`` (``trained`` or ``untrained``), ``seed``, ``layer``,
        ``graph``, ``window`` (frames), ``label_error``, ``label_score``, ``laplacian``, ``degree``.

    Raises
    ------
    DataError
        When a clip is shorter than a window or than the network's kernel, a clip's name holds no
        actor, a clip has too few neighbours to choose from, or a behaviour has one clip alone.
    """
    groups = actors(clips.names, parameters)
    untrained = initial_network(
        clips,
        len(action_classifier.behaviours),
        action_classifier.parameters,
        action_classifier.seed,
    )
    apart: list[pd.DataFrame] = []
    leaky: list[pd.DataFrame] = []
    for model, network in (("trained", action_classifier.network), ("untrained", untrained)):
        features = clip_features(network, clips, action_classifier)
        distances = layer_distances(features, clips.lengths.tolist(), parameters.windows)
        for tables, chosen in ((apart, groups), (leaky, None)):
            table = smoothness_table(distances, labels, chosen, parameters, scored)
            named = table.assign(
                dataset=parameters.dataset, model=model, seed=action_classifier.seed
            )
            tables.append(named[[*COLUMNS, *table.columns]])
    return LayerTables(*(pd.concat(tables, ignore_index=True) for tables in (apart, leaky)))


def clip_features(
    network: StGcn, clips: Clips, action_classifier: ActionClassifier, layers: Sequence[str] = ()
) -> dict[str, list[Float[np.ndarray, "_ features"]]]:
    """Compute features of clips at some layers, for the frames that were recorded.

    The network sees clips as it does to recognise them, short ones held at their last pose. What it
    makes of the held pose is left out.

    Parameters
    ----------
    network : StGcn
        Set to evaluate, and moved to the device of the action classifier.
    clips : Clips
        Clips of the network's skeleton.
    action_classifier : ActionClassifier
        Tells to how many frames short clips are held, and the device.
    layers : sequence of str
        Layers by the names that the network gives them; empty: the input and each block.

    Returns
    -------
    dict of str to list of ndarray of float32, shape (rows, features)
        Layer -> features of each clip. Later blocks have a row for two or four frames.

    Raises
    ------
    DataError
        When a clip is shorter than the network's kernel, or a layer does not exist.
    """
    clips.check_lengths()
    frames = action_classifier.parameters.crop_frames
    whole = [held(one, frames) for one in clips.positions]
    given = [one.transpose(2, 0, 1) for one in whole]
    chosen = layers or (INPUT, *network.layers)
    found = layer_features(network, chosen, given, device=action_classifier.parameters.device)
    return {
        layer: [
            rows[: recorded_rows(len(one), len(seen), len(rows))]
            for rows, one, seen in zip(values, clips.positions, whole, strict=True)
        ]
        for layer, values in found.items()
    }


def actors(names: Sequence[str], parameters: GeometryParameters) -> list[str]:
    """Find whose recording each clip is, from its name.

    Parameters
    ----------
    names : sequence of str
        Names of clips.
    parameters : GeometryParameters
        ``group_pattern``, whose first group is the actor, and ``actors``, which tells whose that
        group is where one actor has several.

    Returns
    -------
    list of str
        Actor of each name.

    Raises
    ------
    DataError
        When the pattern does not match a name, or its group matches nothing.
    """
    pattern = parameters.group_pattern
    matches = [re.search(pattern, name) for name in names]
    groups = [None if match is None else match[1] for match in matches]
    unclear = [name for name, group in zip(names, groups, strict=True) if group is None]
    if unclear:
        raise DataError(
            f"geometry.group_pattern {pattern!r} finds no actor in the names of "
            f"{', '.join(unclear)}; say how names hold it"
        )
    return [_actor_of(group, parameters.actors) for group in groups if group is not None]


def _actor_of(group: str, known: Mapping[str, Sequence[str]]) -> str:
    """The actor one of whose names the group is, or the group itself."""
    for actor, names in known.items():
        if any(fnmatchcase(group, name) for name in names):
            return actor
    return group
