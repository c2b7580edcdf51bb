"""Which behaviours are alike: the tree of clusters as a dendrogram, for the report."""

from collections.abc import Mapping, Sequence
from html import escape

import pandas as pd
import plotly.graph_objects as go

from kinembed.report.plots.behaviours import EDGE_COLOUR, NODE_PIXELS
from kinembed.report.plots.theme import Style, Title, text_colour
from kinembed.segmentation.behaviour_tree import members

LONGEST_TITLE = 30
ABSENT = Style("#BDBDBD", "", "circle")
"""Of a cluster that does not occur in the sequence."""


def dendrogram(
    tree: pd.DataFrame,
    names: Mapping[int, str],
    styles: Mapping[str, Style],
    signs: Mapping[str, str],
    titles: Mapping[str, Title],
) -> go.Figure:
    """Draw the tree of clusters: the further right two are joined, the less alike they are.

    Parameters
    ----------
    tree : DataFrame
        As made by :func:`kinembed.segmentation.behaviour_tree.behaviour_tree`; at least one step.
    names : mapping of int to str
        Cluster -> name that its frames are shown under; one that does not occur is absent.
    styles : mapping of str to Style
        Name -> style.
    signs : mapping of str to str
        Name -> letters that stand for it.
    titles : mapping of str to Title
        Name -> what it is called.

    Returns
    -------
    plotly.graph_objects.Figure
        A row per cluster; heights in standard deviations.
    """
    order = leaf_order(tree)
    figure = go.Figure([*_branches(tree, order), _leaves(order, names, styles, signs, titles)])
    figure.update_layout(
        template="none",
        showlegend=False,
        height=80 + NODE_PIXELS * len(order),
        margin={"l": 10, "r": 20, "t": 10, "b": 45},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
    )
    _label_axes(figure, tree, [_shown(leaf, names, titles) for leaf in order])
    return figure


def leaf_order(tree: pd.DataFrame) -> list[int]:
    """Order clusters so that no two branches cross.

    Parameters
    ----------
    tree : DataFrame
        As made by :func:`kinembed.segmentation.behaviour_tree.behaviour_tree`; at least one step.

    Returns
    -------
    list of int
        All clusters.
    """
    orders: dict[int, list[int]] = {}  # of a group, by its smallest cluster
    for first, second in zip(tree["first"], tree["second"], strict=True):
        one, other = members(first)[0], members(second)[0]
        orders[one] = orders.pop(one, [one]) + orders.pop(other, [other])
    return orders[0]


def _branches(tree: pd.DataFrame, order: Sequence[int]) -> list[go.Scatter]:
    """A bracket for each step, from both halves to its height."""
    ends = {leaf: (0.0, float(row)) for row, leaf in enumerate(order)}
    lines = []
    for step in tree.itertuples(index=False):
        one, other = members(str(step.first))[0], members(str(step.second))[0]
        (start, upper), (stop, lower) = ends[one], ends[other]
        height = float(str(step.height))
        ends[one] = (height, (upper + lower) / 2)
        lines.append(
            go.Scatter(
                x=[start, height, height, stop],
                y=[upper, upper, lower, lower],
                mode="lines",
                line={"color": EDGE_COLOUR, "width": 2},
                hovertemplate=f"{step.number} left, joined at {height:.2f}<extra></extra>",
            )
        )
    return lines


def _leaves(
    order: Sequence[int],
    names: Mapping[int, str],
    styles: Mapping[str, Style],
    signs: Mapping[str, str],
    titles: Mapping[str, Title],
) -> go.Scatter:
    """A square with its letters for each cluster."""
    shown = [styles[names[leaf]] if leaf in names else ABSENT for leaf in order]
    return go.Scatter(
        x=[0] * len(order),
        y=list(range(len(order))),
        mode="markers+text",
        text=[escape(signs[names[leaf]]) if leaf in names else "-" for leaf in order],
        textfont={"color": [text_colour(style.colour) for style in shown]},
        marker={
            "symbol": "square",
            "size": 22,
            "color": [style.colour for style in shown],
            "line": {"color": EDGE_COLOUR, "width": 1},
        },
        hovertext=[_called(leaf, names, titles) for leaf in order],
        hoverinfo="text",
        cliponaxis=False,
    )


def _called(leaf: int, names: Mapping[int, str], titles: Mapping[str, Title]) -> str:
    if leaf not in names:
        return f"cluster {leaf}: not in this recording"
    return f"cluster {leaf}: {escape(titles[names[leaf]].full)}"


def _label_axes(figure: go.Figure, tree: pd.DataFrame, shown: Sequence[str]) -> None:
    title = {"text": "distance (SD of all movement)", "standoff": 4}
    ends = [0, 1.06 * tree["height"].max()]
    figure.update_xaxes(fixedrange=True, zeroline=False, range=ends, title=title)
    figure.update_xaxes(gridcolor=EDGE_COLOUR, griddash="dot")
    rows = {"tickvals": list(range(len(shown))), "ticktext": shown, "ticklabelstandoff": 14}
    limits = [len(shown) - 0.5, -0.5]
    figure.update_yaxes(
        automargin=True, fixedrange=True, showgrid=False, zeroline=False, range=limits, **rows
    )


def _shown(leaf: int, names: Mapping[int, str], titles: Mapping[str, Title]) -> str:
    """The name of a leaf; leaves that share one, because they are merged, show their numbers."""
    if leaf not in names:
        return f"cluster {leaf}"
    shared = list(names.values()).count(names[leaf]) > 1
    return _short(titles[names[leaf]].short) + (f" ({leaf})" if shared else "")


def _short(title: str) -> str:
    cut = title if len(title) <= LONGEST_TITLE else f"{title[: LONGEST_TITLE - 1]}…"
    return escape(cut)
