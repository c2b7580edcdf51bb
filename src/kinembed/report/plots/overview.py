"""All sequences of an experiment in one figure."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from matplotlib.figure import Figure

from kinembed.report.plots.theme import OKABE_ITO, add_note, colours_for

CRITICS = {"fidelity": "dash", "continuity": "dot"}
"""Losses of the critics and the styles of their lines; objectives without critics have none."""

VARIANTS = {True: "number of clusters given", False: "number of clusters estimated"}


def loss_overview(histories: pd.DataFrame, note: str | None = None) -> go.Figure:
    """Draw the loss over training steps, a line per sequence.

    Parameters
    ----------
    histories : DataFrame
        Columns ``sequence``, ``step``, ``loss`` and, of objectives with critics, ``fidelity`` and
        ``continuity``; these are broken lines in the sequence's colour.
    note : str or None
        Subtitle of the figure.

    Returns
    -------
    plotly.graph_objects.Figure
        The loss has a logarithmic axis.
    """
    figure = go.Figure()
    colours = colours_for(histories["sequence"])
    critics = [name for name in CRITICS if name in histories]
    for sequence, history in histories.groupby("sequence"):
        for name in ("loss", *critics):
            line = {"color": colours[str(sequence)], "dash": CRITICS.get(name, "solid")}
            label = str(sequence) if name == "loss" else f"{sequence}, {name} critic"
            figure.add_scatter(x=history["step"], y=history[name], name=label, line=line)
    unit = "mean squared error (standardised channels)"
    figure.update_layout(
        template="plotly_white",
        title={"text": "Training loss", "subtitle": {"text": note or ""}},
        xaxis_title="step",
        yaxis={"title": f"{unit}; cross entropy" if critics else unit, "type": "log"},
        showlegend=True,
    )
    return figure


def score_overview(scores: pd.DataFrame, note: str | None = None) -> Figure:
    """Draw the frame accuracy of every sequence, a bar for each way to find the number of clusters.

    Parameters
    ----------
    scores : DataFrame
        Columns ``sequence``, ``clusters_given``, ``accuracy`` (0 to 1). An empty table gives a
        figure that says that no sequence is annotated.
    note : str or None
        Small text below the figure.

    Returns
    -------
    Figure
        Bars with their numbers.
    """
    table = scores.pivot(index="sequence", columns="clusters_given", values="accuracy")
    figure = Figure(figsize=(8, 1.8 + 0.45 * max(1, len(table))), layout="constrained")
    ax = figure.subplots()
    if table.empty:
        ax.text(0.5, 0.5, "no sequence is annotated", ha="center", va="center")
    given = [variant for variant in VARIANTS if variant in table]
    height = 0.8 / max(1, len(given))
    for offset, variant in enumerate(given):
        positions = np.arange(len(table)) + height * (offset + 0.5) - 0.4
        bars = ax.barh(
            positions, table[variant], height, color=OKABE_ITO[offset], label=VARIANTS[variant]
        )
        ax.bar_label(bars, fmt="%.3f", padding=2, fontsize=8)
    ax.set_yticks(range(len(table)), [str(name) for name in table.index])
    ax.invert_yaxis()
    ax.set_xlim(0, 1.08)
    ax.set_xlabel("frame accuracy under optimal matching")
    ax.spines[["top", "right"]].set_visible(False)
    if given:
        figure.legend(loc="outside upper center", ncols=2, frameon=False)
    add_note(figure, note)
    return figure
