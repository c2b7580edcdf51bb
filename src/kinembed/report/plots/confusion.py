"""The confusion of behaviours with clusters, or with one another, as a heat map."""

from typing import NamedTuple

import numpy as np
import pandas as pd
from jaxtyping import Float
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from kinembed.recognition.skeleton import score_recognition
from kinembed.report.plots.theme import OKABE_ITO, add_note, axes_for, figure_of, literal

CELL = 0.55
LETTER = 0.09
OUTLINE = OKABE_ITO[1]


class Words(NamedTuple):
    """What rows and columns of a confusion are, and what its colours are shares of.

    Attributes
    ----------
    rows : str
        Title of the vertical axis.
    columns : str
        Title of the horizontal axis.
    share : str
        Title of the colours.
    """

    rows: str
    columns: str
    share: str


CLUSTERS = Words(
    "annotated behaviour",
    "cluster (outlined: matched to the behaviour)",
    "% of the behaviour's frames",
)
CLIPS = Words("behaviour", "recognised as (outlined: correct)", "% of the behaviour's clips")


def confusion_matrix(
    confusion: pd.DataFrame,
    ax: Axes | None = None,
    title: str | None = None,
    note: str | None = None,
    words: Words = CLUSTERS,
) -> Figure:
    """Draw counts per behaviour and column, with their share of the behaviour's.

    Parameters
    ----------
    confusion : DataFrame
        Counts, behaviours x what they are recognised as, the right one on the diagonal: of frames
        (:func:`kinembed.evaluation.metrics.confusion`) or of clips
        (:func:`kinembed.recognition.skeleton.score_recognition`).
    ax : Axes or None
        Axes to draw on; None makes a figure.
    title : str or None
        Text above the axes.
    note : str or None
        Small text below the figure.
    words : Words
        Titles of axes and colours.

    Returns
    -------
    Figure
        A heat map in percent with its counts; the diagonal is outlined.
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
    ax.set_xlabel(words.columns)
    ax.set_ylabel(words.rows)
    figure_of(ax).colorbar(image, ax=ax, label=words.share)
    if title:
        ax.set_title(title, loc="left")
    add_note(figure_of(ax), note)
    return figure_of(ax)


def clip_confusions(
    recognised: pd.DataFrame, targets: pd.DataFrame, note: str | None = None
) -> dict[str, Figure]:
    """Draw what clips of known behaviours are recognised as, by network.

    Parameters
    ----------
    recognised : DataFrame
        Columns ``network``, ``clip``, ``recognised``.
    targets : DataFrame
        Columns ``clip``, ``behaviour``.
    note : str or None
        Small text below each figure.

    Returns
    -------
    dict of str to Figure
        Network -> confusion.

    Raises
    ------
    DataError
        When a network has no row for a clip.
    """
    figures = {}
    for network, found in recognised.groupby("network", sort=False):
        scores = score_recognition(targets, found)
        title = f"{network}: accuracy {scores.accuracy:.3f} ({scores.clips} clips)"
        figures[str(network)] = confusion_matrix(
            scores.confusion, title=title, note=note, words=CLIPS
        )
    return figures


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
