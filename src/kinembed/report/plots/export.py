"""Figures as the content of files."""

import io
import json
from typing import Any, TypeAlias

from matplotlib.figure import Figure
from plotly.graph_objects import Figure as PlotlyFigure
from plotly.offline import get_plotlyjs

StaticFigure: TypeAlias = Figure
InteractiveFigure: TypeAlias = PlotlyFigure

DOTS_PER_INCH = 130


def png(figure: StaticFigure) -> bytes:
    """Draw a figure as a PNG.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        The figure.

    Returns
    -------
    bytes
        Content of the file, at :data:`DOTS_PER_INCH`.
    """
    stream = io.BytesIO()
    figure.savefig(stream, format="png", dpi=DOTS_PER_INCH)
    return stream.getvalue()


def page(figure: InteractiveFigure, script: str) -> bytes:
    """Write an interactive figure as an HTML page.

    Parameters
    ----------
    figure : plotly.graph_objects.Figure
        The figure.
    script : str
        Address of plotly's script, relative to the page.

    Returns
    -------
    bytes
        Content of the file.
    """
    html: str = figure.to_html(include_plotlyjs=script, div_id="figure")  # else a random one
    return html.encode()


def plotly_address(sequence: str) -> str:
    """Find plotly's script, which lies beside the report, from the folder of a sequence.

    Parameters
    ----------
    sequence : str
        Name of the sequence; its slashes are folders.

    Returns
    -------
    str
        Address relative to a page of the sequence.
    """
    return "../" * (2 + sequence.count("/")) + "plotly.min.js"


def plain(figure: InteractiveFigure) -> dict[str, Any]:
    """Turn an interactive figure into plain values for JSON.

    Parameters
    ----------
    figure : plotly.graph_objects.Figure
        The figure.

    Returns
    -------
    dict of str to Any
        Its ``data`` and ``layout``.
    """
    values: dict[str, Any] = json.loads(figure.to_json())
    return values


def plotly_script() -> str:
    """Load the script that interactive figures share, from the installed plotly package.

    Returns
    -------
    str
        JavaScript.
    """
    script: str = get_plotlyjs()
    return script
