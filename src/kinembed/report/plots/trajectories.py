"""Trajectories of states in their first principal components: encoder first, then decoder."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from jaxtyping import Float
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from kinembed.core.errors import DataError
from kinembed.report.plots.components import component_label
from kinembed.report.plots.theme import (
    NOTE_COLOUR,
    OKABE_ITO,
    add_note,
    axes_for,
    figure_of,
    wrap_note,
)

Network = Literal["encoder", "decoder"]
TITLES: dict[Network, str] = {
    "encoder": "encoder, reads the source (circle: first step)",
    "decoder": "decoder, predicts the target (circle: first step)",
}
DRAWN_WINDOWS = 20
"""Windows of each cluster that are drawn as lines, evenly spread over the sequence."""
FAINT = "#D9D9D9"
AVERAGE = "thick line: mean over windows (loops out of phase shrink)"
LEGEND_COLUMNS = 4
PAGE_HEIGHT = 680
CAMERA = {"eye": {"x": 1.5, "y": 1.5, "z": 0.9}}


@dataclass(frozen=True, eq=False)
class Trajectories:
    """States of windows along principal components, and how clusters are called and coloured.

    Attributes
    ----------
    projections : DataFrame
        A row per window and step, in this order. Columns ``cluster``, ``window``, ``step``,
        ``part`` (``encoder`` or ``decoder``), ``component_1``, ``component_2`` and so on.
    averages : DataFrame
        The same for the mean of each cluster's windows, without the column ``window``.
    explained_variance : ndarray of float, shape (components,)
        Share of variance of each component, 0 to 1.
    names : mapping of int to str
        Cluster -> name of those that are drawn, in the order of the legend.
    colours : mapping of str to str
        Name -> colour.
    """

    projections: pd.DataFrame
    averages: pd.DataFrame
    explained_variance: Float[np.ndarray, " components"]
    names: Mapping[int, str]
    colours: Mapping[str, str]

    def label(self, number: int) -> str:
        """Name the axis of a component.

        Parameters
        ----------
        number : int
            Component, counted from 1.

        Returns
        -------
        str
            Such as ``"component 1 (42 % of variance)"``.
        """
        return component_label(number, self.explained_variance)


def trajectories_2d(
    trajectories: Trajectories, title: str | None = None, note: str | None = None
) -> Figure:
    """Draw the first two components: encoder on the left, decoder on the right.

    Thin lines are windows, thick ones the averages of clusters; grey are the states of the other
    network.

    Parameters
    ----------
    trajectories : Trajectories
        What is drawn.
    title : str or None
        Text above the legend.
    note : str or None
        Small text below the figure.

    Returns
    -------
    Figure
        Two panels with one scale.

    Raises
    ------
    DataError
        When there are fewer than two components.
    """
    figure = Figure(figsize=(12, 6.2), layout="constrained")
    axes = figure.subplots(1, 2, sharex=True, sharey=True)
    for ax, panel in zip(axes, _panels(trajectories, 2), strict=True):
        across, up = panel.others.T
        ax.scatter(across, up, s=1.5, color=FAINT, linewidths=0, rasterized=True)
        for path in panel.paths:
            _draw_2d(ax, path)
        ax.set_title(TITLES[panel.network], loc="left", fontsize=10)
        ax.set_xlabel(trajectories.label(1))
        ax.set_aspect("equal")
        ax.spines[["top", "right"]].set_visible(False)
    axes[0].set_ylabel(trajectories.label(2))
    return _finish(figure, trajectories, title, note)


def trajectories_3d(
    trajectories: Trajectories, title: str | None = None, note: str | None = None
) -> Figure:
    """Draw the first three components: encoder on the left, decoder on the right.

    Parameters
    ----------
    trajectories : Trajectories
        What is drawn.
    title : str or None
        Text above the legend.
    note : str or None
        Small text below the figure.

    Returns
    -------
    Figure
        Two panels in perspective.

    Raises
    ------
    DataError
        When there are fewer than three components.
    """
    figure = Figure(figsize=(12, 6.2), layout="constrained")
    for column, panel in enumerate(_panels(trajectories, 3), start=1):
        ax = figure.add_subplot(1, 2, column, projection="3d")
        for path in panel.paths:
            _draw_3d(ax, path)
        ax.set_title(TITLES[panel.network], loc="left", fontsize=10)
        ax.set_xlabel(trajectories.label(1), fontsize=8)
        ax.set_ylabel(trajectories.label(2), fontsize=8)
        ax.set_zlabel(trajectories.label(3), fontsize=8)
        ax.tick_params(labelsize=7)
        ax.set_box_aspect(None, zoom=0.95)
    return _finish(figure, trajectories, title, note)


def trajectories_page(
    trajectories: Trajectories, title: str | None = None, note: str | None = None
) -> go.Figure:
    """Draw the first three components to turn and hover: encoder dotted, decoder solid.

    Parameters
    ----------
    trajectories : Trajectories
        What is drawn.
    title : str or None
        Text above the figure.
    note : str or None
        Small text below the figure.

    Returns
    -------
    plotly.graph_objects.Figure
        One scene.

    Raises
    ------
    DataError
        When there are fewer than three components.
    """
    figure = go.Figure()
    for panel in _panels(trajectories, 3):
        for path in panel.paths:
            figure.add_traces(list(_traces(path, panel.network)))
    labels = [trajectories.label(number) for number in (1, 2, 3)]
    axes = [{"title": {"text": label, "font": {"size": 11}}, "nticks": 5} for label in labels]
    figure.update_layout(
        template="plotly_white",
        title=title,
        height=PAGE_HEIGHT,
        legend={"itemsizing": "constant"},
        margin={"t": 60 if title else 30, "b": 60},
        scene={"camera": CAMERA, **dict(zip(("xaxis", "yaxis", "zaxis"), axes, strict=True))},
    )
    if note:
        _annotate(figure, note)
    return figure


def settling_curve(
    settling: pd.DataFrame,
    ax: Axes | None = None,
    title: str | None = None,
    note: str | None = None,
) -> Figure:
    """Draw how far states lie from their attractor, over the steps of a window.

    Parameters
    ----------
    settling : DataFrame
        Columns ``step``, ``part`` (``encoder`` or ``decoder``), ``distance`` (in RMS radii of the
        attractor).
    ax : Axes or None
        Axes to draw on; None makes a figure.
    title : str or None
        Text above the axes.
    note : str or None
        Small text below the figure.

    Returns
    -------
    Figure
        A line for each network; a grey line stands between both.
    """
    ax = axes_for(ax, width=6.5, height=4.0)
    for (network, rows), colour in zip(
        settling.groupby("part", sort=False), OKABE_ITO, strict=False
    ):
        ax.plot(rows["step"], rows["distance"], color=colour, marker="o", ms=2.5, label=network)
    ax.axvline((settling["part"] == "encoder").sum() - 0.5, color="0.6", linewidth=0.8, zorder=0)
    ax.set_ylim(bottom=0)
    ax.set_xlabel("step of the window")
    ax.set_ylabel("distance / RMS radius of the attractor")
    ax.grid(alpha=0.25)
    ax.spines[["top", "right"]].set_visible(False)
    ax.legend(frameon=False)
    if title:
        ax.set_title(title, loc="left")
    add_note(figure_of(ax), note)
    return figure_of(ax)


@dataclass(frozen=True, eq=False)
class _Path:
    """One network's states of one cluster: all states, some windows as lines, the average."""

    name: str
    colour: str
    states: Float[np.ndarray, "states dimensions"]
    lines: Float[np.ndarray, "windows steps dimensions"]
    steps: Float[np.ndarray, " steps"]
    average: Float[np.ndarray, "steps dimensions"]

    @property
    def course(self) -> Float[np.ndarray, "points dimensions"]:
        """The lines one after the other, with a point of nan after each."""
        gaps = np.full((len(self.lines), 1, self.lines.shape[-1]), np.nan)
        return np.concatenate([self.lines, gaps], axis=1).reshape(-1, gaps.shape[-1])


