"""How training went: losses over optimiser steps."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from kinembed.errors import DataError
from kinembed.plots.theme import OKABE_ITO, add_note, axes_for, figure_of

LOG_FROM_RATIO = 10.0


def training_curve(
    history: pd.DataFrame,
    ax: Axes | None = None,
    title: str | None = None,
    note: str | None = None,
) -> Figure:
    """Draw the loss, and the validation loss where there is one.

    ``history`` has the columns ``step``, ``loss`` and optionally ``validation_loss``, which may
    be missing (nan) at some steps. The vertical axis is logarithmic if all losses are positive
    and span a factor of ten.

    Raises
    ------
    DataError: a column is missing.
    """
    _require_columns(history)
    losses = [name for name in ("loss", "validation_loss") if name in history]
    ax = axes_for(ax, width=6.5, height=4.0)
    for name, colour, marker in zip(losses, OKABE_ITO, ("", "o"), strict=False):
        known = history[["step", name]].dropna()
        label = {"loss": "training"}.get(name, "validation")
        ax.plot(known["step"], known[name], color=colour, marker=marker, ms=3, label=label)
    if _spans_decades(history[losses]):
        ax.set_yscale("log")
    ax.set_xlabel("step")
    ax.set_ylabel("loss")
    ax.grid(which="both", alpha=0.25)
    ax.spines[["top", "right"]].set_visible(False)
    if len(losses) > 1:
        ax.legend(frameon=False)
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
