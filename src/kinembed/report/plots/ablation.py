"""What every choice is worth: the rows of an ablation, those of one factor together."""

from collections.abc import Mapping

import pandas as pd
from matplotlib.figure import Figure

from kinembed.report.plots.method_dots import READING, method_dots
from kinembed.report.plots.overview import VARIANTS
from kinembed.report.plots.theme import NOTE_COLOUR, add_note


def ablation_overview(
    scores: pd.DataFrame, factors: Mapping[str, str], highlighted: str, note: str | None = None
) -> Figure:
    """Draw the mean accuracy of every row of an ablation, a panel for each way to find the number.

    Parameters
    ----------
    scores : DataFrame
        Columns ``method`` (the row), ``sequence``, ``seed``, ``clusters_given``, ``accuracy`` (0 to
        1). An empty table gives a figure that says that no sequence is annotated.
    factors : mapping of str to str
        Row -> factor, from top to bottom; rows of one factor stand together below its name. An
        empty factor has no heading.
    highlighted : str
        Row that the others are compared with.
    note : str or None
        Small text below the figure.

    Returns
    -------
    Figure
        One or two panels that share their rows.
    """
    given = [variant for variant in VARIANTS if variant in set(scores["clusters_given"])]
    rows, headings = _lines(factors, set(scores["method"]))
    height = 1.4 + 0.25 * max(3, len(rows) + len(headings))
    figure = Figure(figsize=(3 + 4.5 * max(1, len(given)), height), layout="constrained")
    axes = figure.subplots(1, max(1, len(given)), sharey=True, squeeze=False)[0]
    if not given:
        axes[0].text(0.5, 0.5, "no sequence is annotated", ha="center", va="center")
    for ax, variant in zip(axes, given, strict=False):
        method_dots(ax, scores[scores["clusters_given"] == variant], rows, highlighted)
        ax.set_title(VARIANTS[variant], loc="left", fontsize=10)
        ax.set_xlabel(READING, fontsize=8)
        for heading, line in headings.items():
            ax.text(0.005, line, heading, style="italic", color=NOTE_COLOUR, va="center")
    add_note(figure, note)
    return figure


def _lines(factors: Mapping[str, str], rows: set[str]) -> tuple[dict[str, float], dict[str, float]]:
    """Where each row and, in a line above its rows, each factor stands; downwards from 0."""
    kept = {row: factor for row, factor in factors.items() if row in rows}
    lines: list[tuple[str, str]] = []
    for factor in dict.fromkeys(kept.values()):
        lines += [("", factor)] if factor else []
        lines += [(row, "") for row, of_row in kept.items() if of_row == factor]
    rows_at = {row: float(line) for line, (row, _) in enumerate(lines) if row}
    return rows_at, {factor: float(line) for line, (_, factor) in enumerate(lines) if factor}
