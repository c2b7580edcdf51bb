"""Accuracy of methods over seeds and sequences: what one row of an overview shows."""

from collections.abc import Mapping

import pandas as pd
from matplotlib.axes import Axes

from kinembed.report.plots.theme import GREYS, OKABE_ITO

HIGHLIGHT, OTHER, SEQUENCE = OKABE_ITO[0], OKABE_ITO[7], GREYS[1]
READING = "frame accuracy (large dot: mean; line: range over seeds; small dot: one sequence)"


def method_dots(
    ax: Axes, scores: pd.DataFrame, lines: Mapping[str, float], highlighted: str
) -> None:
    """Draw each method on its line, from the top down.

    The large dot is the mean over seeds and sequences. The line reaches from the lowest to the
    highest mean over sequences that a seed gave. Small dots are sequences, averaged over seeds. A
    dashed line goes through the highlighted method, where it is drawn.

    Parameters
    ----------
    ax : Axes
        Axes to draw on.
    scores : DataFrame
        Columns ``method``, ``sequence``, ``seed``, ``accuracy`` (0 to 1); methods without a line
        are left out.
    lines : mapping of str to float
        Method -> its position on the vertical axis, from the top down.
    highlighted : str
        Method that the others are compared with.
    """
    scores = scores[scores["method"].isin(list(lines))]
    sequences = scores.groupby(["method", "sequence"])["accuracy"].mean().reset_index()
    seeds = scores.groupby(["method", "seed"])["accuracy"].mean().groupby("method")
    means = sequences.groupby("method")["accuracy"].mean()
    rows = means.index.map(lines)
    colours = [HIGHLIGHT if method == highlighted else OTHER for method in means.index]
    ax.scatter(sequences["accuracy"], sequences["method"].map(lines), s=10, c=SEQUENCE, zorder=2)
    ax.hlines(rows, seeds.min(), seeds.max(), colors=colours, lw=2.5, zorder=3)
    ax.scatter(means, rows, s=34, c=colours, ec="white", lw=0.8, zorder=4)
    if highlighted in means:
        ax.axvline(means[highlighted], color=HIGHLIGHT, ls="--", lw=0.8, zorder=1)
    for row, mean in zip(rows, means, strict=True):
        ax.text(1.03, row, f"{mean:.3f}", va="center", fontsize=8)
    ax.set_xlim(0, 1)
    ax.grid(axis="x", alpha=0.25)
    ax.spines[["top", "right"]].set_visible(False)
    ax.set_yticks(list(lines.values()), list(lines))
    for label in ax.get_yticklabels():
        label.set_fontweight("bold" if label.get_text() == highlighted else "normal")
    ax.set_ylim(max(lines.values()) + 0.6, min(lines.values()) - 0.6)
