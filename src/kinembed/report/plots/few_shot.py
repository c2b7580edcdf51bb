"""How much is recognised from few labels, with and without pre-training."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from kinembed.core.errors import DataError
from kinembed.report.plots.theme import OKABE_ITO, add_note, axes_for, figure_of

SHOWN = {"pretrained": "pretrained without labels", "scratch": "from scratch"}


def few_shot_curves(table: pd.DataFrame, note: str | None = None, ax: Axes | None = None) -> Figure:
    """Draw accuracy over labelled windows, pretrained and from scratch.

    Parameters
    ----------
    table : DataFrame
        Columns ``start`` (``pretrained`` or ``scratch``), ``labelled`` (windows per behaviour),
        ``accuracy`` (0 to 1); a row per draw and seed.
    note : str or None
        Small text below the figure.
    ax : Axes or None
        Axes to draw on; None makes a figure.

    Returns
    -------
    Figure
        Lines are means, bands one standard deviation to both sides.

    Raises
    ------
    DataError
        When the table is empty.
    """
    if table.empty:
        raise DataError("there is no accuracy to draw")
    ax = axes_for(ax, 6.2, 4.0)
    for colour, marker, (start, name) in zip(OKABE_ITO, "os", SHOWN.items(), strict=False):
        spread = table[table["start"] == start].groupby("labelled")["accuracy"].agg(["mean", "std"])
        low, high = spread["mean"] - spread["std"], spread["mean"] + spread["std"]
        ax.fill_between(spread.index, low, high, color=colour, alpha=0.2, linewidth=0)
        ax.plot(spread.index, spread["mean"], color=colour, marker=marker, label=name)
    counts = sorted(table["labelled"].unique())
    ax.set_xscale("log")
    ax.set_xticks(counts, [str(count) for count in counts])
    ax.minorticks_off()
    ax.set_xlabel("labelled windows per behaviour")
    ax.set_ylabel("accuracy on the test set")
    ax.set_ylim(0, 1)
    ax.grid(alpha=0.25)
    ax.spines[["top", "right"]].set_visible(False)
    ax.legend(frameon=False, fontsize=9, loc="lower right")
    add_note(figure_of(ax), note)
    return figure_of(ax)
