"""Figure of a segmentation: self-distance, labels, separation by number of clusters."""

from collections.abc import Mapping, Sequence

import numpy as np
from jaxtyping import Float
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure

from kinembed.motion.motion import Segmentation
from kinembed.motion.segments import FrameLabels
from kinembed.report.plots.theme import OKABE_ITO, add_note
from kinembed.report.plots.timeline import timeline
from kinembed.segmentation.kernel_segmentation import CLIP_FACTOR, select_number_of_clusters

LINE = OKABE_ITO[0]
CHOSEN = OKABE_ITO[3]


def segmentation_overview(
    times: Float[np.ndarray, " intervals"],
    distances: Float[np.ndarray, "intervals intervals"],
    predictions: Mapping[str, FrameLabels],
    frame_rate: float,
    separations: Mapping[int, float],
    separation_threshold: float,
    segmentation: Segmentation | None = None,
    title: str | None = None,
    note: str | None = None,
) -> Figure:
    """Draw self-distances, clusters over time, and the separation for each number of clusters.

    Parameters
    ----------
    times : ndarray of float, shape (intervals,)
        Times of intervals of the sequence, in seconds.
    distances : ndarray of float, shape (intervals, intervals)
        Distances between the states of these intervals.
    predictions : mapping of str to (ndarray of int or sequence of str), each of shape (frames,)
        Title of a row -> label of every frame.
    frame_rate : float
        Frames per second, in Hz.
    separations : mapping of int to float
        Number of clusters -> smallest separation of any two clusters, in transition penalties.
    separation_threshold : float
        Separation around which the number is decided, in transition penalties; the range in which
        separations are not clipped is grey.
    segmentation : Segmentation or None
        Annotated behaviours, drawn as the last row; None draws none.
    title : str or None
        Text above the figure.
    note : str or None
        Small text below the figure.

    Returns
    -------
    Figure
        Three panels.

    Raises
    ------
    DataError
        When there is no row, or rows differ in length.
    """
    figure = Figure(figsize=(11, 7), layout="constrained")
    left, right, lower = _panels(figure)
    _draw_distances(left, times, distances)
    _draw_separations(right.subplots(), separations, separation_threshold)
    timeline(predictions, frame_rate, segmentation, ax=lower.subplots())
    if title:
        figure.suptitle(title, x=0.01, ha="left")
    add_note(figure, note)
    return figure


def _panels(figure: Figure) -> tuple[SubFigure, SubFigure, SubFigure]:
    """Two panels side by side above a third."""
    grid = figure.add_gridspec(2, 2, height_ratios=(3, 1.2), width_ratios=(1.15, 1))
    return (
        figure.add_subfigure(grid[0, 0]),
        figure.add_subfigure(grid[0, 1]),
        figure.add_subfigure(grid[1, :]),
    )


def _draw_distances(
    figure: SubFigure,
    times: Float[np.ndarray, " intervals"],
    distances: Float[np.ndarray, "intervals intervals"],
) -> None:
    ax = figure.subplots()
    extent = (times[0], times[-1], times[-1], times[0])
    image = ax.imshow(distances, cmap="cividis", extent=extent, interpolation="nearest")
    ax.set_title("self-distance matrix", loc="left", fontsize=9)
    ax.set_xlabel("time (s)")
    ax.set_ylabel("time (s)")
    figure.colorbar(image, ax=ax, label="distance of the states within 2 s (a.u.)", shrink=0.8)


def _draw_separations(
    ax: Axes, separations: Mapping[int, float], separation_threshold: float
) -> None:
    """For one cluster there is none to draw."""
    numbers: Sequence[int] = sorted(number for number in separations if number > 1)
    found = select_number_of_clusters(separations, separation_threshold)
    ax.plot(numbers, [separations[n] for n in numbers], "-", color="0.6", zorder=1)
    for number in numbers:
        colour = CHOSEN if number == found else LINE
        ax.plot(number, separations[number], "o", color=colour, zorder=2)
    low, high = separation_threshold / CLIP_FACTOR, separation_threshold * CLIP_FACTOR
    ax.axhspan(low, high, color="0.92", zorder=0)
    for limit, text, below in (
        (high, f"always distinct above {high:.2g}", 4),
        (low, f"never distinct below {low:.2g}", -10),
    ):
        ax.annotate(
            text,
            (1, limit),
            xycoords=("axes fraction", "data"),
            xytext=(-2, below),
            textcoords="offset points",
            ha="right",
            fontsize=8,
            bbox={"facecolor": "white", "alpha": 0.7, "linewidth": 0, "pad": 0.5},
        )
    ax.set_yscale("log")
    ax.set_xticks(numbers)
    ax.set_xlabel("number of clusters")
    ax.set_ylabel("smallest pairwise separation (transition penalties)")
    ax.set_title(f"number found: {found}", loc="left", fontsize=9, color=CHOSEN)
    ax.grid(which="major", alpha=0.25)
    ax.spines[["top", "right"]].set_visible(False)
