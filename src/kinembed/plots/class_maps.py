"""Which joints speak for a behaviour and when, at the layers of a network, as heat maps."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from kinembed.errors import DataError
from kinembed.plots.theme import add_note, literal

JOINT_HEIGHT = 0.085
"""Inches that a joint's row takes."""


def class_map_grid(
    table: pd.DataFrame,
    layers: Sequence[str] | None = None,
    behaviours: Sequence[str] | None = None,
    note: str | None = None,
) -> Figure:
    """Heat maps joint x time, a row of panels for each behaviour, a column for each layer.

    Columns ``layer``, ``behaviour``, ``joint``, ``bin`` (part of a clip's time), ``importance``;
    the mean over seeds is drawn, joints in the order of the table. All of the table unless
    `layers` or `behaviours` are named. In each panel the greatest value is darkest.

    Raises
    ------
    DataError: nothing is left to draw.
    """
    columns = list(layers or table["layer"].unique())
    rows = list(behaviours or table["behaviour"].unique())
    chosen = table[table["layer"].isin(columns) & table["behaviour"].isin(rows)]
    if chosen.empty:
        raise DataError("there is no map to draw")
    joints = chosen["joint"].unique().tolist()
    height = JOINT_HEIGHT * len(joints) + 0.22
    size = (1.2 + 1.45 * len(columns), 0.9 + height * len(rows))
    figure = Figure(figsize=size, layout="constrained")
    panels = figure.subplots(len(rows), len(columns), sharex=True, sharey=True, squeeze=False)
    means = chosen.groupby(["behaviour", "layer", "joint", "bin"])["importance"].mean()
    for behaviour, line in zip(rows, panels, strict=True):
        for layer, ax in zip(columns, line, strict=True):
            _panel(ax, means[behaviour, layer].unstack("bin").loc[joints])
            if behaviour == rows[0]:
                ax.set_title(layer, fontsize=8)
        line[0].set_yticks(range(len(joints)), [literal(name) for name in joints], fontsize=4.5)
        line[-1].yaxis.set_label_position("right")
        line[-1].set_ylabel(literal(behaviour), fontsize=7)
    figure.supxlabel("time, from a clip's first frame to its last", fontsize=8)
    add_note(figure, note)
    return figure


def _panel(ax: Axes, values: pd.DataFrame) -> None:
    grid = values.to_numpy(dtype=np.float64)
    ax.imshow(grid, aspect="auto", cmap="magma_r", vmin=0, vmax=grid.max() or 1.0)
    ax.set_xticks([])
    ax.tick_params(length=0)
