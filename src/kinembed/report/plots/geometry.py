"""How smooth labels are at each layer of a network."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from kinembed.core.errors import DataError
from kinembed.report.plots.theme import OKABE_ITO, add_note

LINES = {"trained": (OKABE_ITO[0], "-"), "untrained": (OKABE_ITO[1], "--")}


def smoothness_by_layer(table: pd.DataFrame, note: str | None = None) -> Figure:
    """Draw the label error over layers, a panel for each kind of graph and length of windows.

    Parameters
    ----------
    table : DataFrame
        Columns ``model`` (``trained`` or ``untrained``), ``seed``, ``layer``, ``graph``, ``window``
        (frames), ``label_error`` (0 to 1). Layers stand in the order of the table.
    note : str or None
        Small text below the figure.

    Returns
    -------
    Figure
        Lines are means over seeds, bands reach from the least to the greatest.

    Raises
    ------
    DataError
        When the table is empty.
    """
    if table.empty:
        raise DataError("there is no layer to draw")
    graphs, windows = (table[name].unique().tolist() for name in ("graph", "window"))
    layers = table["layer"].unique().tolist()
    size = (1 + 3.6 * len(windows), 1.2 + 2.7 * len(graphs))
    figure = Figure(figsize=size, layout="constrained")
    axes = figure.subplots(len(graphs), len(windows), sharex=True, sharey=True, squeeze=False)
    for row, graph in zip(axes, graphs, strict=True):
        row[0].set_ylabel("label error of neighbours")
        for ax, window in zip(row, windows, strict=True):
            chosen = table[(table["graph"] == graph) & (table["window"] == window)]
            _panel(ax, chosen, layers)
            ax.set_title(f"{graph}, windows of {window}", loc="left", fontsize=10)
    handles, names = axes[0, 0].get_legend_handles_labels()
    figure.legend(handles, names, loc="outside upper center", ncols=2, frameon=False, fontsize=9)
    add_note(figure, note)
    return figure


def _panel(ax: Axes, table: pd.DataFrame, layers: list[str]) -> None:
    positions = np.arange(len(layers))
    for model, (colour, line) in LINES.items():
        errors = table[table["model"] == model].groupby("layer")["label_error"]
        if not errors.ngroups:
            continue
        spread = errors.agg(["min", "mean", "max"]).reindex(layers)
        ax.fill_between(
            positions, spread["min"], spread["max"], color=colour, alpha=0.2, linewidth=0
        )
        ax.plot(
            positions, spread["mean"], line, color=colour, marker="o", markersize=3, label=model
        )
    ax.set_xticks(positions, [layer.rpartition(".")[2] for layer in layers], fontsize=8)
    ax.set_xlabel("layer")
    ax.grid(alpha=0.25)
    ax.spines[["top", "right"]].set_visible(False)
