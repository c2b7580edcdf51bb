"""Which joints speak for a behaviour and when, at the layers of a network, as heat maps."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from kinembed.core.errors import DataError
from kinembed.report.plots.theme import add_note, literal

JOINT_HEIGHT = 0.085
"""Inches that a joint's row needs."""
TITLE_SIZE = 6.5


def class_map_grid(
    table: pd.DataFrame,
    layers: Sequence[str] | None = None,
    behaviours: Sequence[str] | None = None,
    note: str | None = None,
) -> Figure:
    """Draw heat maps joint x time for layers and behaviours, the more numerous from left to right.

    Parameters
    ----------
    table : DataFrame
        Columns ``layer``, ``behaviour``, ``joint``, ``bin`` (fraction of a clip's time, from 0),
        ``importance``. The mean over rows (seeds) is drawn, joints in the order of the table.
    layers : sequence of str or None
        Layers that are drawn, in order; None draws all.
    behaviours : sequence of str or None
        Behaviours that are drawn, in order; None draws all.
    note : str or None
        Small text below the figure.

    Returns
    -------
    Figure
        A panel for each layer and behaviour; in each the greatest value is darkest.

    Raises
    ------
    DataError
        When no row is left to draw.
    """
    chosen = {
        "layer": list(layers or table["layer"].unique()),
        "behaviour": list(behaviours or table["behaviour"].unique()),
    }
    shown = table[np.all([table[key].isin(names) for key, names in chosen.items()], axis=0)]
    if shown.empty:
        raise DataError("there is no map to draw")
    down, across = sorted(chosen, key=lambda key: len(chosen[key]))
    joints = shown["joint"].unique().tolist()
    means = shown.groupby([down, across, "joint", "bin"])["importance"].mean()
    height = JOINT_HEIGHT * len(joints) + 0.22
    size = (1.2 + 1.45 * len(chosen[across]), 0.9 + height * len(chosen[down]))
    figure = Figure(figsize=size, layout="constrained")
    panels = figure.subplots(
        len(chosen[down]), len(chosen[across]), sharex=True, sharey=True, squeeze=False
    )
    for row, line in zip(chosen[down], panels, strict=True):
        for column, ax in zip(chosen[across], line, strict=True):
            _panel(ax, means[row, column].unstack("bin").loc[joints])
        line[0].set_yticks(range(len(joints)), [literal(name) for name in joints], fontsize=4.5)
        line[-1].yaxis.set_label_position("right")
        line[-1].set_ylabel(literal(row), fontsize=7)
    for column, ax in zip(chosen[across], panels[0], strict=True):
        ax.set_title(literal(column), fontsize=TITLE_SIZE)
    figure.supxlabel("time (first to last frame of a clip)", fontsize=8)
    add_note(figure, note)
    return figure


def _panel(ax: Axes, values: pd.DataFrame) -> None:
    grid = values.to_numpy(dtype=np.float64)
    ax.imshow(grid, aspect="auto", cmap="magma_r", vmin=0, vmax=grid.max() or 1.0)
    ax.set_xticks([])
    ax.tick_params(length=0)
