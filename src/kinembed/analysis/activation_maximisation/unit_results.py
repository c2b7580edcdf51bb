"""Find the preferred inputs of a network's units, and describe them in tables."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kinembed.analysis.activation_maximisation.ascent import maximise
from kinembed.analysis.activation_maximisation.measures import (
    class_answers,
    frequency_centroid,
    input_drops,
    speed_similarities,
    temporal_variation,
)
from kinembed.analysis.activation_maximisation.responses import responses, unit_table
from kinembed.analysis.activation_maximisation.summary import summarise
from kinembed.analysis.activation_maximisation.targets import Maximised, Target
from kinembed.analysis.activation_maximisation.task import MaximisationParameters, MaximisationTask
from kinembed.core.errors import DataError

logger = logging.getLogger(__name__)

COLUMNS = [
    *("layer", "unit", "chi", "seed", "activation_ratio", "class_probability"),
    *("temporal_variation", "frequency_centroid", "appearance_drop", "flow_drop", "runner_up"),
]
"""Of the table of results; drops are empty where a network has no inputs of these names.

``runner_up`` is the class that an input found for a class is likeliest besides.
"""


@dataclass(frozen=True, eq=False)
class UnitResults:
    """Preferred inputs of a network's units, and tables that describe them.

    Attributes
    ----------
    found : Mapping of str to Maximised
        Layer -> inputs.
    table : DataFrame
        A row for each input, with COLUMNS.
    units : DataFrame
        A row for each unit of the layers: the columns of
        :func:`kinembed.analysis.activation_maximisation.unit_table`, and ``class``, what the unit
        stands for (empty unless its layer is the classifier).
    layers : DataFrame
        A row for each layer: ``layer``, ``units``, ``dead``, ``half_speed_similarity``, and the
        columns of :func:`kinembed.analysis.activation_maximisation.summary.summarise`.
    """

    found: Mapping[str, Maximised]
    table: pd.DataFrame
    units: pd.DataFrame
    layers: pd.DataFrame


def maximise_units(task: MaximisationTask, parameters: MaximisationParameters) -> UnitResults:
    """Find inputs for units of some layers, and measure them.

    Units that never fire are left out, and the log names them.

    Parameters
    ----------
    task : MaximisationTask
        The network, its inputs and held-out clips.
    parameters : MaximisationParameters
        Which units of which layers, and how their inputs are found.

    Returns
    -------
    UnitResults
        The inputs, and a table each of inputs, units and layers.

    Raises
    ------
    DataError
        When a layer does not exist or is not used, a unit does not exist, no unit of a layer
        fires, the held-out clips lack an input, or the network is in training mode.
    """
    layers, device = parameters.layers, parameters.ascent.device
    studied, held_out = task.studied, task.held_out
    answered = responses(studied, layers, held_out.values, device=device)
    units = unit_table(answered, held_out.names, held_out.labels, parameters.top_clips)
    alike = speed_similarities(studied, layers, held_out.values, held_out.slower, device=device)
    of_layer = {layer: units[units["layer"] == layer] for layer in layers}
    found = {
        layer: maximise(
            studied,
            layer,
            _targets(layer, rows, parameters),
            rows["largest"].to_numpy(),
            parameters.ascent,
        )
        for layer, rows in of_layer.items()
    }
    tables = [
        _measured(task, layer, one, of_layer[layer], parameters) for layer, one in found.items()
    ]
    table = pd.concat(tables, ignore_index=True)
    by_layer = units.groupby("layer", sort=False)["fires"]
    counts = by_layer.agg(units="size", dead=lambda alive: int((~alive).sum()))
    similarities = pd.Series(alike, name="half_speed_similarity")
    summary = counts.join(similarities).join(summarise(table, units)).reset_index()
    return UnitResults(found, table, units.assign(**{"class": _classes(task, units)}), summary)


def _targets(layer: str, units: pd.DataFrame, parameters: MaximisationParameters) -> list[Target]:
    alive = units.loc[units["fires"], "unit"].to_numpy()
    dead = units.loc[~units["fires"], "unit"].tolist()
    if dead:
        logger.warning(
            "Of layer %s never fire on held-out clips, and are left out: units %s",
            *(layer, ", ".join(map(str, dead))),
        )
    if not len(alive):
        raise DataError(f"no unit of layer {layer!r} ever fires on held-out clips; leave it out")
    if layer in parameters.only:
        chosen = [unit for unit in parameters.only[layer] if unit not in dead]
    else:
        ranks = np.linspace(0, len(alive) - 1, min(parameters.units, len(alive)))
        chosen = alive[ranks.round().astype(int)].tolist()
    kappa = parameters.ascent.kappa
    return [
        Target(unit, chi * kappa, seed)
        for unit in chosen
        for chi in parameters.chi
        for seed in parameters.seeds
    ]


def _measured(
    task: MaximisationTask,
    layer: str,
    found: Maximised,
    units: pd.DataFrame,
    parameters: MaximisationParameters,
) -> pd.DataFrame:
    device, studied = parameters.ascent.device, task.studied
    of_targets = np.array([target.unit for target in found.targets])
    movement = task.moving_input, found.inputs[task.moving], task.frame_rate
    table = pd.DataFrame(
        {
            "layer": layer,
            "unit": of_targets,
            "chi": [target.chi for target in found.targets],
            "seed": [target.seed for target in found.targets],
            "activation_ratio": found.activations / units["largest"].to_numpy()[of_targets],
            "temporal_variation": temporal_variation(*movement),
            "frequency_centroid": frequency_centroid(*movement),
        }
    )
    if layer == task.classifier:
        answers = class_answers(studied, layer, found.inputs, of_targets, device=device)
        others = [task.classes[number] for number in answers.runners_up]
        table = table.assign(class_probability=answers.probabilities, runner_up=others)
    if len(studied.inputs) > 1:
        drops = input_drops(studied, layer, found.inputs, of_targets, device=device)
        table = table.assign(**{f"{name}_drop": lost for name, lost in drops.items()})
    return table.reindex(columns=COLUMNS)


def _classes(task: MaximisationTask, units: pd.DataFrame) -> list[str]:
    return [
        task.classes[unit] if layer == task.classifier else ""
        for layer, unit in zip(units["layer"], units["unit"], strict=True)
    ]
