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
    """Label smoothness by layer: neighbours are of other actors, or of any."""

    apart: pd.DataFrame
    leaky: pd.DataFrame


def measure_layers(
    action_classifier: ActionClassifier,
    clips: Clips,
    labels: Sequence[str],
    parameters: GeometryParameters,
    scored: Bool[np.ndarray, "clips"] | None = None,
) -> LayerTables:
    """Label smoothness at the input and each block, of the network trained and as it began.

    Have only clips `scored` that it was not trained on; the others are neighbours. Where clips of
    one actor may be neighbours, it shows how much they resemble one another whatever they do.
    Raises DataError as
    :func:`kinembed.analysis.layer_geometry.layer_distances` and
    :func:`kinembed.analysis.layer_geometry.smoothness_table` do,
    and for a name that tells no actor.
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
    """Features of clips at some layers, of the frames that were recorded.

    Unless layers are named they are the input and each block.

    The network sees clips as it does to recognise them, short ones held at their last pose; what
    it makes of the poses that were held is left out.
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
    """Whose each name is: the first group of the pattern, or the actor who has that group.

    Raises DataError for a name without a match.
    """
    pattern = parameters.group_pattern
    matches = [re.search(pattern, name) for name in names]
    unclear = [name for name, match in zip(names, matches, strict=True) if match is None]
    if unclear:
        raise DataError(
            f"geometry.group_pattern {pattern!r} finds no actor in the names of "
            f"{', '.join(unclear)}; say how names hold it"
        )
    groups = [match[1] for match in matches if match is not None]
    return [_actor_of(group, parameters.actors) for group in groups]


def _actor_of(group: str, known: Mapping[str, Sequence[str]]) -> str:
    """The actor one of whose names the group is, or the group itself."""
    for actor, names in known.items():
        if any(fnmatchcase(group, name) for name in names):
            return actor
    return group
