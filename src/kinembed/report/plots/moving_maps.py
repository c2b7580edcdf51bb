"""Which joints speak for a behaviour, shown on the moving skeleton: a panel for each layer."""

from collections.abc import Mapping, Sequence
from math import ceil
from typing import Any

import numpy as np
from jaxtyping import Float
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import LineCollection
from matplotlib.colors import Normalize
from matplotlib.figure import Figure

from kinembed.core.errors import DataError
from kinembed.report.plots.animation_files import gif
from kinembed.report.plots.stage import DEFAULT_VIEW
from kinembed.report.plots.theme import NOTE_COLOUR, add_note, literal

BONE_COLOUR = "#B0B0B0"
DOT_AREA = 70.0
"""Of the joint that matters most, in square points; of one that does not, a tenth."""
LARGEST_RATE = 15.0
"""Pictures a second."""
PANEL_INCHES = (2.1, 3.1)
DOTS_PER_INCH = 80


def moving_maps(
    positions: Float[np.ndarray, "frames joints 3"],
    parents: Sequence[int],
    maps: Mapping[str, Float[np.ndarray, "_ _"]],
    frame_rate: float,
    title: str,
    note: str | None = None,
) -> bytes:
    """Draw the moving skeleton for each layer; joints that matter more are darker and larger.

    Parameters
    ----------
    positions : ndarray of float, shape (frames, joints, 3)
        Positions of joints, y up.
    parents : sequence of int
        Parent of each joint; the root has -1.
    maps : mapping of str to (ndarray of float, shape (frames, joints))
        Layer -> importance of each joint at each time, 0 to 1.
    frame_rate : float
        Frames per second, in Hz; frames are thinned to at most :data:`LARGEST_RATE` a second.
    title : str
        Text above all panels.
    note : str or None
        Small text below the panels.

    Returns
    -------
    bytes
        A GIF at the recording's speed.

    Raises
    ------
    DataError
        When a map does not have as many frames and joints as there are positions.
    """
    for layer, values in maps.items():
        if values.shape != positions.shape[:2]:
            raise DataError(
                f"the map of {layer} has frames and joints {values.shape}, positions have "
                f"{positions.shape[:2]}"
            )
    width, height = PANEL_INCHES
    figure = Figure(figsize=(width * len(maps), height), dpi=DOTS_PER_INCH)
    points = DEFAULT_VIEW.project(positions.astype(np.float64))[..., :2]
    floor = add_note(figure, note)
    share = 1 / len(maps)
    panels = [
        _Panel(figure.add_axes((index * share, floor, share, 0.8 - floor)), points, parents, layer)
        for index, layer in enumerate(maps)
    ]
    figure.text(0.02, 0.97, literal(title), va="top", fontsize=10)
    clock = figure.text(0.98, 0.97, "", va="top", ha="right", fontsize=9, color=NOTE_COLOUR)
    canvas: Any = FigureCanvasAgg(figure)  # Any: matplotlib leaves its methods untyped
    step = ceil(frame_rate / LARGEST_RATE)
    pictures = []
    for frame in range(0, len(positions), step):
        for panel, values in zip(panels, maps.values(), strict=True):
            panel.show(frame, values[frame])
        clock.set_text(f"{frame / frame_rate:.2f} s")
        canvas.draw()
        pictures.append(np.array(canvas.buffer_rgba())[..., :3])
    return gif(pictures, step / frame_rate)


class _Panel:
    """A skeleton whose joints are as dark and large as they matter."""

    def __init__(
        self,
        ax: Axes,
        points: Float[np.ndarray, "frames joints 2"],
        parents: Sequence[int],
        layer: str,
    ) -> None:
        self._points = points
        self._ends = np.array([(own, above) for own, above in enumerate(parents) if above >= 0])
        self._bones = LineCollection([], colors=BONE_COLOUR, linewidths=2.0, capstyle="round")
        ax.add_collection(self._bones, autolim=False)
        nowhere = np.zeros(points.shape[1])
        self._dots = ax.scatter(
            nowhere,
            nowhere,
            c=nowhere,
            cmap="magma_r",
            norm=Normalize(0, 1),
            linewidths=0,
            zorder=2,
        )
        lowest, highest = points.min(axis=(0, 1)), points.max(axis=(0, 1))
        margin = 0.08 * (highest - lowest).max()
        ax.set(xlim=(lowest[0] - margin, highest[0] + margin))
        ax.set(ylim=(lowest[1] - margin, highest[1] + margin), aspect="equal")
        ax.set_axis_off()
        ax.set_title(layer, fontsize=9)

    def show(self, frame: int, values: Float[np.ndarray, "joints"]) -> None:
        """Move bones and dots to where they are at a frame, and let them matter so much."""
        self._bones.set_segments(list(self._points[frame][self._ends]))
        self._dots.set_offsets(self._points[frame])
        self._dots.set_array(values)
        self._dots.set_sizes(DOT_AREA * (0.1 + 0.9 * values))
