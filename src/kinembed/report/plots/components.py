"""What the components of a decomposition hold: variance, distances of clusters, joints."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from jaxtyping import Float
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.image import AxesImage

from kinembed.report.plots.theme import OKABE_ITO, add_note, axes_for, figure_of

POD_NAMES = {"both": "encoder and decoder states", "decoder": "decoder states alone"}
DISTANCES = {
    "mean": "mean distance",
    "nearest": "distance to the nearest state at another time",
}
DRAWN_JOINTS = 15
DRAWN_COMPONENTS = 4


def component_label(number: int, explained_variance: Float[np.ndarray, " components"]) -> str:
    """Name a component with its share of variance.

    Parameters
    ----------
    number : int
        Component, counted from 1.
    explained_variance : ndarray of float, shape (components,)
        Share of variance of each component, 0 to 1.

    Returns
    -------
    str
        Such as ``"component 1 (42 % of variance)"``.
    """
    return f"component {number} ({100 * explained_variance[number - 1]:.0f} % of variance)"


def variance_bars(
    variance: pd.DataFrame,
    ax: Axes | None = None,
    title: str | None = None,
    note: str | None = None,
) -> Figure:
    """Draw the share of variance of every component.

    Parameters
    ----------
    variance : DataFrame
        Columns ``pod`` (``both`` or ``decoder``), ``component`` (from 1), ``explained_variance`` (0
        to 1).
    ax : Axes or None
        Axes to draw on; None makes a figure.
    title : str or None
        Text above the axes.
    note : str or None
        Small text below the figure.

    Returns
    -------
    Figure
        Bars in percent, side by side for each decomposition.
    """
    table = variance.pivot(index="component", columns="pod", values="explained_variance")
    ax = axes_for(ax, width=6.5, height=3.8)
    width = 0.8 / table.shape[1]
    for offset, pod in enumerate(table.columns):
        positions = table.index + width * (offset + 0.5) - 0.4
        total = f"{POD_NAMES[pod]} ({100 * table[pod].sum():.0f} % shown)"
        bars = ax.bar(positions, 100 * table[pod], width, color=OKABE_ITO[offset], label=total)
        ax.bar_label(bars, fmt="%.0f", fontsize=7, padding=1)
    ax.set_xticks(table.index)
    ax.set_xlabel("component")
    ax.set_ylabel("% of variance")
    ax.spines[["top", "right"]].set_visible(False)
    ax.legend(frameon=False)
    return _titled(ax, title, note)


def distance_matrices(
    distances: pd.DataFrame,
    names: Mapping[int, str],
    title: str | None = None,
    note: str | None = None,
) -> Figure:
    """Draw distances of states within clusters (on the diagonal) and between them.

    Parameters
    ----------
    distances : DataFrame
        Columns ``cluster``, ``other``, ``mean``, ``nearest``.
    names : mapping of int to str
        Cluster -> name of those that are drawn, in order; one without distances is left out.
    title : str or None
        Text above the figure.
    note : str or None
        Small text below the figure.

    Returns
    -------
    Figure
        A panel for the mean distance, and one for that to the nearest state.
    """
    shown = [cluster for cluster in names if (distances["cluster"] == cluster).any()]
    side = max(2.4, 0.62 * len(shown))
    figure = Figure(figsize=(3.0 + 2 * (side + 0.9), 2.0 + side), layout="constrained")
    axes = figure.subplots(1, len(DISTANCES), sharey=True)
    for ax, (measure, label) in zip(axes, DISTANCES.items(), strict=True):
        table = distances.pivot(index="cluster", columns="other", values=measure)
        image = _cells(ax, table.loc[shown, shown].to_numpy(dtype=np.float64), ".2f")
        ax.set_xticks(range(len(shown)), [names[one] for one in shown], rotation=40, ha="right")
        ax.set_title(label, loc="left", fontsize=9)
        ax.set_xlabel("to the decoder states of")
        figure.colorbar(image, ax=ax, shrink=0.8)
    axes[0].set_yticks(range(len(shown)), [names[one] for one in shown])
    axes[0].set_ylabel("from the decoder states of")
    if title:
        figure.suptitle(title, x=0.01, ha="left")
    add_note(figure, note)
    return figure


def joints_by_component(
    joints: pd.DataFrame, title: str | None = None, note: str | None = None
) -> Figure:
    """Draw which joints move along the first components, those that move most on top.

    Parameters
    ----------
    joints : DataFrame
        Columns ``component`` (from 1), ``joint``, ``unit``, ``change`` (per standard deviation of
        the component).
    title : str or None
        Text above the first panel.
    note : str or None
        Small text below the figure.

    Returns
    -------
    Figure
        A panel for each unit, since units cannot be compared.
    """
    units = list(dict.fromkeys(joints["unit"]))
    tables = {unit: _most_moved(joints[joints["unit"] == unit]) for unit in units}
    columns = [max(len(table.columns) for table in tables.values())] * len(units)
    rows = [len(table) for table in tables.values()]
    figure = Figure(figsize=(3.4 + 0.9 * columns[0], 1.6 + 0.28 * sum(rows) + 0.7 * len(units)))
    figure.set_layout_engine("constrained")
    axes = figure.subplots(len(units), squeeze=False, gridspec_kw={"height_ratios": rows})[:, 0]
    for ax, (unit, table) in zip(axes, tables.items(), strict=True):
        _joint_panel(ax, table, unit)
    axes[-1].set_xlabel("component")
    return _titled(axes[0], title, note)


def _most_moved(joints: pd.DataFrame) -> pd.DataFrame:
    table = joints.pivot(index="joint", columns="component", values="change")
    table = table.iloc[:, :DRAWN_COMPONENTS]
    return table.loc[table.max(axis=1).sort_values(ascending=False).index[:DRAWN_JOINTS]]


def _joint_panel(ax: Axes, table: pd.DataFrame, unit: str) -> None:
    _cells(ax, table.to_numpy(dtype=np.float64), ".2g")
    ax.set_xticks(range(table.shape[1]), [str(component) for component in table.columns])
    ax.set_yticks(range(len(table)), [str(joint) for joint in table.index])
    ax.set_title(f"change in {unit} per SD of the component", loc="right", fontsize=8)


def _cells(ax: Axes, values: Float[np.ndarray, "rows columns"], digits: str) -> AxesImage:
    """A heat map that starts at 0, with its numbers written in; nan is a dash."""
    image = ax.imshow(values, cmap="cividis", vmin=0, aspect="auto")
    middle = np.nanmax(values, initial=0.0) / 2
    for (row, column), value in np.ndenumerate(values):
        colour = "white" if value <= middle else "black"
        text = "-" if np.isnan(value) else format(value, digits)
        ax.text(column, row, text, ha="center", va="center", fontsize=7, color=colour)
    return image


def _titled(ax: Axes, title: str | None, note: str | None) -> Figure:
    if title:
        ax.set_title(title, loc="left")
    add_note(figure_of(ax), note)
    return figure_of(ax)
