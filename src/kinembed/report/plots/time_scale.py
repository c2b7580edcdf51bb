"""How the shortest behaviour was estimated: autocorrelations over the lag, and the time chosen."""

import numpy as np
from matplotlib.figure import Figure

from kinembed.report.plots.theme import GREYS, OKABE_ITO, add_note, axes_for, figure_of
from kinembed.segmentation.correlation_time import LEVEL
from kinembed.segmentation.time_scale import TimeScale

SHOWN = 5
"""Lags are drawn up to this multiple of the shortest behaviour."""


def time_scale_curves(scale: TimeScale, note: str | None = None) -> Figure:
    """Draw the autocorrelation of every recording, and the shortest behaviour.

    Parameters
    ----------
    scale : TimeScale
        An estimated one.
    note : str or None
        Small text below the figure.

    Returns
    -------
    Figure
        A grey line per recording over the lag in seconds, the level 1 / e, and the chosen time.
    """
    seconds = scale.shortest_behaviour_s or 0.0
    shown = 1 + round(SHOWN * seconds * scale.frame_rate)
    ax = axes_for(None, width=6.5, height=4.0)
    for number, curve in enumerate(scale.autocorrelations.values()):
        lags = np.arange(len(curve[:shown])) / scale.frame_rate
        label = None if number else f"recordings ({len(scale.autocorrelations)})"
        ax.plot(lags, curve[:shown], color=GREYS[1], linewidth=0.9, label=label)
    ax.axhline(LEVEL, color=GREYS[2], linestyle=":", label="1 / e")
    chosen = f"shortest behaviour: {seconds:.2f} s"
    ax.axvline(seconds, color=OKABE_ITO[0], label=chosen)
    ax.set_xlabel("lag (s)")
    ax.set_ylabel("autocorrelation of window statistics")
    ax.spines[["top", "right"]].set_visible(False)
    ax.legend(frameon=False)
    add_note(figure_of(ax), note)
    return figure_of(ax)
