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
    """A picture."""
    stream = io.BytesIO()
    figure.savefig(stream, format="png", dpi=DOTS_PER_INCH)
    return stream.getvalue()


def page(figure: InteractiveFigure, script: str) -> bytes:
    """An HTML page that loads plotly's script from the given address."""
    html: str = figure.to_html(include_plotlyjs=script)
    return html.encode()


def plain(figure: InteractiveFigure) -> dict[str, Any]:
    """An interactive figure as plain values for JSON."""
    values: dict[str, Any] = json.loads(figure.to_json())
    return values


def plotly_script() -> str:
    """The script that interactive figures share, from the installed plotly package."""
    script: str = get_plotlyjs()
    return script
