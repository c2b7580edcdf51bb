"""How the windows of a training step are drawn."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import torch
from jaxtyping import Bool, Int
from torch import Tensor

from kinembed.core.errors import DataError
from kinembed.motion.windows import WindowLengths, all_starts, intervals_between

WindowDraw = Literal["uniform", "segment"]


@dataclass(frozen=True)
class UniformDraw:
    """All windows are equally likely.

    Attributes
    ----------
    starts : Tensor of int, shape (windows,)
        First frames of all windows.
    """

    starts: Int[Tensor, "windows"]

    def __call__(self, size: int, generator: torch.Generator) -> Int[Tensor, "size"]:
        """Draw first frames of windows, with replacement.

        Parameters
        ----------
        size : int
            How many windows.
        generator : torch.Generator
            On the CPU; it advances.

        Returns
        -------
        Tensor of int, shape (size,)
            First frames of the windows, on the CPU.
        """
        return self.starts[torch.randint(len(self.starts), (size,), generator=generator)]


@dataclass(frozen=True)
class SegmentDraw:
    """All segments are equally likely, and then the windows in one, but for its last (published).

    Attributes
    ----------
    firsts : Tensor of int, shape (segments,)
        First frames of the segments.
    counts : Tensor of int, shape (segments,)
        From how many frames of each, the first ones, a window may begin; at least 1.
    """

    firsts: Int[Tensor, "segments"]
    counts: Int[Tensor, "segments"]

    def __call__(self, size: int, generator: torch.Generator) -> Int[Tensor, "size"]:
        """Draw first frames of windows, with replacement.

        Parameters
        ----------
        size : int
            How many windows.
        generator : torch.Generator
            On the CPU; it advances.

        Returns
        -------
        Tensor of int, shape (size,)
            First frames of the windows, on the CPU.
        """
        drawn = torch.randint(len(self.firsts), (size,), generator=generator)
        along = torch.rand(size, generator=generator, dtype=torch.float64)
        return self.firsts[drawn] + (along * self.counts[drawn]).long()


Draw = UniformDraw | SegmentDraw


def make_draw(
    name: WindowDraw,
    frame_count: int,
    lengths: WindowLengths,
    cuts: Sequence[int] = (),
    seen: Bool[np.ndarray, "frames"] | None = None,
) -> Draw:
    """Make the draw of that name from windows that reach across no cut.

    Parameters
    ----------
    name : {"uniform", "segment"}
        Which draw.
    frame_count : int
        Frames of the sequence.
    lengths : WindowLengths
        Source and target frames of a window.
    cuts : sequence of int, default ()
        Ascending first frames of new segments. One that is no longer than a window is not drawn
        from by ``segment``; one that is shorter, by neither.
    seen : ndarray of bool, shape (frames,), optional
        Whether enough was seen of each frame; no window holds another. None: all.

    Returns
    -------
    UniformDraw or SegmentDraw
        The draw.

    Raises
    ------
    DataError
        When there is no window to draw, or cuts do not ascend within the sequence.
    """
    if name == "uniform":
        return UniformDraw(torch.as_tensor(all_starts(frame_count, lengths, cuts, seen)))
    segments = intervals_between(frame_count, cuts, seen)
    counts = [(first, stop - first - lengths.total) for first, stop in segments]
    longer = [(first, count) for first, count in counts if count > 0]
    if not longer:
        raise DataError(
            f"no segment of a sequence of {frame_count} frames in {len(segments)} segments is "
            f"longer than one window of {lengths.source} + {lengths.target} frames; shorten "
            "training.windows or leave the sequence out"
        )
    return SegmentDraw(*(torch.tensor(column) for column in zip(*longer, strict=True)))
