"""Moving digits: synthetic videos of digits that fly about and bounce off the walls.

Srivastava, Mansimov & Salakhutdinov (arXiv 1502.04681): digits begin anywhere, each with a
direction drawn uniformly and a speed drawn from a range, are reflected at the walls, and where they
overlap the brighter pixel is seen. The range of speeds is our choice; theirs is not stated.

Every draw comes from a generator on the CPU, so a seed gives the same videos on every device;
frames are drawn on the device, all at once. The corner of a digit is its upper left pixel, first
the row, then the column; both lie in [0, room], where room is what the frame's side is longer than
the digit's.
"""

import math

import torch
from jaxtyping import Float, Int64, UInt8
from pydantic import Field, PositiveFloat, PositiveInt, model_validator
from torch import Tensor

from kinembed.core.errors import DataError
from kinembed.core.parameters import Parameters

_GROUP_BYTES = 1 << 20
"""Frames are painted in groups of about this size: digits meet in the processor's cache."""


class MovingDigitsParameters(Parameters):
    """What a video shows.

    Attributes
    ----------
    digits : int
        Digits that fly at once.
    side : int
        Pixels of a frame's side; 64 as published.
    slowest : float
        Lowest speed in pixels per frame.
    fastest : float
        Highest speed in pixels per frame, at least `slowest`.
    """

    digits: PositiveInt = Field(2, description="that fly at once")
    side: PositiveInt = Field(16, description="pixels of a frame; 64 as published")
    slowest: PositiveFloat = Field(0.5, description="pixels per frame; 2 in frames of 64")
    fastest: PositiveFloat = Field(1.25, description="pixels per frame; 5 in frames of 64")

    @model_validator(mode="after")
    def _range(self) -> "MovingDigitsParameters":
        if self.slowest > self.fastest:
            raise ValueError(f"slowest ({self.slowest:g}) is above fastest ({self.fastest:g})")
        return self


class MovingDigits:
    """Draws videos of moving digits from images.

    Parameters
    ----------
    images : Tensor of uint8, shape (images, height, height)
        Images of single digits; videos are made on their device.
    parameters : MovingDigitsParameters
        What a video shows.

    Raises
    ------
    DataError
        When images are larger than a frame.
    """

    def __init__(
        self, images: UInt8[Tensor, "images height height"], parameters: MovingDigitsParameters
    ) -> None:
        self.images, self.parameters = images, parameters
        self.room = parameters.side - images.shape[-1]
        if self.room < 0:
            raise DataError(
                f"digits of {images.shape[-1]} pixels do not fit in a frame of {parameters.side}; "
                "choose a larger side"
            )

    def draw(
        self, batch: int, frames: int, generator: torch.Generator
    ) -> UInt8[Tensor, "batch frames side side"]:
        """Draw videos of moving digits.

        Parameters
        ----------
        batch : int
            Number of videos.
        frames : int
            Frames of each of them.
        generator : Generator
            Source of all draws, on the CPU.

        Returns
        -------
        Tensor of uint8, shape (batch, frames, side, side)
            Brightness from 0 to 255.
        """
        which, corners = self._flights(batch, frames, generator)
        drawn = self.images.index_select(0, which.flatten().to(self.images.device))
        images = drawn.unflatten(0, which.shape)
        return render(images, corners.to(images.device), self.parameters.side)

    def _flights(
        self, batch: int, frames: int, generator: torch.Generator
    ) -> tuple[Int64[Tensor, "batch digits"], Int64[Tensor, "2 batch digits frames"]]:
        """Which images, and where their corners are."""
        size = (batch, self.parameters.digits)
        which = torch.randint(len(self.images), size, generator=generator)
        chance = torch.rand((4, *size), generator=generator, dtype=torch.float64)
        slowest, fastest = self.parameters.slowest, self.parameters.fastest
        angle, speed = 2 * math.pi * chance[2], slowest + (fastest - slowest) * chance[3]
        velocity = speed * torch.stack([angle.sin(), angle.cos()])
        return which, positions(self.room * chance[:2], velocity, frames, self.room).round().long()


def positions(
    start: Float[Tensor, "*digits"], velocity: Float[Tensor, "*digits"], frames: int, room: int
) -> Float[Tensor, "*digits frames"]:
    """Compute coordinates at every frame, reflected at 0 and at `room`.

    In closed form such a line is the distance of the straight line from the nearest multiple of
    twice the room.

    Parameters
    ----------
    start : Tensor of float, shape (...)
        Coordinates in the first frame, in pixels.
    velocity : Tensor of float, shape (...)
        Velocities in pixels per frame.
    frames : int
        Number of frames.
    room : int
        Largest coordinate in pixels.

    Returns
    -------
    Tensor of float, shape (..., frames)
        Coordinates in [0, room].
    """
    time = torch.arange(frames, dtype=start.dtype, device=start.device)
    line = torch.addcmul(start[..., None], velocity[..., None], time)
    if room == 0:
        return torch.zeros_like(line)
    return line.sub_((line / (2 * room)).round_(), alpha=2 * room).abs_()


def render(
    images: UInt8[Tensor, "batch digits height height"],
    corners: Int64[Tensor, "2 batch digits frames"],
    side: int,
) -> UInt8[Tensor, "batch frames side side"]:
    """Draw digits with their corners at given pixels, the brighter one where they overlap.

    In a frame that is read row by row a digit is one strip, wherever it is. So each digit is put
    into a row of zeros once, and a frame of it is a window of that row: one copy of memory.

    Parameters
    ----------
    images : Tensor of uint8, shape (batch, digits, height, height)
        The digits of each video.
    corners : Tensor of int64, shape (2, batch, digits, frames)
        Row and column of each digit's upper left pixel, in [0, side - height].
    side : int
        Pixels of a frame's side.

    Returns
    -------
    Tensor of uint8, shape (batch, frames, side, side)
        Brightness from 0 to 255.
    """
    (batch, digits, height, _), frames = images.shape, corners.shape[-1]
    margin = (side - height) * (side + 1)
    length = 2 * margin + (height - 1) * side + height
    rows = images.new_zeros(batch * digits, length)
    placed = rows.as_strided((batch * digits, height, height), (length, side, 1), margin)
    placed.copy_(images.flatten(0, 1))
    windows = rows.as_strided((rows.numel() - side * side + 1, side * side), (1, 1))
    own = margin + length * torch.arange(batch * digits, device=images.device)
    begin = torch.sub(own.view(batch, digits, 1) - corners[1], corners[0], alpha=side)
    begin = begin.transpose(0, 1).reshape(digits, -1)
    videos = images.new_empty(batch * frames, side * side)
    group = max(1, _GROUP_BYTES // side**2)
    groups = zip(videos.split(group), *(one.split(group) for one in begin), strict=True)
    for video, first, *others in groups:
        torch.index_select(windows, 0, first, out=video)
        for other in others:
            torch.maximum(video, windows.index_select(0, other), out=video)
    return videos.view(batch, frames, side, side)


def unit_values(
    videos: UInt8[Tensor, "batch frames side side"],
) -> Float[Tensor, "batch frames pixels"]:
    """Scale pixels to [0, 1] and lay each frame out in a row, as a network reads it.

    Parameters
    ----------
    videos : Tensor of uint8, shape (batch, frames, side, side)
        Brightness from 0 to 255.

    Returns
    -------
    Tensor of float, shape (batch, frames, pixels)
        In [0, 1].
    """
    return videos.flatten(2).float().div_(255)
