"""All methods of an experiment in one figure, a panel for each protocol."""

import pandas as pd
from matplotlib.figure import Figure

from kinembed.report.plots.method_dots import READING, method_dots
from kinembed.report.plots.overview import VARIANTS
from kinembed.report.plots.theme import add_note

READS = {"published_annotated_cuts": " (reads the annotation)"}
"""Protocols whose scores must not be confused with those of the others."""


def results_overview(scores: pd.DataFrame, highlighted: str, note: str | None = None) -> Figure:
    """Draw the mean accuracy of every method under every protocol, the best on top.

    Parameters
    ----------
    scores : DataFrame
        Columns ``protocol``, ``clusters_given``, ``method``, ``sequence``, ``seed``, ``accuracy``
        (0 to 1). An empty table gives a figure that says that no sequence is annotated.
    highlighted : str
        Method that the others are compared with.
    note : str or None
        Small text below the figure.

    Returns
    -------
    Figure
        A panel for each protocol and way to find the number of clusters; see
        :func:`kinembed.report.plots.method_dots.method_dots`.
    """
    panels = [
        (f"{protocol}{READS.get(protocol, '')}: {way}", table)
        for protocol in sorted(set(scores["protocol"]))
        for given, way in VARIANTS.items()
        if not (table := scores.query("protocol == @protocol and clusters_given == @given")).empty
    ]
    sizes = [table["method"].nunique() + 3 for _, table in panels] or [4]
    figure = Figure(figsize=(8, 0.6 + 0.25 * sum(sizes)), layout="constrained")
    axes = figure.subplots(len(sizes), 1, squeeze=False, height_ratios=sizes)[:, 0]
    if not panels:
        axes[0].text(0.5, 0.5, "no sequence is annotated", ha="center", va="center")
    for ax, (title, table) in zip(axes, panels, strict=False):
        by_sequence = table.groupby(["method", "sequence"])["accuracy"].mean()
        best_first = by_sequence.groupby("method").mean().sort_values(ascending=False)
        lines = {str(method): float(line) for line, method in enumerate(best_first.index)}
        method_dots(ax, table, lines, highlighted)
        ax.set_title(title, loc="left", fontsize=10)
    axes[-1].set_xlabel(READING, fontsize=8)
    add_note(figure, note)
    return figure
