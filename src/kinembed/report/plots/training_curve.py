"""How training went: losses over optimiser steps."""

import math

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from kinembed.core.errors import DataError
from kinembed.report.plots.theme import GREYS, OKABE_ITO, add_note, axes_for, figure_of

LOG_FROM_RATIO = 10.0
LABELS = {
    "loss": "prediction (mean squared error)",
    "fidelity": "fidelity critic",
    "continuity": "continuity critic",
}
LINES = ("-", "--", ":")


def training_curve(
    history: pd.DataFrame,
    ax: Axes | None = None,
    title: str | None = None,
    note: str | None = None,
) -> Figure:
    """Draw the loss over training steps, and the losses of critics where there are some.

    Parameters
    ----------
    history : DataFrame
        Columns ``step``, ``loss`` and, of objectives with critics, ``fidelity`` and ``continuity``.
    ax : Axes or None
        Axes to draw on; None makes a figure.
    title : str or None
        Text above the axes.
    note : str or None
        Small text below the figure.

    Returns
    -------
    Figure
        The vertical axis is logarithmic if all losses are positive and span a factor of ten.

    Raises
    ------
    DataError
        When ``step`` or ``loss`` is missing.
    """
    _require_columns(history)
    losses = [name for name in LABELS if name in history]
    ax = axes_for(ax, width=6.5, height=4.0)
    for name, colour, line in zip(losses, OKABE_ITO, LINES, strict=False):
        ax.plot(history["step"], history[name], line, color=colour, label=LABELS[name])
    if _spans_decades(history[losses]):
        ax.set_yscale("log")
    ax.set_xlabel("step")
    ax.set_ylabel("loss")
    ax.grid(which="both", alpha=0.25)
    ax.spines[["top", "right"]].set_visible(False)
    if len(losses) > 1:
        chance = "critics at chance level (2 ln 2)"
        ax.axhline(2 * math.log(2), color=GREYS[0], linewidth=0.8, label=chance)
        ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.15), ncols=2, frameon=False)
    if title:
        ax.set_title(title, loc="left")
    add_note(figure_of(ax), note)
    return figure_of(ax)


def _require_columns(history: pd.DataFrame) -> None:
    missing = [name for name in ("step", "loss") if name not in history]
    if missing:
        raise DataError(
            f"a training history needs the columns step and loss, but {' and '.join(missing)} "
            f"is missing among {', '.join(map(str, history.columns)) or 'none'}"
        )


def _spans_decades(losses: pd.DataFrame) -> bool:
    smallest, largest = losses.min().min(), losses.max().max()
    return bool(smallest > 0 and largest / smallest >= LOG_FROM_RATIO)
