"""Movements of one skeleton side by side, as moving pictures.

Conventions of positions and views are those of :mod:`kinembed.report.plots.stage`; all movements
are drawn at one scale.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from jaxtyping import Float, UInt8
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from kinembed.core.errors import DataError
from kinembed.motion.skeleton import Skeleton
from kinembed.report.plots.animation_files import LARGEST_RATE, gif
from kinembed.report.plots.stage import DEFAULT_VIEW, Stage, pictures_of
from kinembed.report.plots.theme import NOTE_COLOUR, add_note, literal

Movement = Float[np.ndarray, "frames joints 3"]
WIDTH, HEIGHT = 2.5, 3.4
"""Inches of a panel, and of all."""
DOTS_PER_INCH = 80
TITLE_STRIP, HEAD_STRIP = 0.1, 0.17
"""Shares of the height that titles of the whole, and of panels, need."""


def movements_gif(
    movements: Mapping[str, Movement],
    parents: Sequence[int],
    frame_rate: float,
    *,
    title: str,
    note: str | None = None,
) -> bytes:
    """Draw movements of one skeleton side by side, as a GIF.

    It has the speed of the movements, or the largest that a GIF can show; the time written on it is
    that of the movements.

    Parameters
    ----------
    movements : mapping of str to (ndarray of float, shape (frames, joints, 3))
        Title -> positions of joints, y up; a shorter movement rests at its end.
    parents : sequence of int
        Parent of each joint; the root has -1.
    frame_rate : float
        Frames per second, in Hz.
    title : str
        Text above all panels.
    note : str or None
        Small text below the panels.

    Returns
    -------
    bytes
        Content of the file.

    Raises
    ------
    DataError
        When there is no movement, or one has other joints.
    """
    if not movements:
        raise DataError("there is no movement to draw")
    skeleton = _skeleton(parents)
    screen = _Screen(movements, skeleton, frame_rate, title, note)
    return gif(screen.pictures(), 1 / min(frame_rate, LARGEST_RATE), [NOTE_COLOUR])


class _Screen:
    """A figure whose skeletons move; what stays is drawn once."""

    def __init__(
        self,
        movements: Mapping[str, Movement],
        skeleton: Skeleton,
        frame_rate: float,
        title: str,
        note: str | None,
    ) -> None:
        self.rate, count = frame_rate, len(movements)
        self.frames = [len(one) for one in movements.values()]
        self.figure = Figure(figsize=(WIDTH * count, HEIGHT), dpi=DOTS_PER_INCH)
        # Any: matplotlib leaves its methods untyped.
        self.canvas: Any = FigureCanvasAgg(self.figure)
        floor = add_note(self.figure, note)
        self.figure.text(0.01, 0.985, literal(title), va="top", fontsize=10, weight="bold")
        self.time = self.figure.text(0.99, 0.985, "", va="top", ha="right", fontsize=9)
        height, top = 1 - TITLE_STRIP - HEAD_STRIP - floor, 1 - TITLE_STRIP
        self.stages = []
        for index, (name, positions) in enumerate(movements.items()):
            ax = self.figure.add_axes((index / count, floor, 1 / count, height))
            corner = ((index + 0.04) / count, top)
            self.figure.text(
                *corner, literal(name), va="top", fontsize=7.5, color=NOTE_COLOUR, linespacing=1.4
            )
            self.stages.append(Stage(ax, pictures_of(positions, skeleton, DEFAULT_VIEW)))
        self._share_limits()

    def pictures(self) -> Iterator[UInt8[np.ndarray, "height width 3"]]:
        """One for each frame of the longest movement."""
        moving = [self.time, *(artist for stage in self.stages for artist in stage.artists)]
        for artist in moving:
            artist.set_animated(True)
        self.canvas.draw()
        still = self.canvas.copy_from_bbox(self.figure.bbox)
        for frame in range(max(self.frames)):
            self.time.set_text(f"{frame / self.rate:.2f} s")
            for stage, frames in zip(self.stages, self.frames, strict=True):
                stage.show(min(frame, frames - 1))
            self.canvas.restore_region(still)
            for artist in moving:
                artist.draw(self.canvas.get_renderer())
            yield np.array(self.canvas.buffer_rgba())[..., :3]

    def _share_limits(self) -> None:
        axes = self.figure.axes
        for name in ("xlim", "ylim"):
            limits = np.array([getattr(ax, f"get_{name}")() for ax in axes])
            for ax in axes:
                ax.set(**{name: (limits[:, 0].min(), limits[:, 1].max())})


def _skeleton(parents: Sequence[int]) -> Skeleton:
    """Joints that are known by number alone."""
    count = len(parents)
    return Skeleton(
        tuple(map(str, range(count))),
        tuple(parents),
        np.zeros((count, 3)),
        np.tile(np.eye(3), (count, 1, 1)),
        ("",) * count,
    )
