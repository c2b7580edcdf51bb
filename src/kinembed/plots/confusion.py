"""The confusion of behaviours with clusters as a heat map."""

import numpy as np
import pandas as pd
from jaxtyping import Float
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from kinembed.plots.theme import OKABE_ITO, add_note, axes_for, figure_of, literal

CELL = 0.55
LETTER = 0.09
OUTLINE = OKABE_ITO[1]


def confusion_matrix(
    confusion: pd.DataFrame,
    ax: Axes | None = None,
    title: str | None = None,
    note: str | None = None,
) -> Figure:
    """Draw frames per behaviour and cluster, with their share of the behaviour's frames.

    ``confusion`` is a table of frame counts, behaviours x clusters (or their names), as made by
    :func:`kinembed.metrics.confusion`.
    """
    counts = confusion.to_numpy(dtype=np.float64)
    shares = 100 * counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    rows, columns = counts.shape
    upright = max((len(name) for name in confusion.columns if isinstance(name, str)), default=0)
    height = 1.5 + CELL * max(rows, 2) + LETTER * upright
    ax = axes_for(ax, width=3.8 + CELL * max(columns, 3), height=height)
    image = ax.imshow(shares, cmap="Blues", vmin=0, vmax=100, aspect="auto")
    _write_cells(ax, counts, shares)
    ax.set_xticks(range(columns), [literal(str(cluster)) for cluster in confusion.columns])
    ax.set_yticks(range(rows), [literal(str(behaviour)) for behaviour in confusion.index])
    if upright:
        ax.tick_params(axis="x", rotation=90)
    ax.set_xlabel("cluster (outlined: matched to the behaviour)")
    ax.set_ylabel("annotated behaviour")
    figure_of(ax).colorbar(image, ax=ax, label="% of the behaviour's frames")
    if title:
        ax.set_title(title, loc="left")
    add_note(figure_of(ax), note)
    return figure_of(ax)


def _write_cells(
    ax: Axes, counts: Float[np.ndarray, "rows columns"], shares: Float[np.ndarray, "rows columns"]
) -> None:
    """Count above percentage, matched pairs outlined; cells without frames stay empty."""
    for row, column in np.argwhere(counts > 0).tolist():
        share = shares[row, column]
        ax.text(
            column,
            row,
            f"{counts[row, column]:.0f}\n{share:.0f} %",
            ha="center",
            va="center",
            fontsize=7,
            color="white" if share > 55 else "black",
        )
        if row == column:
            _outline(ax, row, column)


def _outline(ax: Axes, row: int, column: int) -> None:
    corner = (column - 0.5, row - 0.5)
    ax.add_patch(
        Rectangle(corner, 1, 1, fill=False, edgecolor=OUTLINE, linewidth=2, clip_on=False, zorder=3)
    )
