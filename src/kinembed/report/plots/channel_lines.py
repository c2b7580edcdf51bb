"""Channels over time: what happened, and what networks reconstruct and predict of it."""

from collections.abc import Mapping, Sequence

import numpy as np
from jaxtyping import Float
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from kinembed.core.errors import DataError
from kinembed.report.plots.theme import NOTE_COLOUR, OKABE_ITO, add_note

CHANNELS = 4
"""Those that vary most are drawn."""
TRUTH = "#222222"


def channel_lines(
    rows: Mapping[str, Float[np.ndarray, "frames channels"]],
    note: str | None = None,
    source: int | None = None,
    *,
    channels: Sequence[str],
    every: int = 1,
) -> Figure:
    """Draw a panel for each of the channels that vary most in the first row, the true values.

    Parameters
    ----------
    rows : mapping of str to (ndarray of float, shape (frames, channels))
        Name -> values; the first row is the truth, the others are drawn upon it, each in a colour.
        NaN is left out.
    note : str or None
        Small text below the figure.
    source : int or None
        Number of given frames; a line stands after them. None draws no line.
    channels : sequence of str
        Names of the channels.
    every : int
        Step between the frames of rows, 1 where they hold every frame.

    Returns
    -------
    Figure
        At most :data:`CHANNELS` panels.

    Raises
    ------
    DataError
        When there is no row.
    """
    if not rows:
        raise DataError("there is no video to draw")
    (_, truth), *_ = rows.items()
    chosen = np.argsort(-truth.std(axis=0))[:CHANNELS].tolist()
    figure = Figure(figsize=(9, 0.9 + 1.35 * len(chosen)), layout="constrained")
    axes = figure.subplots(len(chosen), 1, sharex=True, squeeze=False)[:, 0]
    colours = (TRUTH, *OKABE_ITO)
    for ax, channel in zip(axes, chosen, strict=True):
        for number, (name, values) in enumerate(rows.items()):
            frames, width = every * np.arange(1, len(values) + 1), 2.2 if number == 0 else 1.1
            colour = colours[number % len(colours)]
            ax.plot(frames, values[:, channel], color=colour, linewidth=width, label=name)
        if source is not None:
            ax.axvline(source + 0.5, color=NOTE_COLOUR, linewidth=0.8)
        ax.set_ylabel(channels[channel], fontsize=8)
        ax.spines[["top", "right"]].set_visible(False)
    axes[-1].set_xlabel("frame")
    axes[-1].xaxis.set_major_locator(MaxNLocator(integer=True))
    handles, labels = axes[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside right upper", frameon=False, fontsize=8)
    add_note(figure, note)
    return figure
