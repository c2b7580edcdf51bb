"""Methods that were tried on the same sequences, in one figure."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from kinembed.report.plots.overview import VARIANTS
from kinembed.report.plots.theme import GREYS, OKABE_ITO, add_note

HIGHLIGHT, OTHER = OKABE_ITO[0], GREYS[1]


def comparison_overview(scores: pd.DataFrame, highlighted: str, note: str | None = None) -> Figure:
    """Draw the mean accuracy of every method, a panel for each way to find the number of clusters.

    Parameters
    ----------
    scores : DataFrame
        Columns ``sequence``, ``method``, ``clusters_given``, ``accuracy`` (0 to 1). An empty table
        gives a figure that says that no sequence is annotated.
    highlighted : str
        Method that is emphasised.
    note : str or None
        Small text below the figure.

    Returns
    -------
    Figure
        Bars are means, dots sequences. The best method is on top, with the number given where it
        is.
    """
    table = scores.pivot_table("accuracy", "method", "clusters_given")
    given = [variant for variant in VARIANTS if variant in table]
    panels = max(1, len(given))
    size = (2 + 4 * panels, 1.4 + 0.3 * max(2, len(table)))
    figure = Figure(figsize=size, layout="constrained")
    axes = figure.subplots(1, panels, sharey=True, squeeze=False)[0]
    if not given:
        axes[0].text(0.5, 0.5, "no sequence is annotated", ha="center", va="center")
    methods = table.sort_values(list(table.columns)[::-1], ascending=False).index.tolist()
    for ax, variant in zip(axes, given, strict=False):
        _panel(ax, scores[scores["clusters_given"] == variant], methods, highlighted)
        ax.set_title(VARIANTS[variant], loc="left", fontsize=10)
    add_note(figure, note)
    return figure


def _panel(ax: Axes, scores: pd.DataFrame, methods: list[str], highlighted: str) -> None:
    means = scores.groupby("method")["accuracy"].mean().reindex(methods)
    lines = range(len(methods))
    colours = [HIGHLIGHT if method == highlighted else OTHER for method in methods]
    ax.barh(lines, means, 0.72, color=colours)
    rows = [methods.index(method) for method in scores["method"]]
    ax.scatter(scores["accuracy"], rows, s=14, c="black", ec="white", lw=0.6, zorder=3)
    for line, mean in enumerate(means):
        ax.text(1.03, line, f"{mean:.3f}", va="center", fontsize=8)
    ax.set_yticks(lines, methods)
    for label in ax.get_yticklabels():
        label.set_fontweight("bold" if label.get_text() == highlighted else "normal")
    ax.set_ylim(len(methods) - 0.4, -0.6)
    ax.set_xlim(0, 1)
    ax.set_xlabel("frame accuracy (bar: mean; dot: one sequence)")
    ax.spines[["top", "right"]].set_visible(False)
