"""How long each behaviour lasts, and which follows which; interactive, for the report.

Conventions
-----------
* ``names`` says what every frame shows; ``styles``, ``signs`` and ``titles`` are those of all
  names.
* Frames that were not seen are no behaviour: they have no bar, and nothing follows them.
* Figures have no background and no colour of text: the page that shows them gives both.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from html import escape
from itertools import pairwise

import numpy as np
import plotly.graph_objects as go
from jaxtyping import Float

from kinembed.motion.segments import segments
from kinembed.report.plots.theme import Style, Title, text_colour
from kinembed.segmentation.predictions import NOT_SEEN_LABEL

EDGE_COLOUR = "#808080"
LONGEST_TITLE = 16
NODE_PIXELS = 34
BESIDE = 0.07
"""Half the distance between the arrows of both directions, where the circle's radius is 1."""
LABELLED = 0.3
"""Where on an arrow its count stands: 0 at its start, 1 at its tip."""


def usage_bars(
    names: Sequence[str],
    frame_rate: float,
    styles: Mapping[str, Style],
    signs: Mapping[str, str],
    titles: Mapping[str, Title],
) -> go.Figure:
    """Draw how long each behaviour lasts: a row per behaviour, and in it a block per segment.

    Parameters
    ----------
    names : sequence of str, shape (frames,)
        Name of every frame.
    frame_rate : float
        Frames per second, in Hz.
    styles : mapping of str to Style
        Name -> style.
    signs : mapping of str to str
        Name -> letters that stand for it.
    titles : mapping of str to Title
        Name -> what it is called.

    Returns
    -------
    plotly.graph_objects.Figure
        Bars in seconds, behaviours in order of first appearance.
    """
    figure = go.Figure()
    for name in _distinct(names):
        found = [segment for segment in segments(names) if segment.label == name]
        title = f"{signs[name]} {_short(titles[name].short)}"
        times = [(segment.start / frame_rate, segment.stop / frame_rate) for segment in found]
        figure.add_bar(
            x=[stop - start for start, stop in times],
            y=[title] * len(times),
            orientation="h",
            marker={
                "color": styles[name].colour,
                "pattern": {
                    "shape": styles[name].hatch[:1],
                    "fillmode": "overlay",  # else the bar itself is transparent
                    "fgcolor": "white",
                    "size": 7,
                },
                "line": {"color": EDGE_COLOUR, "width": 1},
            },
            hovertext=[
                f"{_described(name, signs, titles)}: {start:.2f} to {stop:.2f} s"
                for start, stop in times
            ],
            hovertemplate="%{hovertext} (%{x:.2f} s)<extra></extra>",
        )
    figure.update_layout(
        template="none",
        barmode="stack",
        showlegend=False,
        height=70 + 34 * len(figure.data),
        margin={"l": 10, "r": 10, "t": 10, "b": 40},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
    )
    figure.update_xaxes(title={"text": "Total time (s); one block = one occurrence", "standoff": 4})
    figure.update_yaxes(autorange="reversed", automargin=True, fixedrange=True)
    figure.update_xaxes(fixedrange=True, gridcolor=EDGE_COLOUR, griddash="dot", zeroline=False)
    return figure


def transition_graph(
    names: Sequence[str],
    styles: Mapping[str, Style],
    signs: Mapping[str, str],
    titles: Mapping[str, Title],
) -> go.Figure:
    """Draw which behaviour follows which: a circle of behaviours with arrows, wider the more often.

    Parameters
    ----------
    names : sequence of str, shape (frames,)
        Name of every frame.
    styles : mapping of str to Style
        Name -> style.
    signs : mapping of str to str
        Name -> letters that stand for it.
    titles : mapping of str to Title
        Name -> what it is called.

    Returns
    -------
    plotly.graph_objects.Figure
        Each arrow has the number of times that its behaviours follow each other.
    """
    distinct = _distinct(names)
    angles = np.pi / 2 - 2 * np.pi * np.arange(len(distinct)) / len(distinct)
    positions = dict(zip(distinct, np.column_stack([np.cos(angles), np.sin(angles)]), strict=True))
    counts = Counter(
        (str(before.label), str(after.label))
        for before, after in pairwise(segments(names))
        if NOT_SEEN_LABEL not in (before.label, after.label)
    )
    figure = go.Figure()
    ends = {pair: _ends(positions[pair[0]], positions[pair[1]]) for pair in counts}
    widest = max(counts.values(), default=1)
    for pair, (start, stop) in ends.items():
        _add_arrow(figure, start, stop, width=1 + 3 * counts[pair] / widest)
    described = {name: _described(name, signs, titles) for name in distinct}
    _add_counts(figure, counts, ends, described)
    _add_nodes(figure, positions, styles, signs, described)
    figure.update_layout(
        template="none",
        showlegend=False,
        height=320,
        margin={"l": 0, "r": 0, "t": 0, "b": 0},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
    )
    figure.update_xaxes(visible=False, fixedrange=True, range=[-1.3, 1.3])
    figure.update_yaxes(visible=False, fixedrange=True, range=[-1.3, 1.3], scaleanchor="x")
    return figure


