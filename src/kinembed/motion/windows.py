"""Where windows lie: source frames for the encoder, then target frames for the decoder."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from jaxtyping import Bool, Int
from pydantic import Field, PositiveInt

from kinembed.core.errors import DataError
from kinembed.core.parameters import Parameters


class WindowLengths(Parameters):
    """Lengths of a window's source and target, in frames of the sequence.

    Attributes
    ----------
    source : int
        Frames that the encoder reads.
    target : int
        Frames that the decoder predicts.
    """

    source: PositiveInt = Field(25, description="frames that are read")
    target: PositiveInt = Field(25, description="frames that are predicted")

    @property
    def total(self) -> int:
        """Frames in a whole window.

        Returns
        -------
        int
            Source frames and target frames.
        """
        return self.source + self.target


def window_starts(
    frame_count: int,
    lengths: WindowLengths,
    stride: int,
    cuts: Sequence[int] = (),
    seen: Bool[np.ndarray, "frames"] | None = None,
    name: str = "",
) -> Int[np.ndarray, "n"]:
    """List first frames of windows that lie `stride` apart and reach across no cut.

    Parameters
    ----------
    frame_count : int
        Frames of the sequence.
    lengths : WindowLengths
        Source and target frames of a window.
    stride : int
        Frames between the starts of windows. The last window of an interval ends at its last frame,
        and so may be nearer.
    cuts : sequence of int, default ()
        Ascending first frames of new intervals. An interval shorter than a window has none.
    seen : ndarray of bool, shape (frames,), optional
        Whether enough was seen of each frame; no window holds one of which it was not. None: all.
    name : str, default ""
        Of the sequence, for the message of an error.

    Returns
    -------
    ndarray of int, shape (windows,)
        Ascending.

    Raises
    ------
    DataError
        When no interval is as long as a window, or cuts do not ascend within the sequence.
    """
    intervals = intervals_between(frame_count, cuts, seen)
    starts = [
        start + _spaced(stop - start - lengths.total, stride)
        for start, stop in intervals
        if stop - start >= lengths.total
    ]
    if not starts:
        problem = _too_short(frame_count, lengths, intervals)
        raise DataError(f"{name}: {problem}" if name else problem)
    return np.concatenate(starts)


def intervals_between(
    frame_count: int, cuts: Sequence[int] = (), seen: Bool[np.ndarray, "frames"] | None = None
) -> list[tuple[int, int]]:
    """List the ranges of frames that no window leaves.

    Parameters
    ----------
    frame_count : int
        Frames of the sequence.
    cuts : sequence of int, default ()
        Ascending first frames of new intervals.
    seen : ndarray of bool, shape (frames,), optional
        Whether enough was seen of each frame; None: all.

    Returns
    -------
    list of tuple of int
        First frame of each range and the frame after its last, ascending.

    Raises
    ------
    DataError
        When cuts do not ascend within the sequence.
    """
    intervals = list(pairwise([0, *cuts, frame_count]))
    if cuts and any(stop <= start for start, stop in intervals):
        raise DataError(
            f"cuts must ascend strictly between 0 and the sequence's {frame_count} frames, "
            f"but they are {', '.join(map(str, cuts))}"
        )
    if seen is None:
        return intervals
    edges = sorted({0, *cuts, *edges_of_unseen(seen), frame_count})
    return [one for one in pairwise(edges) if seen[one[0]]]


def edges_of_unseen(seen: Bool[np.ndarray, "frames"]) -> tuple[int, ...]:
    """List frames at which a range begins or ends of which too little was seen.

    Parameters
    ----------
    seen : ndarray of bool, shape (frames,)
        Whether enough was seen of each frame.

    Returns
    -------
    tuple of int
        First frames of such ranges and the frames after their last, ascending, without 0.
    """
    return tuple((np.flatnonzero(np.diff(seen)) + 1).tolist())


def all_starts(
    frame_count: int,
    lengths: WindowLengths,
    cuts: Sequence[int] = (),
    seen: Bool[np.ndarray, "frames"] | None = None,
) -> Int[np.ndarray, "n"]:
    """List first frames of all windows that reach across no cut.

    Parameters
    ----------
    frame_count : int
        Frames of the sequence.
    lengths : WindowLengths
        Source and target frames of a window.
    cuts : sequence of int, default ()
        Ascending first frames of new intervals.
    seen : ndarray of bool, shape (frames,), optional
        Whether enough was seen of each frame; None: all.

    Returns
    -------
    ndarray of int, shape (windows,)
        Ascending.

    Raises
    ------
    DataError
        As :func:`window_starts` does.
    """
    return window_starts(frame_count, lengths, 1, cuts, seen)


def _spaced(last: int, stride: int) -> Int[np.ndarray, "n"]:
    starts = np.arange(0, last + 1, stride)
    return starts if starts[-1] == last else np.append(starts, last)


def _too_short(
    frame_count: int, lengths: WindowLengths, intervals: Sequence[tuple[int, int]]
) -> str:
    what = f"a sequence of {frame_count} frames"
    if len(intervals) > 1:
        what += f" in {len(intervals)} intervals has no interval that is not"
    elif list(intervals) == [(0, frame_count)]:
        what += " is"
    else:
        seen = sum(stop - start for start, stop in intervals)
        what += f", of which {seen} were seen enough, is"
    return (
        f"{what} shorter than one window of {lengths.source} + {lengths.target} frames; "
        "shorten training.windows or leave it out"
    )


def overlapping_starts(frame_count: int, length: int) -> Int[np.ndarray, "n"]:
    """List first frames of windows of one length that overlap by half.

    Parameters
    ----------
    frame_count : int
        Frames of the sequence.
    length : int
        Frames of a window.

    Returns
    -------
    ndarray of int, shape (windows,)
        Ascending; the last window ends the sequence. A sequence no longer than a window has one, at
        0.
    """
    return _spaced(max(0, frame_count - length), max(1, length // 2))


def frames_of(starts: Int[np.ndarray, "n"], length: int) -> Int[np.ndarray, "n length"]:
    """List the frames of windows of one length.

    Parameters
    ----------
    starts : ndarray of int, shape (windows,)
        First frames of the windows.
    length : int
        Frames of a window.

    Returns
    -------
    ndarray of int, shape (windows, length)
        Frames of the sequence.
    """
    return starts[:, None] + np.arange(length)[None, :]
