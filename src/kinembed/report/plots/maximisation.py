"""What inputs that excite units are like, layer by layer."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from kinembed.core.errors import DataError
from kinembed.report.plots.theme import OKABE_ITO, add_note

MEASURES = {
    "activation_ratio": "activation / largest on test clips",
    "temporal_variation": "change (bounds per second)",
    "frequency_centroid": "frequency centroid (Hz)",
}


def maximisation_by_layer(
    table: pd.DataFrame, layers: pd.DataFrame, units: pd.DataFrame, note: str | None = None
) -> Figure:
    """Draw measures of preferred inputs by layer, and what layers and clips say of speed and class.

    Lines are means over units, seeds and networks, one for each chi; bands hold the middle half.
    The last two panels show the similarity of responses to clips at full and at half speed (a dot
    for each network), and how many of a unit's top clips show one behaviour (a dot for each unit
    that fires).

    Parameters
    ----------
    table : DataFrame
        A row for each input, with the columns of
        :class:`kinembed.analysis.activation_maximisation.UnitResults` and ``network``.
    layers : DataFrame
        A row for each network and layer: ``layer``, ``half_speed_similarity``. Gives the order of
        layers.
    units : DataFrame
        A row for each unit: ``layer``, ``fires``, ``share`` (0 to 1).
    note : str or None
        Small text below the figure.

    Returns
    -------
    Figure
        Five panels.

    Raises
    ------
    DataError
        When the table is empty.
    """
    if table.empty:
        raise DataError("there is no input to draw")
    order = layers["layer"].unique().tolist()
    figure = Figure(figsize=(3.1 * (len(MEASURES) + 2), 3.6), layout="constrained")
    *panels, speed, classes = figure.subplots(1, len(MEASURES) + 2)
    for ax, (measure, words) in zip(panels, MEASURES.items(), strict=True):
        _lines(ax, table, measure, order)
        ax.set_ylabel(words, fontsize=9)
        ax.set_ylim(bottom=0)
    handles, names = panels[0].get_legend_handles_labels()
    figure.legend(handles, names, loc="outside upper left", ncols=6, frameon=False, fontsize=9)
    _dots(speed, layers, "half_speed_similarity", order)
    speed.set_ylabel("similarity at half speed (centred cosine)", fontsize=9)
    _dots(classes, units[units["fires"]], "share", order)
    classes.set_ylabel("share of the most frequent behaviour in a unit's top clips", fontsize=9)
    classes.set_ylim(0, 1.05)
    for ax in figure.axes:
        ax.set_xticks(range(len(order)), order, rotation=30, ha="right", fontsize=8)
        ax.grid(alpha=0.25)
        ax.spines[["top", "right"]].set_visible(False)
    add_note(figure, note)
    return figure


def _lines(ax: Axes, table: pd.DataFrame, measure: str, order: list[str]) -> None:
    positions = np.arange(len(order))
    for colour, (chi, rows) in zip(OKABE_ITO, table.groupby("chi"), strict=False):
        values = rows.groupby("layer")[measure]
        low, high = (values.quantile(share).reindex(order) for share in (0.25, 0.75))
        ax.fill_between(positions, low, high, color=colour, alpha=0.2, linewidth=0)
        mean = values.mean().reindex(order)
        ax.plot(positions, mean, color=colour, marker="o", markersize=3, label=f"chi = {chi:g}")


def _dots(ax: Axes, table: pd.DataFrame, measure: str, order: list[str]) -> None:
    """Dots side by side where there are many; a line through their means."""
    generator = np.random.default_rng(0)
    position = table["layer"].map({layer: index for index, layer in enumerate(order)})
    aside = generator.uniform(-0.2, 0.2, len(table)) * (len(table) > 5 * len(order))
    ax.scatter(position + aside, table[measure], s=9, color=OKABE_ITO[0], alpha=0.5, linewidths=0)
    means = table.groupby("layer")[measure].mean().reindex(order)
    ax.plot(np.arange(len(order)), means, color="black", linewidth=1)