@dataclass(frozen=True, eq=False)
class _Panel:
    """What one panel shows: one network's states of all clusters, and those of the other."""

    network: Network
    paths: list[_Path]
    others: Float[np.ndarray, "others dimensions"]


def _panels(trajectories: Trajectories, dimensions: int) -> Iterator[_Panel]:
    columns = [f"component_{number}" for number in range(1, dimensions + 1)]
    projections, averages = trajectories.projections, trajectories.averages
    absent = [column for column in columns if column not in projections]
    if absent:
        raise DataError(f"the projections lack {', '.join(absent)}, which are to be drawn")
    shown = projections[projections["cluster"].isin(trajectories.names)]
    for network in TITLES:
        inside = shown["part"] == network
        rows = dict(iter(shown[inside].groupby("cluster")))
        means = dict(iter(averages[averages["part"] == network].groupby("cluster")))
        paths = [
            _path(rows[cluster], means[cluster], columns, trajectories)
            for cluster in trajectories.names
            if cluster in rows
        ]
        yield _Panel(network, paths, shown.loc[~inside, columns].to_numpy(np.float64))


def _path(
    rows: pd.DataFrame, average: pd.DataFrame, columns: list[str], trajectories: Trajectories
) -> _Path:
    name = trajectories.names[int(rows["cluster"].iloc[0])]
    states = rows[columns].to_numpy(np.float64)
    lines = states.reshape(rows["window"].nunique(), -1, len(columns))
    kept = np.unique(np.linspace(0, len(lines) - 1, DRAWN_WINDOWS).round().astype(np.int64))
    return _Path(
        name,
        trajectories.colours[name],
        states,
        lines[kept],
        average["step"].to_numpy(np.float64),
        average[columns].to_numpy(np.float64),
    )


