"""Even time: what columns of times and of frame numbers say of a recording's frame rate.

Frames that were dropped are gaps of the right length; times that a clock rounded or that jitter
become even, and a note says by how much they were not.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Bool, Float, Int

from kinembed.core.errors import FormatError
from kinembed.core.limits import SLOWEST

ABSENT = -1
"""The row of a frame that the file leaves out."""
_WHOLE = 2e-4
"""Relative difference below which a rate is a whole number of Hz: times are rounded."""
_ON_GRID = 0.25
"""By which share of a step a time may lie beside the even grid that has gaps."""
_LONGEST_STEP = 2.5
"""In usual steps; between rows farther apart nothing is interpolated."""
_MOST_ABSENT = 20
"""Frames of which none is there for each row that is; beyond it, numbers are no frame numbers, and
a pause is none within a recording."""
_UNCOUNTABLE = 2.0**53
"""From where on a float does not tell whole numbers apart."""
_DIGITS = 9
_SAME_RATE = 0.01
"""By which share rates may differ and count as the same."""

Where = Callable[[int], int | None]
"""From a row to its line in the file; None where the file has no lines."""


def no_line(row: int) -> None:
    """Give no line of a row, for files that have no lines.

    Parameters
    ----------
    row : int
        Row from 0.
    """
    del row


@dataclass(frozen=True, eq=False)
class EvenTime:
    """How rows of a file become frames at even steps of time.

    Attributes
    ----------
    before, after : ndarray of int, shape (frames,)
        Rows around each frame, the same where a row is the frame; ``ABSENT`` where there is none.
    weight : ndarray of float, shape (frames,)
        Of the row after, 0 to 1.
    rate : float or None
        Frames per second, in Hz; None: the file does not say.
    file_frames : ndarray of int, shape (frames,) or None
        Number of each frame in the file's counting; None: from 0 on, by one.
    notes : tuple of str
        What is uneven in the file.
    """

    before: Int[np.ndarray, "frames"]
    after: Int[np.ndarray, "frames"]
    weight: Float[np.ndarray, "frames"]
    rate: float | None = None
    file_frames: Int[np.ndarray, "frames"] | None = None
    notes: tuple[str, ...] = ()

    def apply(self, values: Float[np.ndarray, "rows *rest"]) -> Float[np.ndarray, "frames *rest"]:
        """Bring values of rows to frames.

        Parameters
        ----------
        values : ndarray of float, shape (rows, ...)
            A value per row.

        Returns
        -------
        ndarray of float, shape (frames, ...)
            Values between the rows around each frame; NaN where there is none.
        """
        shape = (-1, *[1] * (values.ndim - 1))
        weight = self.weight.reshape(shape)
        there = (self.before != ABSENT).reshape(shape)
        one, other = values[self.before], values[self.after]
        with np.errstate(invalid="ignore"):  # what was not seen may be infinite
            mixed = np.where(weight == 0, one, (1 - weight) * one + weight * other)
        return np.where(there, mixed, np.nan)


def as_they_are(rows: int, rate: float | None = None) -> EvenTime:
    """Take rows for frames, where a file counts neither time nor frames.

    Parameters
    ----------
    rows : int
        Number of rows.
    rate : float, optional
        Hz, where the file states it.

    Returns
    -------
    EvenTime
        A frame for each row.
    """
    return _of_rows(np.arange(rows), rate)


def even_frames(
    numbers: Float[np.ndarray, "rows"],
    *,
    file: str,
    line_of: Where,
    column: str,
    step: int | None = None,
) -> EvenTime:
    """Even time from a column of frame numbers; those that are left out are gaps.

    Parameters
    ----------
    numbers : ndarray of float, shape (rows,)
        Frame numbers, whole and ascending; every second one, say, is a step of 2.
    file : str
        Name of the file, for messages.
    line_of : callable
        From a row to its line.
    column : str
        Name of the column, for messages.
    step : int, optional
        Step of all frames of the file, where `numbers` are those of one individual; None: the
        largest that `numbers` allow.

    Returns
    -------
    EvenTime
        Frames at that step, with their numbers.

    Raises
    ------
    FormatError
        When a number is not whole or does not rise, with the line.
    """
    rising = np.concatenate([[True], np.diff(numbers) > 0])
    wrong = np.flatnonzero(~(whole(numbers) & rising))
    if len(wrong):
        row = int(wrong[0])
        after = f" after {numbers[row - 1]:g}" if row else ""
        problem = f"expected whole numbers that rise in {column!r}, found {numbers[row]:g}{after}"
        raise FormatError(file, problem, line_of(row))
    exact = numbers.astype(np.int64)
    step = step or step_of(exact)
    indices = (exact - exact[0]) // step
    count = int(indices[-1]) + 1
    if count > _MOST_ABSENT * len(exact):
        problem = f"expected frame numbers in {column!r}, found {len(exact)} of {count}"
        raise FormatError(file, problem, line_of(0))
    return _on_grid(indices, count, exact[0] + step * np.arange(count), step, column)


def whole(numbers: Float[np.ndarray, "rows"]) -> Bool[np.ndarray, "rows"]:
    """Tell which numbers can number frames.

    Parameters
    ----------
    numbers : ndarray of float, shape (rows,)
        Any numbers.

    Returns
    -------
    ndarray of bool, shape (rows,)
        False for fractions, NaN, and what is too large for a float to tell from its neighbours.
    """
    found: np.ndarray = (np.abs(numbers) < _UNCOUNTABLE) & (numbers == np.round(numbers))
    return found


def step_of(numbers: Int[np.ndarray, "rows"]) -> int:
    """Find the step of frame numbers, of which some may be absent.

    Parameters
    ----------
    numbers : ndarray of int, shape (rows,)
        Ascending.

    Returns
    -------
    int
        The largest that all differences are multiples of; 1 for a single number.
    """
    return int(np.gcd.reduce(np.diff(numbers))) if len(numbers) > 1 else 1


def even_times(
    times: Float[np.ndarray, "rows"],
    *,
    file: str,
    line_of: Where,
    column: str,
    slowest: float = SLOWEST,
) -> EvenTime:
    """Even time from a column of times in seconds.

    Rounded times are even; times on an even grid that lacks some are gaps; others are resampled.

    Parameters
    ----------
    times : ndarray of float, shape (rows,)
        Seconds, not falling.
    file : str
        Name of the file, for messages.
    line_of : callable
        From a row to its line.
    column : str
        Name of the column, for messages.
    slowest : float, default 1.0
        Hz, below which times are not in seconds; 0 where the format says that they are.

    Returns
    -------
    EvenTime
        Frames at even steps, with their rate.

    Raises
    ------
    FormatError
        When a time is absent or falls, there is a single row, the usual step is that of a rate
        below ``slowest``, or a pause is far longer than all rows; with the line.
    """
    _check_times(times, file, line_of, column, slowest)
    rounding = _rounding(times)
    mean_rate = (len(times) - 1) / float(times[-1] - times[0])
    beside = np.abs(times - times[0] - np.arange(len(times)) / mean_rate).max()
    alike = np.ptp(np.diff(times)) <= 1.01 * rounding
    if alike and beside <= max(1.01 * rounding, 1e-6 / mean_rate):
        uncertain = rounding / float(times[-1] - times[0])
        return _of_rows(np.arange(len(times)), _rounded(mean_rate, uncertain))
    step = float(np.median(np.diff(times)))
    indices = np.round((times - times[0]) / step).astype(np.int64)
    step = float(times[-1] - times[0]) / max(1, int(indices[-1]))
    off = np.abs(times - times[0] - indices * step).max()
    if off <= _ON_GRID * step and (np.diff(indices) > 0).all():
        rate = _rounded(1 / step, 0.0)
        found = _on_grid(indices, int(indices[-1]) + 1, None, 1, column)
        return EvenTime(found.before, found.after, found.weight, rate, None, found.notes)
    return _resampled(times, mean_rate, column)


def frames_at_rate(
    frames: EvenTime, times: Float[np.ndarray, "rows"], rate: float | None
) -> EvenTime:
    """Even time of a file that has both frame numbers and times: times state the rate alone.

    Parameters
    ----------
    frames : EvenTime
        As :func:`even_frames` returns it.
    times : ndarray of float, shape (rows,)
        Seconds.
    rate : float or None
        Hz, as :func:`even_times` finds it.

    Returns
    -------
    EvenTime
        The frames, at that rate where it is about that of all frames, else at the latter.
    """
    mean = (len(frames.before) - 1) / float(times[-1] - times[0])
    near = rate is not None and abs(rate - mean) < _SAME_RATE * mean
    return replace(frames, rate=rate if near else mean)


def _check_times(
    times: Float[np.ndarray, "rows"], file: str, line_of: Where, column: str, slowest: float
) -> None:
    if len(times) == 1:
        raise FormatError(file, f"expected two rows or more for a frame rate from {column!r}")
    wrong = np.flatnonzero(~(np.diff(times) >= 0))
    if len(wrong) or not times[-1] > times[0]:
        row = int(wrong[0]) + 1 if len(wrong) else len(times) - 1
        raise FormatError(
            file,
            f"expected {column!r} to rise, found {times[row]:g} after {times[row - 1]:g}",
            line_of(row),
        )
    usual = float(np.median(np.diff(times)))
    if usual * slowest > 1:
        problem = f"expected {column!r} in seconds, found steps of {usual:g} ({1 / usual:g} Hz)"
        raise FormatError(file, problem, line_of(0))
    _refuse_long_pause(times, usual, file, line_of, column, slowest)


def _refuse_long_pause(
    times: Float[np.ndarray, "rows"],
    usual: float,
    file: str,
    line_of: Where,
    column: str,
    slowest: float,
) -> None:
    """Refuse times whose pauses would make many more absent frames than there are rows."""
    steps = np.diff(times)
    row, mean = int(steps.argmax()) + 1, float(steps.mean())
    pause = float(steps[row - 1])
    if mean * slowest <= 1 and not pause > _MOST_ABSENT * len(times) * usual > 0:
        return
    raise FormatError(
        file,
        f"expected {column!r} without long pauses, found one of {pause:g} s (from "
        f"{times[row - 1]:g} to {times[row]:g}) between steps of {usual:g} s; make two files of "
        f"it, the second from {times[row]:g} s on",
        line_of(row),
    )


def _rounding(times: Float[np.ndarray, "rows"]) -> float:
    """The unit in the last decimal that any of the times has."""
    for digits in range(_DIGITS):
        if np.abs(times - np.round(times, digits)).max() < 1e-12 * max(1.0, np.abs(times).max()):
            return float(10.0**-digits)
    return 0.0


def _of_rows(rows: Int[np.ndarray, "frames"], rate: float | None = None) -> EvenTime:
    return EvenTime(rows, rows, np.zeros(len(rows)), rate)


def _on_grid(
    indices: Int[np.ndarray, "rows"],
    count: int,
    file_frames: Int[np.ndarray, "frames"] | None,
    step: int,
    column: str,
) -> EvenTime:
    """Rows at indices of an even grid, and gaps at the others."""
    rows = np.full(count, ABSENT, dtype=np.int64)
    rows[indices] = np.arange(len(indices))
    notes = []
    if count > len(indices):
        notes.append(f"{count - len(indices)} frames are absent by {column!r}: they are not seen")
    if step > 1:
        notes.append(f"{column!r} rises by {step}: a frame rate that is given is divided by {step}")
    return EvenTime(rows, rows, np.zeros(count), None, file_frames, tuple(notes))


def _resampled(times: Float[np.ndarray, "rows"], rate: float, column: str) -> EvenTime:
    """Even times at the mean rate, between rows of uneven ones."""
    step = 1 / rate
    wanted = times[0] + step * np.arange(len(times))
    after = np.minimum(np.searchsorted(times, wanted, side="left"), len(times) - 1)
    before = np.maximum(after - 1, 0)
    length = times[after] - times[before]
    safe = np.where(length > 0, length, 1.0)
    weight = np.clip(np.where(length > 0, (wanted - times[before]) / safe, 0.0), 0.0, 1.0)
    before = np.where(length > _LONGEST_STEP * step, ABSENT, before)
    spread = float(np.std(np.diff(times)))
    note = (
        f"{column!r} is uneven (steps of {1000 * step:.3g} ms with a standard deviation of "
        f"{1000 * spread:.2g} ms): resampled to an even {rate:.6g} Hz"
    )
    return EvenTime(before, after, weight, _rounded(rate, 0.0), None, (note,))


def _rounded(rate: float, uncertain: float) -> float:
    whole = round(rate)
    near = abs(rate - whole) <= max(_WHOLE, uncertain) * rate
    return float(whole) if near else float(f"{rate:.6g}")
