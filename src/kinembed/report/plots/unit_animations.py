"""What excites units of a network, moving, beside real clips: skeletons, or pictures with flow."""

from collections.abc import Hashable, Iterator, Mapping
from itertools import groupby
from typing import Any

import numpy as np
import pandas as pd
from jaxtyping import Float

from kinembed.analysis.activation_maximisation import MaximisationTask, Maximised
from kinembed.report.plots.movements import movements_gif
from kinembed.report.plots.picture_animations import pictures_gif
from kinembed.video.stick_figures import PictureClip

Inputs = Mapping[str, Float[np.ndarray, "..."]]
"""One input of a network, by the names of what it consists of."""


def unit_animations(
    task: MaximisationTask,
    found: Mapping[str, Maximised],
    units: pd.DataFrame,
    note: str | None = None,
) -> dict[str, bytes]:
    """Draw the preferred inputs of each unit at every chi, moving, beside a recorded clip.

    Drawn are inputs of the first seed, and the test clip that excites the unit most.

    Parameters
    ----------
    task : MaximisationTask
        The task, which says how its moving input becomes positions of joints; else
        its inputs are ``appearance`` and ``flow``.
    found : mapping of str to Maximised
        Layer -> preferred inputs.
    units : DataFrame
        A row for each unit: ``layer``, ``unit``, ``class``, ``largest``, ``row``; see
        :class:`kinembed.analysis.activation_maximisation.UnitResults`.
    note : str or None
        Small text below each animation.

    Returns
    -------
    dict of str to bytes
        ``<layer>_<unit>.gif`` -> content.
    """
    known = {(row["layer"], row["unit"]): row for row in units.to_dict("records")}
    return {
        f"{layer}_{unit}.gif": _animation(
            task,
            _panels(task, one, rows, known[layer, unit]),
            _title(layer, unit, known[layer, unit]["class"]),
            note,
        )
        for layer, one in found.items()
        for unit, rows in _first_seeds(one)
    }


def _animation(
    task: MaximisationTask, panels: Mapping[str, Inputs], title: str, note: str | None
) -> bytes:
    if task.positions is not None:
        moving = {words: task.positions(given[task.moving]) for words, given in panels.items()}
        return movements_gif(moving, task.parents, task.frame_rate, title=title, note=note)
    pictures = {words: _pictures(given) for words, given in panels.items()}
    return pictures_gif(pictures, task.frame_rate, title=title, note=note)


def _first_seeds(found: Maximised) -> Iterator[tuple[int, list[int]]]:
    """Units, and which inputs are theirs, of the first seed."""
    first = found.targets[0].seed
    chosen = [index for index, target in enumerate(found.targets) if target.seed == first]
    for unit, rows in groupby(chosen, key=lambda index: found.targets[index].unit):
        yield unit, list(rows)


def _panels(
    task: MaximisationTask, found: Maximised, rows: list[int], unit: Mapping[Hashable, Any]
) -> dict[str, Inputs]:
    largest = float(unit["largest"])
    panels = {}
    for row in rows:
        ratio = found.activations[row] / largest
        words = f"chi = {found.targets[row].chi:g}\nactivation {ratio:.2f}"
        panels[words] = {name: values[row] for name, values in found.inputs.items()}
    real = int(unit["row"])
    labels = task.held_out.labels
    shows = "" if labels is None else f"\n{labels[real]}"
    words = f"recorded clip with the largest activation\nactivation 1.00{shows}"
    return panels | {words: {name: one[real] for name, one in task.held_out.values.items()}}


def _pictures(given: Inputs) -> PictureClip:
    """Pictures without their one channel, and flow with frames first."""
    return PictureClip(given["appearance"][0], given["flow"].swapaxes(0, 1))


def _title(layer: str, unit: int, name: str) -> str:
    title = f"{layer}, unit {unit}: preferred inputs"
    return f"{title} (class {name})" if name else title
