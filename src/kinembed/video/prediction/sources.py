"""What video networks learn from, whatever it is: a source of windows.

A frame is a vector of channels; ``frame_shape`` says how a picture is made of them again.
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple, Protocol, runtime_checkable

import torch
from jaxtyping import Float
from torch import Tensor

from kinembed.core.errors import DataError
from kinembed.motion.windows import WindowLengths


class Videos(NamedTuple):
    """Windows of videos."""

    source: Float[Tensor, "number source channels"]
    target: Float[Tensor, "number target channels"]


Draw = Callable[[int], Videos]
"""From a seed, which determines every window."""


@runtime_checkable
class WindowSource(Protocol):
    """Draws windows to train on, and gives others that no training sees.

    Attributes
    ----------
    name: column ``data`` of scores.
    frame_shape: (height, width) of grey pictures, with 3 after it of those in colour, in [0, 1];
        or (channels,) of what is no picture.
    channels: their names, of what is no picture.
    shown: what networks are tried on, one after the other: numbers of digits, or None alone.
    """

    @property
    def name(self) -> str:
        """See above."""

    @property
    def frame_shape(self) -> tuple[int, ...]:
        """See above."""

    @property
    def channels(self) -> tuple[str, ...]:
        """See above."""

    @property
    def shown(self) -> tuple[int | None, ...]:
        """See above."""

    def identity(self) -> tuple[Mapping[str, object], Tensor]:
        """What determines the windows, for a checkpoint's name: settings, and data."""

    def training(self, windows: WindowLengths, number: int, device: torch.device) -> Draw:
        """Windows to train on, for each seed others."""

    def held_out(self, windows: WindowLengths, number: int, shown: int | None = None) -> Videos:
        """Windows that no training sees, on the CPU; always the same.

        `shown` is one of those above; None shows what training does.
        """


def cut_windows(videos: Float[Tensor, "number total channels"], windows: WindowLengths) -> Videos:
    """Source and target of whole windows."""
    return Videos(*videos.split([windows.source, windows.target], dim=1))


def known_videos(source: WindowSource, windows: WindowLengths, number: int) -> Videos:
    """Windows as a training sees them, on the CPU, the same for every seed of a training."""
    return source.training(windows, number, torch.device("cpu"))(-1)


def check_lengths(frames: Mapping[str, int], windows: WindowLengths) -> None:
    """Raise DataError, naming them, for videos that are shorter than a window."""
    short = [f"{name} ({count})" for name, count in frames.items() if count < windows.total]
    if short:
        raise DataError(
            f"videos with fewer frames than a window of {windows.source} + {windows.target}: "
            f"{', '.join(short)}; shorten video.training.windows or leave them out"
        )


def none_long_enough(windows: WindowLengths, longest: int) -> DataError:
    """What is said when no held-out video is as long as a window, or as a long roll-out."""
    return DataError(
        f"no held-out video has {windows.source} + {windows.target} frames, the longest has "
        f"{longest}; lower video.held_out.roll_out or hold out more"
    )