def _distinct(names: Sequence[str]) -> list[str]:
    return [name for name in dict.fromkeys(names) if name != NOT_SEEN_LABEL]


def _short(name: str) -> str:
    short = name if len(name) <= LONGEST_TITLE else f"{name[: LONGEST_TITLE - 1]}…"
    return escape(short, quote=False)


def _ends(
    start: Float[np.ndarray, "2"], stop: Float[np.ndarray, "2"]
) -> tuple[Float[np.ndarray, "2"], Float[np.ndarray, "2"]]:
    """Both positions, moved to the right of the way, so that the way back lies beside it."""
    aside = _aside(start, stop)
    return start + aside, stop + aside


def _aside(start: Float[np.ndarray, "2"], stop: Float[np.ndarray, "2"]) -> Float[np.ndarray, "2"]:
    along = (stop - start) / np.linalg.norm(stop - start)
    return BESIDE * np.array([along[1], -along[0]])


def _add_arrow(
    figure: go.Figure, start: Float[np.ndarray, "2"], stop: Float[np.ndarray, "2"], width: float
) -> None:
    figure.add_annotation(
        x=stop[0],
        y=stop[1],
        ax=start[0],
        ay=start[1],
        axref="x",
        ayref="y",
        text="",
        arrowcolor=EDGE_COLOUR,
        arrowwidth=width,
        arrowhead=2,
        arrowsize=max(0.6, 1.6 / width),
        standoff=NODE_PIXELS / 2,
        startstandoff=NODE_PIXELS / 2,
    )


def _add_counts(
    figure: go.Figure,
    counts: Mapping[tuple[str, str], int],
    ends: Mapping[tuple[str, str], tuple[Float[np.ndarray, "2"], Float[np.ndarray, "2"]]],
    described: Mapping[str, str],
) -> None:
    middles = [
        start + LABELLED * (stop - start) + _aside(start, stop) for start, stop in ends.values()
    ]
    figure.add_scatter(
        x=[float(position[0]) for position in middles],
        y=[float(position[1]) for position in middles],
        mode="text",
        text=[f"<b>{counts[pair]}</b>" for pair in ends],
        hovertext=[
            f"{described[before]} → {described[after]}: {_times(counts[before, after])}"
            for before, after in ends
        ],
        hoverinfo="text",
    )


def _add_nodes(
    figure: go.Figure,
    positions: Mapping[str, Float[np.ndarray, "2"]],
    styles: Mapping[str, Style],
    signs: Mapping[str, str],
    described: Mapping[str, str],
) -> None:
    figure.add_scatter(
        x=[float(position[0]) for position in positions.values()],
        y=[float(position[1]) for position in positions.values()],
        mode="markers+text",
        marker={
            "size": NODE_PIXELS,
            "opacity": 1,
            "color": [styles[name].colour for name in positions],
            "line": {"color": EDGE_COLOUR, "width": 1},
        },
        text=[f"<b>{signs[name]}</b>" for name in positions],
        textfont={"color": [text_colour(styles[name].colour) for name in positions]},
        hovertext=[described[name] for name in positions],
        hoverinfo="text",
    )


def _described(name: str, signs: Mapping[str, str], titles: Mapping[str, Title]) -> str:
    return f"{signs[name]} {escape(titles[name].full, quote=False)}"


def _times(count: int) -> str:
    return "1 time" if count == 1 else f"{count} times"
