"""Skeleton, embedding and timeline of a recording, moving together.

Conventions of positions and views are those of :mod:`kinembed.report.plots.stage`. What stays the
same from picture to picture is drawn once; a picture begins with a copy of it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from jaxtyping import Float, Int, UInt8
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from kinembed.core.errors import DataError
from kinembed.motion.motion import Segmentation
from kinembed.motion.segments import FrameLabels
from kinembed.motion.skeleton import Skeleton
from kinembed.report.plots.stage import Stage, pictures_of, view_of
from kinembed.report.plots.theme import NOTE_COLOUR, Style, Title, add_note, figure_of, literal
from kinembed.report.plots.timeline import (
    shown_rows,
    styles_of_rows,
    timeline,
    titles_of_rows,
)
from kinembed.segmentation.predictions import have_label

INCHES = (9.6, 4.8)
DOTS_PER_INCH = 100
BAR_HEIGHT = 0.02
TRAIL_S = 2.0
"""Seconds before each picture that are a line in the embedding."""


@dataclass(frozen=True, eq=False)
class Animation:
    """The frames of a recording that are shown, and all that is known of it.

    Attributes
    ----------
    frames : ndarray of int, shape (shown,)
        Frames of the recording that are shown, in order.
    positions : ndarray of float, shape (shown, joints, 3)
        Positions of all joints at these frames, y up.
    skeleton : Skeleton
        Joints and bones.
    predictions : mapping of str to (ndarray of int or sequence of str)
        Row of the timeline -> a label for every frame of the recording. The first row gives colours
        and captions.
    segmentation : Segmentation or None
        Annotated behaviours, the last row of the timeline; None draws none.
    projection : ndarray of float, shape (vectors, components)
        Embedding reduced for display; two components are drawn, or the only one.
    frame_index : ndarray of int, shape (vectors,)
        Frame that each vector stands for, ascending.
    frame_rate : float
        Frames per second of the recording, in Hz.
    note : str or None
        Small text below the animation.
    style_numbers : mapping of str to int, optional
        Name -> number of its style, where a vocabulary of several recordings says it.

    Raises
    ------
    DataError
        When no frame is shown, or there is not one pose per frame that is shown.
    """

    frames: Int[np.ndarray, "shown"]
    positions: Float[np.ndarray, "shown joints 3"]
    skeleton: Skeleton
    predictions: Mapping[str, FrameLabels]
    segmentation: Segmentation | None
    projection: Float[np.ndarray, "vectors components"]
    frame_index: Int[np.ndarray, "vectors"]
    frame_rate: float
    note: str | None = None
    style_numbers: Mapping[str, int] | None = None

    def __post_init__(self) -> None:
        if len(self.frames) == 0:
            raise DataError("an animation needs at least one frame")
        if len(self.frames) != len(self.positions):
            raise DataError(
                f"{len(self.frames)} frames are shown, but there are {len(self.positions)} poses"
            )

    @cached_property
    def names(self) -> list[str]:
        """Name under which every frame is shown, in the first row.

        Returns
        -------
        list of str
            One per frame of the recording; a key of `styles` and `titles`.

        Raises
        ------
        DataError
            When there is no row, or rows differ in length.
        """
        return next(iter(shown_rows(self.predictions, self.segmentation).values()))

    @cached_property
    def styles(self) -> dict[str, Style]:
        """The styles of the names of all rows.

        Returns
        -------
        dict of str to Style
            Name -> style.

        Raises
        ------
        DataError
            When there is no row, or rows differ in length.
        """
        rows = shown_rows(self.predictions, self.segmentation)
        return styles_of_rows(rows, self.segmentation, self.style_numbers)

    @cached_property
    def titles(self) -> dict[str, Title]:
        """What the names of the first row stand for.

        Returns
        -------
        dict of str to Title
            Name -> title.

        Raises
        ------
        DataError
            When there is no row, or rows differ in length.
        """
        return next(iter(titles_of_rows(self.predictions, self.segmentation).values()))


class Screen:
    """A figure that shows one picture of an animation after the other.

    Parameters
    ----------
    animation : Animation
        What is shown.

    Raises
    ------
    DataError
        When positions are not those of the skeleton's joints, there is no row, or rows differ in
        length.
    """

    def __init__(self, animation: Animation) -> None:
        self.animation = animation
        self.figure = Figure(figsize=INCHES, dpi=DOTS_PER_INCH)
        canvas: Any = FigureCanvasAgg(self.figure)  # Any: matplotlib leaves its methods untyped
        strip = add_note(self.figure, animation.note)
        floor = strip + 0.3  # above the timeline
        pictures = pictures_of(
            animation.positions, animation.skeleton, view_of(animation.positions)
        )
        self._stage = Stage(self.figure.add_axes((0.0, floor, 0.36, 0.88 - floor)), pictures)
        self._caption = _Caption(self.figure, animation.styles, animation.titles)
        self._map = _Map(self.figure.add_axes((0.39, floor + 0.05, 0.37, 0.83 - floor)), animation)
        self._cursor = _timeline(self.figure.add_axes((0.12, strip + 0.1, 0.85, 0.16)), animation)
        for artist in self.moving:
            artist.set_animated(True)
        canvas.draw()
        self._canvas, self._still = canvas, canvas.copy_from_bbox(self.figure.bbox)

    @property
    def moving(self) -> list[Artist]:
        """What differs from picture to picture.

        Returns
        -------
        list of Artist
            From back to front.
        """
        return [*self._stage.artists, *self._map.artists, self._cursor, *self._caption.artists]

    def show(self, number: int) -> None:
        """Move everything to where it is in one picture.

        Parameters
        ----------
        number : int
            Position among the shown frames, from 0.
        """
        frame = int(self.animation.frames[number])
        self._stage.show(number)
        self._map.show(frame)
        self._cursor.set_xdata([frame / self.animation.frame_rate] * 2)
        self._caption.show(frame / self.animation.frame_rate, self.animation.names[frame])

    def picture(self, number: int) -> UInt8[np.ndarray, "height width 3"]:
        """Draw one picture of the animation.

        Parameters
        ----------
        number : int
            Position among the shown frames, from 0.

        Returns
        -------
        ndarray of uint8, shape (height, width, 3)
            Red, green and blue.
        """
        self.show(number)
        self._canvas.restore_region(self._still)
        for artist in self.moving:
            artist.draw(self._canvas.get_renderer())
        return np.array(self._canvas.buffer_rgba())[..., :3]


class _Caption:
    """Time and label along the top, under a bar in the label's colour."""

    def __init__(
        self, figure: Figure, styles: Mapping[str, Style], titles: Mapping[str, Title]
    ) -> None:
        self._styles, self._titles = styles, titles
        corner = (0.0, 1 - BAR_HEIGHT)
        self._bar = Rectangle(
            corner, 1, BAR_HEIGHT, transform=figure.transFigure, antialiased=False
        )
        figure.add_artist(self._bar)
        self._text = figure.text(0.02, 1 - BAR_HEIGHT - 0.02, "", va="top", fontsize=11)

    @property
    def artists(self) -> Sequence[Artist]:
        return self._bar, self._text

    def show(self, time: float, name: str) -> None:
        self._text.set_text(f"{time:.2f} s   {literal(self._titles[name].full)}")
        self._bar.set(facecolor=self._styles[name].colour)


