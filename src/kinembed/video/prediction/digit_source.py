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
    """Which digits, and how they fly."""

    folder: Path | None = Field(None, description="where MNIST is; null: the mirror")
    mirror: Path | None = Field(None, description="null: scikit-learn's digits, enlarged")
    shrink: PositiveInt = Field(4, description="digits of 28 pixels are made so much smaller")
    videos: MovingDigitsParameters = MovingDigitsParameters()
    held_out: tuple[PositiveInt, ...] = Field(
        (1, 2, 3), min_length=1, description="numbers of digits in the videos that are tried"
    )


class DigitSource:
    """Videos of moving digits; those of the test part are held out."""

    def __init__(self, digits: Digits, parameters: DigitParameters) -> None:
        self.digits, self.videos = digits, parameters.videos
        self.name = digits.name
        self.frame_shape = (parameters.videos.side, parameters.videos.side)
        self.channels: tuple[str, ...] = ()
        self.shown = parameters.held_out

    def identity(self) -> tuple[Mapping[str, object], Tensor]:
        """How digits fly, and the images."""
        return self.videos.model_dump(mode="json"), torch.tensor(self.digits.train)

    def training(self, windows: WindowLengths, number: int, device: torch.device) -> Draw:
        """Raises DataError for digits that are larger than the frames."""
        digits = MovingDigits(torch.tensor(self.digits.train, device=device), self.videos)
        return partial(draw_windows, digits, windows, number)

    def held_out(self, windows: WindowLengths, number: int, shown: int | None = None) -> Videos:
        """Videos of moving digits; raises DataError for digits that are larger than the frames."""
        videos = self.videos.model_copy(update={"digits": shown or self.videos.digits})
        digits = MovingDigits(torch.tensor(self.digits.test), videos)
        return draw_windows(digits, windows, number, videos.digits)


def draw_windows(digits: MovingDigits, windows: WindowLengths, number: int, seed: int) -> Videos:
    """Source and target of videos that the seed determines."""
    generator = torch.Generator().manual_seed(seed)
    return cut_windows(unit_values(digits.draw(number, windows.total, generator)), windows)
