"""The moving skeleton: one pose as a figure, an excerpt as an animated GIF.

Conventions of positions and views are those of :mod:`kinembed.plots.stage`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from io import BytesIO
from itertools import pairwise
from math import ceil
from typing import Any

import numpy as np
from jaxtyping import Float
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from PIL import Image

from kinembed.errors import DataError
from kinembed.plots.stage import DEFAULT_VIEW, Pictures, Stage, View, pictures_of
from kinembed.plots.theme import add_note, axes_for, colours_for, figure_of, literal
from kinembed.skeleton import Skeleton

INCHES = (3.6, 4.2)
DOTS_PER_INCH = 100
GREYS = 24
CAPTION_HEIGHT = 0.09
BAR_HEIGHT = 0.02


def draw_skeleton(
    positions: Float[np.ndarray, "joints 3"],
    skeleton: Skeleton,
    ax: Axes | None = None,
    view: View = DEFAULT_VIEW,
    title: str | None = None,
    note: str | None = None,
) -> Figure:
    """Draw one pose, on a ground at the height of its lowest joint.

    Raises
    ------
    DataError: the positions are not those of the skeleton's joints.
    """
    ax = axes_for(ax, *INCHES)
    Stage(ax, pictures_of(positions[None], skeleton, view))
    if title:
        ax.set_title(title)
    add_note(figure_of(ax), note)
    return figure_of(ax)


def skeleton_gif(
    positions: Float[np.ndarray, "frames joints 3"],
    skeleton: Skeleton,
    frame_rate: float,
    labels: Sequence[str] | None = None,
    colours: Mapping[str, str] | None = None,
    times_s: Float[np.ndarray, " frames"] | None = None,
    max_rate: float = 20.0,
    view: View = DEFAULT_VIEW,
    note: str | None = None,
) -> bytes:
    """A GIF that plays at the recording's speed, thinned to at most ``max_rate`` pictures a second.

    Its caption tells each frame's time (``times_s``; without it the first frame is at 0 s) and
    its label, if there are ``labels``, under a bar in the label's colour. ``colours`` (label ->
    colour) makes those agree with other figures.

    Raises
    ------
    DataError: no frame, positions of other joints than the skeleton's, or labels that are not
        one per frame.
    """
    if len(positions) == 0:
        raise DataError("an animation needs at least one frame")
    if labels is not None and len(labels) != len(positions):
        raise DataError(f"{len(positions)} frames are drawn, but {len(labels)} are labelled")
    step = ceil(frame_rate / max_rate)
    times = (np.arange(len(positions)) / frame_rate if times_s is None else times_s)[::step]
    names = [None] * len(times) if labels is None else list(labels[::step])
    colours = colours_for(labels or []) | dict(colours or {})
    film = _film(pictures_of(positions[::step], skeleton, view), times, names, colours, note)
    return _encode(film, _palette(colours.values()), _durations_ms(len(times), step / frame_rate))


class _Caption:
    """Time and label along the top of a figure."""

    def __init__(self, figure: Figure, colours: Mapping[str, str]) -> None:
        self._colours = colours
        corner = (0.0, 1 - BAR_HEIGHT)
        self._bar = Rectangle(
            corner, 1, BAR_HEIGHT, transform=figure.transFigure, antialiased=False, visible=False
        )
        figure.add_artist(self._bar)
        self._text = figure.text(0.03, 1 - BAR_HEIGHT - 0.015, "", va="top", fontsize=10)

    @property
    def artists(self) -> tuple[Artist, ...]:
        return self._bar, self._text

    def show(self, time: float, name: str | None) -> None:
        self._text.set_text(f"{time:.2f} s   {literal(name or '')}")
        if name is not None:
            self._bar.set(facecolor=self._colours[name], visible=True)


def _film(
    pictures: Pictures,
    times: Float[np.ndarray, " frames"],
    names: Sequence[str | None],
    colours: Mapping[str, str],
    note: str | None,
) -> Iterator[Image.Image]:
    """Render frame after frame; what stays (the note, slow to draw) is drawn once."""
    figure = Figure(figsize=INCHES, dpi=DOTS_PER_INCH)
    canvas: Any = FigureCanvasAgg(figure)  # Any: matplotlib leaves the methods below untyped
    strip = add_note(figure, note)
    ax = figure.add_axes((0.0, strip, 1.0, 1 - BAR_HEIGHT - CAPTION_HEIGHT - strip))
    stage, caption = Stage(ax, pictures), _Caption(figure, colours)
    moving = stage.artists + caption.artists
    for artist in moving:
        artist.set_animated(True)
    canvas.draw()
    still = canvas.copy_from_bbox(figure.bbox)
    for frame, (time, name) in enumerate(zip(times.tolist(), names, strict=True)):
        stage.show(frame)
        caption.show(time, name)
        canvas.restore_region(still)
        for artist in moving:
            artist.draw(canvas.get_renderer())
        yield Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB")


def _durations_ms(count: int, seconds: float) -> list[int]:
    """Time to show each picture; a GIF counts in 10 ms, so roundings must not add up."""
    moments = np.round(100 * seconds * np.arange(count + 1)).astype(int).tolist()
    return [10 * (stop - start) for start, stop in pairwise(moments)]


def _palette(colours: Iterable[str]) -> Image.Image:
    """Greys, and the colours of the labels as far as a GIF's 256 colours allow."""
    greys = np.repeat(np.linspace(0, 255, GREYS), 3).reshape(-1, 3)
    labels = 255 * np.array([to_rgb(colour) for colour in dict.fromkeys(colours)]).reshape(-1, 3)
    palette = Image.new("P", (1, 1))
    palette.putpalette(np.concatenate([greys, labels])[:256].round().astype(np.uint8).tobytes())
    return palette


def _encode(film: Iterator[Image.Image], palette: Image.Image, durations_ms: list[int]) -> bytes:
    pictures = (picture.quantize(palette=palette, dither=Image.Dither.NONE) for picture in film)
    file = BytesIO()
    next(pictures).save(
        file, format="GIF", save_all=True, append_images=pictures, duration=durations_ms, loop=0
    )
    return file.getvalue()
