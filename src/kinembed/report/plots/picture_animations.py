"""Clips of pictures side by side, moving, above their flow."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from kinembed.core.errors import DataError
from kinembed.report.plots.animation_files import gif
from kinembed.report.plots.pictures import bare, flow_colours, full_colour, wheel
from kinembed.report.plots.theme import NOTE_COLOUR, add_note, literal
from kinembed.video.stick_figures import PictureClip

WIDTH, HEIGHT = 1.9, 4.9
"""Inches of a panel, and of all."""
DOTS_PER_INCH = 80


def pictures_gif(
    clips: Mapping[str, PictureClip], frame_rate: float, *, title: str, note: str | None = None
) -> bytes:
    """Draw clips side by side, moving: pictures above, flow below, and the wheel of its colours.

    Each panel says at which speed its colours are full.

    Parameters
    ----------
    clips : mapping of str to PictureClip
        Title -> clip; a shorter one rests at its end.
    frame_rate : float
        Frames per second of the GIF, in Hz.
    title : str
        Text above all panels.
    note : str or None
        Small text below the panels.

    Returns
    -------
    bytes
        A GIF.

    Raises
    ------
    DataError
        When there is no clip.
    """
    if not clips:
        raise DataError("there is no clip to draw")
    figure = Figure((WIDTH * len(clips) + 1, HEIGHT), dpi=DOTS_PER_INCH, layout="constrained")
    widths = [1.0] * len(clips) + [0.45]
    grid = figure.subplots(2, len(clips) + 1, squeeze=False, width_ratios=widths)
    fastest = [full_colour(clip.flow) for clip in clips.values()]
    shown = []
    for column, (words, clip) in enumerate(clips.items()):
        above, below = grid[:, column]
        picture = above.imshow(clip.appearance[0], cmap="gray", vmin=0, vmax=1)
        shown.append((picture, below.imshow(flow_colours(clip.flow[0], fastest[column]))))
        above.set_title(literal(words), fontsize=7.5, color=NOTE_COLOUR, loc="left")
        below.set_xlabel(f"full colour: {fastest[column]:.2g} pixels per frame", fontsize=7)
        bare(above, below)
    grid[0, 0].set_ylabel("picture", fontsize=8)
    grid[1, 0].set_ylabel("flow", fontsize=8)
    grid[0, -1].set_axis_off()
    wheel(grid[1, -1], "direction\nof flow")
    figure.suptitle(literal(title), x=0.01, ha="left", fontsize=10, weight="bold")
    time = figure.text(0.99, 0.985, "", va="top", ha="right", fontsize=9)
    add_note(figure, note)
    canvas: Any = FigureCanvasAgg(figure)  # Any: matplotlib leaves its methods untyped
    pictures = []
    for frame in range(max(map(len, clips.values()))):
        time.set_text(f"{frame / frame_rate:.2f} s")
        for clip, full, (picture, flow) in zip(clips.values(), fastest, shown, strict=True):
            at = min(frame, len(clip) - 1)
            picture.set_data(clip.appearance[at])
            flow.set_data(flow_colours(clip.flow[at], full))
        canvas.draw()
        pictures.append(np.array(canvas.buffer_rgba())[..., :3])
    return gif(pictures, 1 / frame_rate)
