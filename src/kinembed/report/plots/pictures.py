"""Clips of pictures and their flow, frame beside frame; directions as colours of a wheel."""

import numpy as np
from jaxtyping import Float
from matplotlib.axes import Axes
from matplotlib.colors import hsv_to_rgb
from matplotlib.figure import Figure

from kinembed.report.plots.theme import add_note, literal
from kinembed.video.stick_figures import PictureClip

WHEEL = 65
"""Pixels across the wheel that explains the colours."""


def flow_colours(
    flow: Float[np.ndarray, "*batch 2 height width"], fastest: float
) -> Float[np.ndarray, "*batch height width 3"]:
    """Turn flow into colours: direction is hue, speed is saturation.

    Parameters
    ----------
    flow : ndarray of float, shape (..., 2, height, width)
        Movement to the right and down, in pixels per frame.
    fastest : float
        Speed from which on a colour is full, in pixels per frame; 0 or less makes all white.

    Returns
    -------
    ndarray of float, shape (..., height, width, 3)
        Red, green and blue, 0 to 1; what does not move is white.
    """
    right, down = np.moveaxis(flow, -3, 0)
    hue = np.arctan2(-down, right) / (2 * np.pi) % 1
    strength = np.clip(np.hypot(right, down) / fastest, 0, 1) if fastest > 0 else np.zeros_like(hue)
    return np.asarray(hsv_to_rgb(np.stack([hue, strength, np.ones_like(hue)], axis=-1)))


def clip_strip(
    clip: PictureClip, frames: int = 8, title: str | None = None, note: str | None = None
) -> Figure:
    """Draw evenly spaced frames of a clip, their flow below, and the wheel of its colours.

    Parameters
    ----------
    clip : PictureClip
        Pictures and flow.
    frames : int
        Number of frames that are drawn; all where the clip has fewer.
    title : str or None
        Text above the figure.
    note : str or None
        Small text below the figure.

    Returns
    -------
    Figure
        Two rows of panels.
    """
    at = np.linspace(0, len(clip) - 1, min(frames, len(clip))).round().astype(int)
    fastest = full_colour(clip.flow)
    figure = Figure(figsize=(1.2 + 1.05 * len(at), 2.7), layout="constrained")
    grid = figure.subplots(2, len(at) + 1, squeeze=False)
    for column, frame in enumerate(at.tolist()):
        above, below = grid[:, column]
        above.imshow(clip.appearance[frame], cmap="gray", vmin=0, vmax=1, interpolation="none")
        below.imshow(flow_colours(clip.flow[frame], fastest), interpolation="none")
        above.set_title(f"frame {frame}", fontsize=7)
        bare(above, below)
    grid[0, 0].set_ylabel("picture", fontsize=8)
    grid[1, 0].set_ylabel("flow", fontsize=8)
    grid[0, -1].set_axis_off()
    wheel(grid[1, -1], f"at the rim:\n{fastest:.2g} pixels per\nframe or more")
    if title:
        figure.suptitle(literal(title), x=0.01, ha="left", fontsize=10)
    add_note(figure, note)
    return figure


def full_colour(flow: Float[np.ndarray, "frames 2 height width"]) -> float:
    """Choose the speed from which on a colour is full.

    It is the 95th percentile of the pixels that move; the few fastest ones would pale all others.

    Parameters
    ----------
    flow : ndarray of float, shape (frames, 2, height, width)
        Movement to the right and down, in pixels per frame.

    Returns
    -------
    float
        Pixels per frame; 0 where nothing moves.
    """
    speeds = np.hypot(*np.moveaxis(flow, 1, 0))
    return float(np.quantile(speeds[speeds > 0], 0.95)) if np.any(speeds) else 0.0


def wheel(ax: Axes, title: str) -> None:
    """Draw the colour of each direction.

    Parameters
    ----------
    ax : Axes
        Axes to draw on.
    title : str
        Text above the wheel.
    """
    down, right = np.meshgrid(*(np.linspace(-1, 1, WHEEL),) * 2, indexing="ij")
    colours = flow_colours(np.stack([right, down]), 1.0)
    colours[np.hypot(right, down) > 1] = 1
    ax.imshow(colours)
    ax.set_title(title, fontsize=6)
    bare(ax)
    ax.spines[:].set_visible(False)


def bare(*axes: Axes) -> None:
    """Remove the ticks of pictures and make their borders pale.

    Parameters
    ----------
    *axes : Axes
        Axes that show pictures.
    """
    for ax in axes:
        ax.set_xticks([])
        ax.set_yticks([])
        ax.spines[:].set_color("#BDBDBD")