def _draw_2d(ax: Axes, path: _Path) -> None:
    style: dict[str, Any] = {"color": path.colour, "linewidths": 0, "alpha": 0.25}
    ax.scatter(path.states[:, 0], path.states[:, 1], s=3, rasterized=True, **style)
    lines = LineCollection(list(path.lines), colors=path.colour, linewidths=0.6, alpha=0.55)
    ax.add_collection(lines)
    across, up = path.lines[:, 0].T
    ax.scatter(across, up, s=10, facecolor="white", edgecolor=path.colour, lw=0.7, zorder=3)
    across, up = path.average.T
    ax.plot(across, up, color="white", linewidth=4.5, zorder=4)
    ax.plot(across, up, color=path.colour, linewidth=2.6, zorder=5)


def _draw_3d(ax: Any, path: _Path) -> None:
    ax.scatter(*path.states.T, s=2, color=path.colour, linewidths=0, alpha=0.15, rasterized=True)
    ax.plot(*path.course.T, color=path.colour, linewidth=0.6, alpha=0.55)
    first = path.lines[:, 0]
    ax.scatter(*first.T, s=9, facecolor="white", edgecolor=path.colour, linewidths=0.7, alpha=1)
    ax.plot(*path.average.T, color=path.colour, linewidth=2.6)


def _finish(
    figure: Figure, trajectories: Trajectories, title: str | None, note: str | None
) -> Figure:
    named = {name: trajectories.colours[name] for name in trajectories.names.values()}
    entries = [Line2D([], [], color=colour, lw=2.6, label=name) for name, colour in named.items()]
    entries.append(Line2D([], [], color="0.5", lw=2.6, label=AVERAGE))
    figure.legend(
        handles=entries,
        loc="outside upper left",
        ncols=min(LEGEND_COLUMNS, len(entries)),
        title=title,
        alignment="left",
        frameon=False,
        fontsize=8,
        title_fontsize=12,
    )
    add_note(figure, note)
    figure.draw_without_rendering()  # a layout of axes with equal scales settles in the second draw
    return figure


def _traces(path: _Path, network: Network) -> Iterator[go.Scatter3d]:
    """The lines of windows as one trace, and the average."""
    steps = np.tile([*path.steps, np.nan], len(path.lines))
    dash = "dot" if network == "encoder" else "solid"
    for points, numbers, width, kind in (
        (path.course, steps, 2, "windows"),
        (path.average, path.steps, 7, "average"),
    ):
        yield go.Scatter3d(
            **dict(zip("xyz", points.T.astype(np.float32), strict=True)),
            mode="lines",
            line={"color": path.colour, "width": width, "dash": dash},
            opacity=0.6 if kind == "windows" else 1.0,
            name=f"{path.name}: {network}, {kind}",
            customdata=numbers,
            hovertemplate="step %{customdata:.0f}<extra>%{fullData.name}</extra>",
        )


def _annotate(figure: go.Figure, note: str) -> None:
    figure.add_annotation(
        text=wrap_note(note, 150, "<br>"),
        xref="paper",
        yref="paper",
        x=0,
        y=0,
        xanchor="left",
        yanchor="top",
        align="left",
        showarrow=False,
        font={"size": 10, "color": NOTE_COLOUR},
    )