class _Map:
    """The embedding, and on it where the recording is and was just before."""

    def __init__(self, ax: Axes, animation: Animation) -> None:
        self._animation = animation
        flat = np.zeros((len(animation.projection), 2))
        flat[:, : animation.projection.shape[1]] = animation.projection[:, :2]
        self._points, self._seen_since = flat, _seen_since(animation.names)
        colours = [
            animation.styles[animation.names[frame]].colour for frame in animation.frame_index
        ]
        ax.scatter(flat[:, 0], flat[:, 1], s=6, c=colours, linewidths=0, alpha=0.6)
        ax.set_xticks([])
        ax.set_yticks([])
        ax.set_xlabel("movement map: component 1", fontsize=8, color=NOTE_COLOUR)
        ax.set_ylabel("component 2", fontsize=8, color=NOTE_COLOUR)
        ax.spines[:].set_visible(False)
        self._line = ax.plot([], [], color="black", linewidth=1.5)[0]
        self._point = ax.plot(
            [], [], "o", color="black", markersize=9, markeredgecolor="white", markeredgewidth=1.5
        )[0]

    @property
    def artists(self) -> Sequence[Artist]:
        return self._line, self._point

    def show(self, frame: int) -> None:
        first = max(frame - TRAIL_S * self._animation.frame_rate, self._seen_since[frame] - 1)
        start, stop = np.searchsorted(self._animation.frame_index, [first, frame], side="right")
        trail = self._points[start:stop]
        self._line.set_data(*trail.T)
        self._point.set_data(*trail[-1:].T)


def _seen_since(names: Sequence[str]) -> Int[np.ndarray, "frames"]:
    """The first of the frames up to each one that were seen without a gap."""
    frames = np.arange(1, len(names) + 1)
    return np.maximum.accumulate(np.where(have_label(names), 0, frames))


def _timeline(ax: Axes, animation: Animation) -> Any:
    """The timeline with its legend beside the embedding; returns the line that marks the time."""
    timeline(animation.predictions, animation.frame_rate, animation.segmentation, ax=ax)
    ax.tick_params(labelsize=7)
    ax.set_yticklabels([label.get_text().replace(" (", "\n(") for label in ax.get_yticklabels()])
    ax.xaxis.label.set_fontsize(8)
    legend = ax.get_legend()
    if legend is not None:
        legend.set_bbox_to_anchor((0.77, 0.92), transform=figure_of(ax).transFigure)
    return ax.axvline(0, color="black", linewidth=1.5, zorder=5)
