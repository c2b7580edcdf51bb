"""Synthetic moving digits as a source of windows: drawn anew in every step."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path

import torch
from pydantic import Field, PositiveInt
from torch import Tensor

from kinembed.core.parameters import Parameters
from kinembed.io.sources.digits import Digits
from kinembed.io.synthetic.moving_digits import MovingDigits, MovingDigitsParameters, unit_values
from kinembed.motion.windows import WindowLengths
from kinembed.video.prediction.sources import Draw, Videos, cut_windows


class DigitParameters(Parameters):
    """Which digits are shown, and how they fly.

    Attributes
    ----------
    folder : Path or None
        Folder of MNIST; None: that in the mirror.
    mirror : Path or None
        Folder laid out like the public sources; None: scikit-learn's digits, enlarged.
    shrink : int
        Factor by which digits of 28 pixels are made smaller; a divisor of 28.
    videos : MovingDigitsParameters
        Size of frames, number and speed of digits.
    held_out : tuple of int
        Numbers of digits in the videos that are scored, one after the other.
    """

    folder: Path | None = Field(None, description="where MNIST is; null: the mirror")
    mirror: Path | None = Field(None, description="null: scikit-learn's digits, enlarged")
    shrink: PositiveInt = Field(4, description="digits of 28 pixels are made so much smaller")
    videos: MovingDigitsParameters = MovingDigitsParameters()
    held_out: tuple[PositiveInt, ...] = Field(
        (1, 2, 3), min_length=1, description="numbers of digits in the videos that are tried"
    )


class DigitSource:
    """Videos of moving digits; those of the test set are held out.

    Parameters
    ----------
    digits : Digits
        Images to train and to test on.
    parameters : DigitParameters
        How digits fly, and how many the held-out videos show.
    """

    def __init__(self, digits: Digits, parameters: DigitParameters) -> None:
        self.digits, self.videos = digits, parameters.videos
        self.name = digits.name
        self.frame_shape = (parameters.videos.side, parameters.videos.side)
        self.channels: tuple[str, ...] = ()
        self.shown = parameters.held_out

    def identity(self) -> tuple[Mapping[str, object], Tensor]:
        """Return what determines the windows, for a checkpoint's name.

        Returns
        -------
        settings : dict
            How digits fly.
        images : Tensor of uint8, shape (images, side, side)
            Images to train on.
        """
        return self.videos.model_dump(mode="json"), torch.tensor(self.digits.train)

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

        Raises
        ------
        DataError
            When digits are larger than the frames.
        """
        digits = MovingDigits(torch.tensor(self.digits.train, device=device), self.videos)
        return partial(draw_windows, digits, windows, number)

    def held_out(self, windows: WindowLengths, number: int, shown: int | None = None) -> Videos:
        """Draw windows of held-out digits, always the same.

        Parameters
        ----------
        windows : WindowLengths
            Frames of source and target.
        number : int
            Windows to draw.
        shown : int or None
            Digits in each video; None: as many as in training.

        Returns
        -------
        Videos
            On the CPU, values in [0, 1].

        Raises
        ------
        DataError
            When digits are larger than the frames.
        """
        videos = self.videos.model_copy(update={"digits": shown or self.videos.digits})
        digits = MovingDigits(torch.tensor(self.digits.test), videos)
        return draw_windows(digits, windows, number, videos.digits)


def draw_windows(digits: MovingDigits, windows: WindowLengths, number: int, seed: int) -> Videos:
    """Draw videos of moving digits, a function of the seed.

    Parameters
    ----------
    digits : MovingDigits
        Draws the videos.
    windows : WindowLengths
        Frames of source and target.
    number : int
        Videos to draw.
    seed : int
        Determines the videos.

    Returns
    -------
    Videos
        Channels are pixels, row by row, in [0, 1].
    """
    generator = torch.Generator().manual_seed(seed)
    return cut_windows(unit_values(digits.draw(number, windows.total, generator)), windows)
