"""Videos side by side, moving: what was shown, and what networks reconstruct and predict of it."""

import textwrap
from collections.abc import Mapping
from typing import Any

import numpy as np
from jaxtyping import Float
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from kinembed.core.errors import DataError
from kinembed.report.plots.animation_files import gif
from kinembed.report.plots.theme import NOTE_COLOUR, OKABE_ITO, add_note
from kinembed.report.plots.video import as_pixels, show_picture

SECONDS = 0.25
"""Each frame is shown."""
PANEL_INCHES = (1.45, 1.9)
DOTS_PER_INCH = 90
TITLE_WIDTH = 16
CAPTIONS = {True: ("source", NOTE_COLOUR), False: ("predicted", OKABE_ITO[3])}


def moving_videos(
    rows: Mapping[str, Float[np.ndarray, "frames side side *colours"]],
    source: int,
    note: str | None = None,
) -> bytes:
    """Draw videos side by side, moving.

    Parameters
    ----------
    rows : mapping of str to (ndarray of float, shape (frames, side, side, *colours))
        Name -> video, grey or in three colours, values 0 to 1; frames that are NaN stay empty. All
        have the same number of frames.
    source : int
        Number of frames at the start that are the source; the others are predicted.
    note : str or None
        Small text below the panels.

    Returns
    -------
    bytes
        A GIF; each frame is shown for :data:`SECONDS`.

    Raises
    ------
    DataError
        When there is no row.
    """
    if not rows:
        raise DataError("there is no video to draw")
    width, height = PANEL_INCHES
    figure = Figure((width * len(rows), height), dpi=DOTS_PER_INCH, layout="constrained")
    panels = figure.subplots(1, len(rows), squeeze=False)[0]
    images = [show_picture(ax, video[0]) for ax, video in zip(panels, rows.values(), strict=True)]
    for ax, name in zip(panels, rows, strict=True):
        words = name.replace("_", " ").replace(".", " ")
        ax.set_title(textwrap.fill(words, TITLE_WIDTH), fontsize=8)
    caption = figure.suptitle("", fontsize=9, x=0.01, ha="left")
    add_note(figure, note)
    canvas: Any = FigureCanvasAgg(figure)  # Any: matplotlib leaves its methods untyped
    pictures = []
    for frame in range(max(len(video) for video in rows.values())):
        for image, video in zip(images, rows.values(), strict=True):
            image.set_data(as_pixels(video[frame]))
        title, colour = CAPTIONS[frame < source]
        caption.set(text=f"frame {frame + 1}: {title}", color=colour)
        canvas.draw()
        pictures.append(np.array(canvas.buffer_rgba())[..., :3])
    return gif(pictures, SECONDS)
