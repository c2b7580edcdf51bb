"""Clips as points of a plane, with a small skeleton for each behaviour."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from jaxtyping import Float
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from kinembed.core.errors import DataError
from kinembed.report.plots.stage import DEFAULT_VIEW
from kinembed.report.plots.theme import add_note, colours_for, literal

Position = Float[np.ndarray, "2"]
EDGE_COLOUR = "#C8C8C8"
BODY_SHARE = 0.16
"""Size of a small skeleton, as a share of that of all positions."""


def dataset_maps(
    points: pd.DataFrame,
    edges: pd.DataFrame,
    poses: Mapping[str, Float[np.ndarray, "joints 3"]],
    parents: Sequence[int],
    note: str | None = None,
) -> Figure:
    """Draw a panel for each layer: a dot for each clip, lines between neighbours, and skeletons.

    Parameters
    ----------
    points : DataFrame
        Columns ``layer``, ``clip``, ``behaviour``, ``x``, ``y``; see
        :class:`kinembed.recognition.skeleton.DatasetMap`.
    edges : DataFrame
        Columns ``layer``, ``one``, ``other``, ``weight``.
    poses : mapping of str to (ndarray of float, shape (joints, 3))
        Clip -> one of its poses, y up. Drawn is that of the clip nearest to the median of each
        behaviour.
    parents : sequence of int
        Parent of each joint; the root comes first and has -1.
    note : str or None
        Small text below the figure.

    Returns
    -------
    Figure
        Panels from left to right in the order of the table.

    Raises
    ------
    DataError
        When there is no point.
    """
    if points.empty:
        raise DataError("there is no clip to draw")
    layers = points["layer"].unique().tolist()
    behaviours = sorted(points["behaviour"].unique())
    colours = colours_for(behaviours)
    figure = Figure(figsize=(3.9 * len(layers), 4.9), layout="constrained")
    for ax, layer in zip(figure.subplots(1, len(layers), squeeze=False)[0], layers, strict=True):
        here = _in_unit_square(points[points["layer"] == layer].set_index("clip"))
        _draw_edges(ax, here, edges[edges["layer"] == layer])
        ax.scatter(here["x"], here["y"], s=14, c=here["behaviour"].map(colours), linewidths=0)
        ax.set(xlim=(-0.1, 1.1), ylim=(-0.1, 1.1), aspect="equal", xticks=[], yticks=[])
        for behaviour, clips in here.groupby("behaviour"):
            name, position = _middle(clips)
            _draw_body(ax, position, poses[name], parents, colours[str(behaviour)])
        ax.set_title(layer, loc="left", fontsize=10)
    handles = [
        Line2D([], [], color=colours[name], marker="o", linestyle="", label=literal(name))
        for name in behaviours
    ]
    figure.legend(handles=handles, loc="outside upper center", ncols=6, frameon=False, fontsize=8)
    add_note(figure, note)
    return figure


def _middle(clips: pd.DataFrame) -> tuple[str, Position]:
    """The clip nearest to the median position of some, and where it lies."""
    positions = clips[["x", "y"]].to_numpy(dtype=np.float64)
    away = np.square(positions - np.median(positions, axis=0)).sum(axis=1)
    nearest = int(away.argmin())
    return str(clips.index[nearest]), positions[nearest]


def _draw_edges(ax: Axes, here: pd.DataFrame, edges: pd.DataFrame) -> None:
    ends = np.stack([here.loc[edges[end], ["x", "y"]].to_numpy() for end in ("one", "other")], 1)
    strength = edges["weight"] / edges["weight"].max() if len(edges) else edges["weight"]
    ax.add_collection(
        LineCollection(list(ends), colors=EDGE_COLOUR, linewidths=0.2 + strength, zorder=0)
    )


def _draw_body(
    ax: Axes,
    position: Position,
    pose: Float[np.ndarray, "joints 3"],
    parents: Sequence[int],
    colour: str,
) -> None:
    """A pose at its clip's dot, with a rim that keeps it apart from what lies beneath."""
    body = DEFAULT_VIEW.project(pose.astype(np.float64))[:, :2]
    body -= (body.min(axis=0) + body.max(axis=0)) / 2
    body *= BODY_SHARE / (np.ptp(body, axis=0).max() or 1.0)
    joints = body + position
    bones = list(np.stack([joints[1:], joints[list(parents[1:])]], axis=1))
    for width, shade, order in ((3.6, "white", 2), (1.5, colour, 3)):
        lines = LineCollection(bones, colors=shade, linewidths=width, capstyle="round")
        lines.set_zorder(order)
        ax.add_collection(lines)


def _in_unit_square(here: pd.DataFrame) -> pd.DataFrame:
    """Positions at one scale both ways, so that bodies keep their shape."""
    positions = here[["x", "y"]]
    spread = float((positions.max() - positions.min()).max()) or 1.0
    middle = (positions.max() + positions.min()) / 2
    moved = (positions - middle) / spread + 0.5
    return here.assign(x=moved["x"], y=moved["y"])
