"""How well a network learns other behaviours, by how much of it is frozen."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from kinembed.core.errors import DataError
from kinembed.report.plots.theme import OKABE_ITO, add_note, axes_for, figure_of


def transfer_by_depth(
    table: pd.DataFrame, note: str | None = None, ax: Axes | None = None
) -> Figure:
    """Draw accuracy over the number of frozen blocks.

    Parameters
    ----------
    table : DataFrame
        Columns ``seed``, ``start`` (``pretrained`` or ``scratch``), ``frozen`` (blocks),
        ``accuracy`` (0 to 1).
    note : str or None
        Small text below the figure.
    ax : Axes or None
        Axes to draw on; None makes a figure.

    Returns
    -------
    Figure
        The line is the mean over seeds, the band its range, dots are seeds; the dashed line is from
        scratch.

    Raises
    ------
    DataError
        When no row is pretrained.
    """
    curve = table[table["start"] == "pretrained"]
    if curve.empty:
        raise DataError("there is no transfer to draw")
    ax = axes_for(ax, 6.2, 4.0)
    spread = curve.groupby("frozen")["accuracy"].agg(["min", "mean", "max"])
    positions = np.arange(len(spread))
    colour, other = OKABE_ITO[0], OKABE_ITO[1]
    ax.fill_between(positions, spread["min"], spread["max"], color=colour, alpha=0.2, linewidth=0)
    ax.plot(
        positions, spread["mean"], color=colour, marker="o", label="pretrained on other behaviours"
    )
    at = np.searchsorted(spread.index.to_numpy(), curve["frozen"].to_numpy())
    ax.scatter(at, curve["accuracy"], s=9, color=colour, alpha=0.6, linewidths=0)
    scratch = table[table["start"] == "scratch"]["accuracy"]
    if len(scratch):
        ax.axhline(scratch.mean(), color=other, linestyle="--", label="from scratch")
    ax.set_xticks(positions, [str(frozen) for frozen in spread.index])
    ax.set_xlabel("number of frozen blocks, from the input")
    ax.set_ylabel("accuracy on the new behaviours")
    ax.set_ylim(0, 1)
    ax.grid(alpha=0.25)
    ax.spines[["top", "right"]].set_visible(False)
    ax.legend(frameon=False, fontsize=9)
    add_note(figure_of(ax), note)
    return figure_of(ax)
