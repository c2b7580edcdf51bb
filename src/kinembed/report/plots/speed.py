"""What clustering costs in processor time and memory, by the length of a recording."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator

from kinembed.core.errors import DataError
from kinembed.report.plots.theme import OKABE_ITO, add_note

SHOWN = {"old": "before", "new": "now"}
PANELS = {"processor_s": "processor time (s)", "peak_mb": "peak memory (MB)"}


def speed_by_size(table: pd.DataFrame, note: str | None = None) -> Figure:
    """Draw processor time and peak memory over the number of rows.

    Parameters
    ----------
    table : DataFrame
        Columns ``measure`` (``processor_s``, ``peak_mb``), ``value``, ``size`` (rows) and
        ``contestant`` (``old`` or ``new``); other measures are not drawn.
    note : str or None
        Small text below the figure.

    Returns
    -------
    Figure
        A panel for each measure, all axes logarithmic.

    Raises
    ------
    DataError
        When the table has neither measure.
    """
    if not table["measure"].isin(PANELS).any():
        raise DataError("there is no processor time and no memory to draw")
    figure = Figure(figsize=(8.4, 3.6), layout="constrained")
    for ax, (measure, title) in zip(figure.subplots(1, 2), PANELS.items(), strict=True):
        _draw(ax, table[table["measure"] == measure])
        ax.set_ylabel(title)
    add_note(figure, note)
    return figure


def _draw(ax: Axes, table: pd.DataFrame) -> None:
    """A line for each contestant."""
    for colour, marker, (contestant, name) in zip(
        OKABE_ITO[1::-1], "so", SHOWN.items(), strict=True
    ):
        of = table[table["contestant"] == contestant].sort_values("size")
        ax.plot(of["size"], of["value"], color=colour, marker=marker, label=name)
    ax.set_xscale("log")
    ax.set_yscale("log")
    sizes = sorted(table["size"].unique())
    ax.set_xticks(sizes, [f"{size:,}" for size in sizes], rotation=30)
    ax.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    ax.yaxis.set_major_formatter("{x:,.0f}")
    ax.minorticks_off()
    ax.set_xlabel("rows (24 a second)")
    ax.grid(alpha=0.25)
    ax.spines[["top", "right"]].set_visible(False)
    ax.legend(frameon=False, fontsize=9)
