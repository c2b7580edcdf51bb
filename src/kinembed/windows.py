"""Where windows lie: source frames for the encoder, then target frames for the decoder."""

import numpy as np
from jaxtyping import Int
from pydantic import PositiveInt

from kinembed.errors import DataError
from kinembed.parameters import Parameters


class WindowLengths(Parameters):
    """Length of a window's two parts, in frames of the sequence."""

    source: PositiveInt = 50
    target: PositiveInt = 25

    @property
    def total(self) -> int:
        """Frames in a whole window."""
        return self.source + self.target

    def count(self, frame_count: int) -> int:
        """How many windows start in a sequence; raises DataError when not even one fits."""
        if frame_count < self.total:
            raise DataError(
                f"a sequence of {frame_count} frames is shorter than one window of "
                f"{self.source} + {self.target} frames; shorten training.windows or leave it out"
            )
        return frame_count - self.total + 1


def window_starts(frame_count: int, lengths: WindowLengths, stride: int) -> Int[np.ndarray, "n"]:
    """First frames of windows that lie `stride` apart; the last window ends at the last frame."""
    last = lengths.count(frame_count) - 1
    starts = np.arange(0, last + 1, stride)
    return starts if starts[-1] == last else np.append(starts, last)


def frames_of(starts: Int[np.ndarray, "n"], length: int) -> Int[np.ndarray, "n length"]:
    """Frame numbers of windows of one length."""
    return starts[:, None] + np.arange(length)[None, :]
