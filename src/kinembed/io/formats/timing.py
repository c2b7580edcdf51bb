"""What columns of times and of frame numbers say of a recording's frame rate."""

from collections.abc import Callable

import numpy as np
from jaxtyping import Float

from kinembed.core.errors import FormatError

_UNEVEN = 0.5
"""By which share of a step a step between frames may differ from the others."""
_WHOLE = 2e-4
"""Relative difference below which a rate is a whole number of Hz: times are rounded."""
_SLOWEST = 1.0
"""Hz; below it times are not in seconds."""


def rate_of_times(
    times: Float[np.ndarray, "frames"], *, file: str, line_of: Callable[[int], int], column: str
) -> float:
    """Compute the frame rate from a column of times.

    Parameters
    ----------
    times : ndarray of float, shape (frames,)
        Times in seconds; NaN where a cell is empty.
    file : str
        Name of the file, for messages.
    line_of : callable
        Line of the file for a row from 0.
    column : str
        Name of the column, for messages.

    Returns
    -------
    float
        Frame rate in Hz; a whole number where it is one but for rounding, else of six digits.

    Raises
    ------
    FormatError
        When the file has a single row, a time is absent, a step is not positive or differs by more
        than half from the median, or the rate is below 1 Hz; but for the first with the line.
    """
    if len(times) == 1:
        raise FormatError(file, f"expected two rows or more for a frame rate from {column!r}")
    steps = np.diff(times)
    usual = float(np.nanmedian(steps)) if np.isfinite(steps).any() else np.nan
    wrong = np.flatnonzero(~((np.abs(steps - usual) <= _UNEVEN * usual) & (steps > 0)))
    if len(wrong):
        row = int(wrong[0]) + 1
        raise FormatError(
            file,
            f"expected {column!r} to rise evenly, by {usual:g} s as mostly, found {times[row]:g} "
            f"after {times[row - 1]:g}; frames that were dropped need rows of their own",
            line_of(row),
        )
    rate = (len(times) - 1) / float(times[-1] - times[0])
    if rate < _SLOWEST:
        problem = f"expected {column!r} in seconds, found steps of {usual:g} ({rate:g} Hz)"
        raise FormatError(file, problem, line_of(0))
    return _rounded(rate)


def check_frames(
    frames: Float[np.ndarray, "frames"], *, file: str, line_of: Callable[[int], int], column: str
) -> None:
    """Check that frame numbers rise by one.

    Parameters
    ----------
    frames : ndarray of float, shape (frames,)
        Numbers of frames, from any number on; NaN where a cell is empty.
    file : str
        Name of the file, for messages.
    line_of : callable
        Line of the file for a row from 0.
    column : str
        Name of the column, for messages.

    Raises
    ------
    FormatError
        When a number is absent or is not one more than the one before; with the line.
    """
    wrong = np.flatnonzero(frames != frames[0] + np.arange(len(frames)))
    if len(wrong):
        row = int(wrong[0])
        problem = f"expected {column!r} to rise by one, found {frames[row]:g}"
        if row:
            problem += f" after {frames[row - 1]:g}"
        raise FormatError(
            file, f"{problem}; frames that were dropped need rows of their own", line_of(row)
        )


def _rounded(rate: float) -> float:
    whole = round(rate)
    return float(whole) if abs(rate - whole) <= _WHOLE * rate else float(f"{rate:.6g}")
