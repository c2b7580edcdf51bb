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
    """Windows of videos.

    Attributes
    ----------
    source : Tensor of float32, shape (number, source, channels)
        Frames that a network reads.
    target : Tensor of float32, shape (number, target, channels)
        Frames after them.
    """

    source: Float[Tensor, "number source channels"]
    target: Float[Tensor, "number target channels"]


Draw = Callable[[int], Videos]
"""From a seed, which determines every window."""


@runtime_checkable
class WindowSource(Protocol):
    """Draws windows to train on, and gives others that no training sees."""

    @property
    def name(self) -> str:
        """Name of the source in column ``data`` of scores.

        Returns
        -------
        str
            Such as ``videos``.
        """

    @property
    def frame_shape(self) -> tuple[int, ...]:
        """Shape of a frame, whose product is the number of channels.

        Returns
        -------
        tuple of int
            (height, width) of grey pictures, (height, width, 3) of those in colour, with values
            in [0, 1]; (channels,) of what is no picture.
        """

    @property
    def channels(self) -> tuple[str, ...]:
        """Names of the channels of what is no picture.

        Returns
        -------
        tuple of str
            Empty for pictures.
        """

    @property
    def shown(self) -> tuple[int | None, ...]:
        """What networks are scored on, one after the other.

        Returns
        -------
        tuple of int or None
            Numbers of digits; None alone for other data.
        """

    def identity(self) -> tuple[Mapping[str, object], Tensor]:
        """Return what determines the windows, for a checkpoint's name.

        Returns
        -------
        settings : mapping of str to object
            Plain values.
        values : Tensor
            The data that windows are drawn from.
        """

    def training(self, windows: WindowLengths, number: int, device: torch.device) -> Draw:
        """Prepare to draw windows to train on.

        Parameters
        ----------
        windows : WindowLengths
            Frames of source and target.
        number : int
            Windows in a draw.
        device : torch.device
            Where the windows are made.

        Returns
        -------
        callable
            From a seed to :class:`Videos`, which it determines.
        """

    def held_out(self, windows: WindowLengths, number: int, shown: int | None = None) -> Videos:
        """Draw windows that no training sees, always the same.

        Parameters
        ----------
        windows : WindowLengths
            Frames of source and target.
        number : int
            Windows to draw.
        shown : int or None
            One of those in :attr:`shown`; None: what training shows.

        Returns
        -------
        Videos
            On the CPU.
        """


def cut_windows(videos: Float[Tensor, "number total channels"], windows: WindowLengths) -> Videos:
    """Separate the source of whole windows from their target.

    Parameters
    ----------
    videos : Tensor of float, shape (number, total, channels)
        Whole windows.
    windows : WindowLengths
        Frames of source and target.

    Returns
    -------
    Videos
        Views of `videos`.
    """
    return Videos(*videos.split([windows.source, windows.target], dim=1))


def known_videos(source: WindowSource, windows: WindowLengths, number: int) -> Videos:
    """Draw windows as a training sees them, the same for every seed of a training.

    Parameters
    ----------
    source : WindowSource
        Draws the windows.
    windows : WindowLengths
        Frames of source and target.
    number : int
        Windows to draw.

    Returns
    -------
    Videos
        On the CPU.

    Raises
    ------
    DataError
        When the source cannot draw such windows to train on.
    """
    return source.training(windows, number, torch.device("cpu"))(-1)


def check_lengths(frames: Mapping[str, int], windows: WindowLengths) -> None:
    """Check that every video is as long as a window.

    Parameters
    ----------
    frames : mapping of str to int
        Name of a video -> its frames.
    windows : WindowLengths
        Frames of source and target.

    Raises
    ------
    DataError
        When a video is shorter; the message names all such videos.
    """
    short = [f"{name} ({count})" for name, count in frames.items() if count < windows.total]
    if short:
        raise DataError(
            f"videos with fewer frames than a window of {windows.source} + {windows.target}: "
            f"{', '.join(short)}; shorten video.training.windows or leave them out"
        )


def none_long_enough(windows: WindowLengths, longest: int) -> DataError:
    """Make the error for windows, or long roll-outs, that no held-out video is as long as.

    Parameters
    ----------
    windows : WindowLengths
        Frames of source and target.
    longest : int
        Frames of the longest held-out video.

    Returns
    -------
    DataError
        To be raised.
    """
    return DataError(
        f"no held-out video has {windows.source} + {windows.target} frames, the longest has "
        f"{longest}; lower video.held_out.roll_out or hold out more"
    )
