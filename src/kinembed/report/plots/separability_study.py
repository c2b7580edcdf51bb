"""How separable an embedding is as its network trains, beside the loss and the scores."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from kinembed.report.plots.theme import Style, add_note, styles_for

TITLES = {
    "loss": "prediction loss",
    "silhouette": "silhouette (higher is better)",
    "davies_bouldin": "Davies-Bouldin index (lower is better)",
    "gap": "gap: 1 - within / between (higher is better)",
    "canonical_correlation": "canonical correlation (higher is better)",
    "ari": "ARI with the annotation (higher is better)",
}
LINES = ("-", "--", ":", "-.")
COLUMNS = 3


def separability_study_overview(
    checks: pd.DataFrame, choices: pd.DataFrame, note: str | None = None
) -> Figure:
    """Draw a panel for each quantity, a line for each sequence, and a dot at the best check.

    Parameters
    ----------
    checks : DataFrame
        Columns ``sequence``, ``step`` and quantities of TITLES; one that is NaN everywhere is left
        out.
    choices : DataFrame
        Columns ``sequence``, ``criterion``, ``step``: the check that is best by each criterion. The
        panel of ARI has no dots.
    note : str or None
        Small text below the figure.

    Returns
    -------
    Figure
        Panels in rows of three.
    """
    quantities = [name for name in TITLES if name in checks and checks[name].notna().any()]
    sequences = list(dict.fromkeys(checks["sequence"]))
    rows = -(-len(quantities) // COLUMNS)
    figure = Figure(figsize=(11, 0.9 + 2.6 * max(1, rows)), layout="constrained")
    panels = figure.subplots(max(1, rows), COLUMNS, sharex=True, squeeze=False).ravel()
    styles, steps = styles_for(sequences), checks["step"].to_numpy()
    first = np.min(steps, where=steps > 0, initial=max(1, steps.max()))
    for ax, name in zip(panels, quantities, strict=False):
        _draw(ax, checks, name, styles, sequences)
        # Networks change most in the first steps; this scale shows 0, too.
        ax.set_xscale("symlog", linthresh=first)
        _mark(ax, checks, choices[choices["criterion"] == name], name, styles)
    for ax in panels[len(quantities) :]:
        ax.set_axis_off()
    handles, labels = panels[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside upper center", ncols=8, frameon=False, fontsize=8)
    add_note(figure, note)
    return figure


def _draw(
    ax: Axes,
    checks: pd.DataFrame,
    name: str,
    styles: Mapping[str, Style],
    sequences: Sequence[str],
) -> None:
    for index, sequence in enumerate(sequences):
        of_sequence = checks[checks["sequence"] == sequence]
        line = LINES[index // 8 % len(LINES)]
        colour = styles[sequence].colour
        ax.plot(of_sequence["step"], of_sequence[name], line, color=colour, label=sequence)
    ax.set_title(TITLES[name], loc="left", fontsize=9)
    ax.set_xlabel("step", fontsize=8)
    ax.xaxis.set_tick_params(labelbottom=True)
    ax.tick_params(which="both", labelsize=8)
    ax.grid(alpha=0.25)
    ax.spines[["top", "right"]].set_visible(False)
    if name == "loss" and np.all(checks[name] > 0):
        ax.set_yscale("log")


def _mark(
    ax: Axes,
    checks: pd.DataFrame,
    choices: pd.DataFrame,
    name: str,
    styles: Mapping[str, Style],
) -> None:
    chosen = choices[["sequence", "step"]].merge(checks, on=["sequence", "step"])
    for row in chosen.to_dict("records"):
        ax.plot(row["step"], row[name], "o", color=styles[row["sequence"]].colour)
