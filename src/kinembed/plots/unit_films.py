"""Movements that excite units of a network, as moving skeletons beside real ones."""

from collections.abc import Hashable, Iterator, Mapping
from itertools import groupby
from typing import Any

import numpy as np
import pandas as pd
from jaxtyping import Float

from kinembed.maximisation import Maximised, Study
from kinembed.maximisation.bones import ways
from kinembed.plots.movements import Movement, movements_gif


def unit_films(
    study: Study, found: Mapping[str, Maximised], units: pd.DataFrame, note: str | None = None
) -> dict[str, bytes]:
    """``<layer>_<unit>.gif`` for each unit: its movement at every chi, then a real clip.

    Shown are inputs of the first seed. The real clip is the held-out one that excites the unit
    most. `units` are those of :class:`kinembed.maximisation.Survey`; the study's moving input holds
    bones.
    """
    known = {(row["layer"], row["unit"]): row for row in units.to_dict("records")}
    return {
        f"{layer}_{unit}.gif": movements_gif(
            _panels(study, one, rows, known[layer, unit]),
            study.parents,
            study.frame_rate,
            title=_title(layer, unit, known[layer, unit]["class"]),
            note=note,
        )
        for layer, one in found.items()
        for unit, rows in _first_seeds(one)
    }


def _first_seeds(found: Maximised) -> Iterator[tuple[int, list[int]]]:
    """Units, and which inputs are theirs, of the first seed."""
    first = found.aims[0].seed
    chosen = [index for index, aim in enumerate(found.aims) if aim.seed == first]
    for unit, rows in groupby(chosen, key=lambda index: found.aims[index].unit):
        yield unit, list(rows)


def _panels(
    study: Study, found: Maximised, rows: list[int], unit: Mapping[Hashable, Any]
) -> dict[str, Movement]:
    name, largest = study.moving, float(unit["largest"])
    panels = {}
    for row in rows:
        ratio = found.activations[row] / largest
        words = f"chi = {found.aims[row].chi:g}\nactivation {ratio:.2f}"
        panels[words] = _positions(study, found.inputs[name][row])
    real = int(unit["row"])
    labels = study.held_out.labels
    shows = "" if labels is None else f"\n{labels[real]}"
    words = f"held-out clip that excites it most\nactivation 1.00{shows}"
    return panels | {words: _positions(study, study.held_out.values[name][real])}


def _positions(study: Study, values: Float[np.ndarray, "..."]) -> Movement:
    """Bones as frames, joints, coordinates."""
    given = study.moving_input
    arranged = values.transpose(given.time, given.channels, int(given.joints or 0))
    return np.asarray((arranged @ ways(study.parents)).transpose(0, 2, 1), dtype=np.float64)


def _title(layer: str, unit: int, name: str) -> str:
    title = f"{layer}, unit {unit}: movements that excite it"
    return f"{title} (class {name})" if name else title
