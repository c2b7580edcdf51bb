"""Summaries of rows over an interval of time: their mean, and how much they vary.

Movements have a phase that a behaviour does not depend on; summaries remove it. None reaches from
one interval of a sequence into the next.
"""

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
from jaxtyping import Float, Int
from scipy.ndimage import uniform_filter1d


def summary(
    values: Float[np.ndarray, "rows dimensions"],
    frames: Int[np.ndarray, "rows"],
    cuts: Sequence[int],
    rows: int,
    spread: bool,
) -> Float[np.ndarray, "rows summaries"]:
    """Summarise rows in a centred window, mean and standard deviation weighing the same.

    Parameters
    ----------
    values : ndarray of float, shape (rows, dimensions)
        Rows of a sequence.
    frames : ndarray of int, shape (rows,)
        Frame of each row, ascending.
    cuts : sequence of int
        Ascending frames at which an interval begins; no window reaches across.
    rows : int
        Rows in the window, at least 1.
    spread : bool
        Whether the standard deviation stands beside the mean.

    Returns
    -------
    ndarray of float, shape (rows, dimensions) or (rows, 2 * dimensions)
        Means and, with `spread`, standard deviations; each moment then has a total variance of 1.
    """
    found = moments(values, frames, cuts, rows, spread)
    return side_by_side(found, scales_of(found))


def moments(
    values: Float[np.ndarray, "rows dimensions"],
    frames: Int[np.ndarray, "rows"],
    cuts: Sequence[int],
    rows: int,
    spread: bool,
) -> list[Float[np.ndarray, "rows dimensions"]]:
    """Compute mean and standard deviation of rows in a centred window, unscaled.

    At the ends of an interval, its first or last row stands in for rows beyond it.

    Parameters
    ----------
    values : ndarray of float, shape (rows, dimensions)
        Rows of a sequence.
    frames : ndarray of int, shape (rows,)
        Frame of each row, ascending.
    cuts : sequence of int
        Ascending frames at which an interval begins; no window reaches across.
    rows : int
        Rows in the window, at least 1.
    spread : bool
        Whether the standard deviation is computed, too.

    Returns
    -------
    list of ndarray of float, shape (rows, dimensions)
        Means and, with `spread`, standard deviations.
    """
    average = partial(uniform_filter1d, size=rows, axis=0, mode="nearest")
    mean = within_intervals(average, values, frames, cuts)
    if not spread:
        return [mean]
    square = within_intervals(average, values**2, frames, cuts)
    return [mean, np.sqrt(np.maximum(square - mean**2, 0.0))]


def scales_of(summaries: Sequence[Float[np.ndarray, "rows _"]]) -> tuple[float, ...]:
    """Compute what summaries of rows are divided by to weigh the same.

    Parameters
    ----------
    summaries : sequence of ndarray of float, shape (rows, dimensions)
        Moments of the same rows: means and standard deviations.

    Returns
    -------
    tuple of float
        Total deviation of each summary (see :func:`total_deviation`); 1 for a single one.
    """
    return tuple(map(total_deviation, summaries)) if len(summaries) > 1 else (1.0,)


def side_by_side(
    summaries: Sequence[Float[np.ndarray, "rows _"]], scales: Sequence[float]
) -> Float[np.ndarray, "rows dimensions"]:
    """Join summaries of rows, each divided by its scale.

    Parameters
    ----------
    summaries : sequence of ndarray of float, shape (rows, dimensions)
        Moments of the same rows: means and standard deviations.
    scales : sequence of float
        A scale for each summary.

    Returns
    -------
    ndarray of float, shape (rows, sum of dimensions)
        The joined rows.

    Raises
    ------
    ValueError
        When there are not as many scales as summaries.
    """
    return np.hstack([one / scale for one, scale in zip(summaries, scales, strict=True)])


def total_deviation(values: Float[np.ndarray, "rows dimensions"]) -> float:
    """Compute the square root of the sum of the variances of all dimensions.

    Parameters
    ----------
    values : ndarray of float, shape (rows, dimensions)
        Rows.

    Returns
    -------
    float
        Above 0; 1 where nothing varies.
    """
    return float(np.sqrt(values.var(axis=0).sum())) or 1.0


def within_intervals(
    function: Callable[[Float[np.ndarray, "_ dimensions"]], Float[np.ndarray, "_ dimensions"]],
    values: Float[np.ndarray, "rows dimensions"],
    frame_index: Int[np.ndarray, "rows"],
    cuts: Sequence[int],
) -> Float[np.ndarray, "rows dimensions"]:
    """Apply a function of consecutive rows to the rows of every interval by themselves.

    Parameters
    ----------
    function : callable
        From rows to as many rows, both of shape (rows, dimensions).
    values : ndarray of float, shape (rows, dimensions)
        Rows of the sequence.
    frame_index : ndarray of int, shape (rows,)
        Frame of each row, ascending.
    cuts : sequence of int
        Ascending frames at which an interval begins.

    Returns
    -------
    ndarray of float, shape (rows, dimensions)
        Results of all intervals, one after the other.
    """
    intervals = np.split(values, np.searchsorted(frame_index, np.asarray(cuts, dtype=np.int64)))
    return np.concatenate([function(interval) for interval in intervals if len(interval)])
