"""An embedding's projection: interactive, coloured by prediction and annotation."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import chain

import numpy as np
import plotly.graph_objects as go
from jaxtyping import Bool, Float, Int
from plotly.subplots import make_subplots

from kinembed.core.errors import DataError
from kinembed.motion.segments import FrameLabels
from kinembed.report.plots.theme import (
    NOTE_COLOUR,
    Style,
    Title,
    display_names,
    row_titles,
    styles_for,
    wrap_note,
)

HEIGHT = 560
NOTE_CHARACTERS = 150
CAMERA = {"eye": {"x": 1.8, "y": 1.8, "z": 1.1}, "center": {"x": 0, "y": 0, "z": -0.15}}
HOVER = "frame %{customdata[0]}<br>%{customdata[1]:.2f} s"
MATCHED = "A cluster has the colour of<br>the behaviour it is matched to."
"""Above the legend, where clusters stand beside an annotation."""


def embedding_2d(
    projection: Float[np.ndarray, "vectors components"],
    frame_index: Int[np.ndarray, " vectors"],
    frame_rate: float,
    predicted: FrameLabels,
    annotated: Sequence[str] | None = None,
    explained_variance: Float[np.ndarray, " components"] | None = None,
    title: str | None = None,
    note: str | None = None,
    style_numbers: Mapping[str, int] | None = None,
) -> go.Figure:
    """Draw the first two components, coloured by cluster and, beside it, by annotation.

    Parameters
    ----------
    projection : ndarray of float, shape (vectors, components)
        Embedding reduced for display.
    frame_index : ndarray of int, shape (vectors,)
        Frame that each vector stands for.
    frame_rate : float
        Frames per second, in Hz.
    predicted : ndarray of int or sequence of str, shape (vectors,)
        Clusters, or names that a person gave.
    annotated : sequence of str or None, shape (vectors,)
        Annotated behaviours; None draws one panel.
    explained_variance : ndarray of float or None, shape (components,)
        Share of variance of each component, 0 to 1; None leaves it out of the axis titles.
    title : str or None
        Text above the figure.
    note : str or None
        Small text below the figure.
    style_numbers : mapping of str to int, optional
        Name -> number of its style, where a vocabulary of several recordings says it.

    Returns
    -------
    plotly.graph_objects.Figure
        One or two panels with one legend.

    Raises
    ------
    DataError
        When there are too few components, or labels are not one per vector.
    """
    panels = _panels(projection, predicted, annotated, components=2)
    figure = make_subplots(cols=len(panels), subplot_titles=_titles(panels), shared_yaxes="all")
    titles = row_titles(predicted, annotated or panels["cluster"])
    _add_traces(
        figure, _Points(projection[:, :2], frame_index, frame_rate), panels, titles, style_numbers
    )
    across, up = _axis_names(explained_variance, components=2)
    figure.update_xaxes(title=across, matches="x")
    figure.update_yaxes(title=up, col=1)
    return _finish(figure, title, note, matched=_are_matched(predicted, annotated))


def embedding_3d(
    projection: Float[np.ndarray, "vectors components"],
    frame_index: Int[np.ndarray, " vectors"],
    frame_rate: float,
    predicted: FrameLabels,
    annotated: Sequence[str] | None = None,
    explained_variance: Float[np.ndarray, " components"] | None = None,
    title: str | None = None,
    note: str | None = None,
    style_numbers: Mapping[str, int] | None = None,
) -> go.Figure:
    """Draw the first three components, coloured by cluster and, beside it, by annotation.

    Parameters
    ----------
    projection : ndarray of float, shape (vectors, components)
        Embedding reduced for display.
    frame_index : ndarray of int, shape (vectors,)
        Frame that each vector stands for.
    frame_rate : float
        Frames per second, in Hz.
    predicted : ndarray of int or sequence of str, shape (vectors,)
        Clusters, or names that a person gave.
    annotated : sequence of str or None, shape (vectors,)
        Annotated behaviours; None draws one panel.
    explained_variance : ndarray of float or None, shape (components,)
        Share of variance of each component, 0 to 1; None leaves it out of the axis titles.
    title : str or None
        Text above the figure.
    note : str or None
        Small text below the figure.
    style_numbers : mapping of str to int, optional
        Name -> number of its style, where a vocabulary of several recordings says it.

    Returns
    -------
    plotly.graph_objects.Figure
        One or two scenes with one legend.

    Raises
    ------
    DataError
        When there are too few components, or labels are not one per vector.
    """
    panels = _panels(projection, predicted, annotated, components=3)
    figure = make_subplots(
        cols=len(panels),
        subplot_titles=_titles(panels),
        specs=[[{"type": "scene"}] * len(panels)],
        horizontal_spacing=0.02,
    )
    titles = row_titles(predicted, annotated or panels["cluster"])
    _add_traces(
        figure, _Points(projection[:, :3], frame_index, frame_rate), panels, titles, style_numbers
    )
    names = _axis_names(explained_variance, components=3)
    axes = [{"title": {"text": name, "font": {"size": 11}}, "nticks": 5} for name in names]
    figure.update_scenes(dict(zip(("xaxis", "yaxis", "zaxis"), axes, strict=True)), camera=CAMERA)
    return _finish(figure, title, note, matched=_are_matched(predicted, annotated))


@dataclass(frozen=True, eq=False)
class _Points:
    """What is drawn: two or three coordinates, and the frame each point stands for."""

    coordinates: Float[np.ndarray, "points dimensions"]
    frame_index: Int[np.ndarray, " points"]
    frame_rate: float

    def only(self, chosen: Bool[np.ndarray, " points"]) -> "_Points":
        return _Points(self.coordinates[chosen], self.frame_index[chosen], self.frame_rate)


def _axis_names(
    explained_variance: Float[np.ndarray, " given"] | None, components: int
) -> list[str]:
    """Such as "component 1 (42 % of variance)"."""
    names = [f"component {number}" for number in range(1, components + 1)]
    if explained_variance is None:
        return names
    shares = 100 * explained_variance[:components]
    return [f"{name} ({s:.0f} % of variance)" for name, s in zip(names, shares, strict=True)]


def _panels(
    projection: Float[np.ndarray, "vectors given"],
    predicted: FrameLabels,
    annotated: Sequence[str] | None,
    components: int,
) -> dict[str, Sequence[str]]:
    """Name of every vector, per panel from left to right."""
    vectors, given = projection.shape
    if given < components:
        raise DataError(f"the projection has {given} components, but {components} are drawn")
    if len(predicted) != vectors:
        raise DataError(f"{vectors} vectors are drawn, but {len(predicted)} are labelled")
    names = display_names(predicted, annotated)
    return {"cluster": names} | ({} if annotated is None else {"annotation": annotated})


def _titles(panels: Mapping[str, Sequence[str]]) -> list[str]:
    return [f"coloured by {panel}" for panel in panels]


def _add_traces(
    figure: go.Figure,
    points: _Points,
    panels: Mapping[str, Sequence[str]],
    titles: Mapping[str, Title],
    style_numbers: Mapping[str, int] | None,
) -> None:
    """One trace per panel and name; a name's traces share one legend entry.

    The pointer shows which cluster it is on (`titles`), or which behaviour.

    Names are escaped, for plotly reads tags in them.
    """
    styles = styles_for(chain(panels.get("annotation", []), panels["cluster"]), style_numbers)
    listed: set[str] = set()
    for column, (panel, names) in enumerate(panels.items(), start=1):
        labels = np.asarray(names)
        for name in (name for name in styles if name in set(names)):
            trace = _trace(points.only(labels == name), styles[name])
            full = titles[name].full if panel == "cluster" else name
            trace.update(
                name=escape(name, quote=False),
                legendgroup=name,
                showlegend=name not in listed,
                hovertemplate=f"{HOVER}<extra>{escape(full, quote=False)}</extra>",
            )
            figure.add_trace(trace, row=1, col=column)
            listed.add(name)


def _trace(points: _Points, style: Style) -> go.Scattergl | go.Scatter3d:
    dimensions = points.coordinates.shape[1]
    kind, size = (go.Scatter3d, 3) if dimensions == 3 else (go.Scattergl, 6)
    coordinates = dict(zip("xyz", points.coordinates.T.astype(np.float32), strict=False))
    return kind(
        **coordinates,
        mode="markers",
        marker={"color": style.colour, "symbol": style.marker, "size": size, "opacity": 0.75},
        customdata=np.column_stack([points.frame_index, points.frame_index / points.frame_rate]),
    )


def _are_matched(predicted: FrameLabels, annotated: Sequence[str] | None) -> bool:
    """Whether clusters stand beside the behaviours they are matched to."""
    return annotated is not None and isinstance(predicted, np.ndarray)


def _finish(figure: go.Figure, title: str | None, note: str | None, *, matched: bool) -> go.Figure:
    figure.update_layout(
        template="plotly_white",
        title=title,
        height=HEIGHT,
        legend={"itemsizing": "constant", "title": {"text": MATCHED if matched else None}},
        margin={"t": 90 if title else 50, "b": 100 if note else 60},
    )
    if note:
        figure.add_annotation(
            text=wrap_note(note, NOTE_CHARACTERS, "<br>"),
            xref="paper",
            yref="paper",
            x=0,
            y=0,
            xanchor="left",
            yanchor="top",
            yshift=-50,
            align="left",
            showarrow=False,
            font={"size": 10, "color": NOTE_COLOUR},
        )
    return figure
