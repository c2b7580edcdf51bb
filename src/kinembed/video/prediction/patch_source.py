"""Patches of videos as a source of windows: small squares, as long as a window, where things move.

Most of a video stands still, and the last frame predicts that perfectly. So of all patches of a
video (on a grid, at every frame) only those are drawn in which most moves: where the grey of small
cells has the highest variance over the window's time, averaged over the patch. That uses no label
and treats what is held out alike.

The last interval of each video is held out. It shows the same scene by the same camera, but
no frame of it is trained on.
"""

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Float, Int64, UInt8
from numpy.lib.stride_tricks import sliding_window_view
from pydantic import Field, PositiveFloat, PositiveInt
from torch import Tensor

from kinembed.core.errors import DataError
from kinembed.core.parameters import Names, Parameters
from kinembed.io.sources.videos import VideoFiles
from kinembed.motion.windows import WindowLengths
from kinembed.video.prediction.sources import (
    Draw,
    Videos,
    check_lengths,
    cut_windows,
    none_long_enough,
)

CELL = 4
"""Pixels of a cell's side: noise of single pixels is no movement. Patches begin at cells."""

Frames = UInt8[Tensor, "_ _ _ 3"]


class PatchParameters(Parameters):
    """Which videos are used, how large they are made, and which patches are drawn.

    Attributes
    ----------
    folder : Path or None
        Folder of videos; None: ``video`` in the mirror.
    mirror : Path or None
        Folder laid out like the public sources.
    videos : list of str or None
        Names or patterns of files; None: all.
    shorter_side : int
        Pixels to which videos are shrunk.
    frame_rate : float
        Hz; every n-th frame, whichever comes nearest.
    side : int
        Pixels of a patch's side, a multiple of a cell's.
    moving : float
        Share of patches that is drawn from, in (0, 1]: those that move most.
    held_out : float
        Share of each video that is held out, in (0, 1), at its end.
    """

    folder: Path | None = Field(None, description="that holds videos; null: video/ in the mirror")
    mirror: Path | None = Field(None, description="a folder laid out like the public sources")
    videos: Names | None = Field(None, description="names or patterns of their files; null: all")
    shorter_side: PositiveInt = Field(96, description="pixels to which videos are shrunk")
    frame_rate: PositiveFloat = Field(
        10.0, description="Hz: every n-th frame, whichever is nearest"
    )
    side: PositiveInt = Field(32, multiple_of=CELL, description="pixels of a patch, as published")
    moving: float = Field(0.1, gt=0, le=1, description="share of patches, those that move most")
    held_out: float = Field(0.25, gt=0, lt=1, description="share of each video, at its end")


class PatchSource:
    """Patches of videos, values in [0, 1].

    Parameters
    ----------
    videos : VideoFiles
        Videos by name.
    parameters : PatchParameters
        Size of patches, and which of them are drawn.

    Raises
    ------
    DataError
        When a video is smaller than a patch.
    """

    def __init__(self, videos: VideoFiles, parameters: PatchParameters) -> None:
        self.parameters, side = parameters, parameters.side
        self.known, self.tried = {}, {}
        for name, video in videos.videos.items():
            height, width = video.frames.shape[1:3]
            if min(height, width) < side:
                raise DataError(
                    f"{name}: {width} x {height} pixels are less than a patch of {side} x {side}; "
                    "raise video.patches.shorter_side or leave the video out"
                )
            begin = round(len(video.frames) * (1 - parameters.held_out))
            self.known[name], self.tried[name] = video.frames[:begin], video.frames[begin:]
        self.name, self.frame_shape = "videos", (side, side, 3)
        self.channels: tuple[str, ...] = ()
        self.shown: tuple[int | None, ...] = (None,)

    def identity(self) -> tuple[Mapping[str, object], Tensor]:
        """Return what determines the windows, for a checkpoint's name.

        Returns
        -------
        settings : dict
            Side and share of patches, and shapes of the videos.
        values : Tensor of uint8, shape (pixels,)
            The intervals of the videos that are trained on, in a row.
        """
        settings = self.parameters.model_dump(mode="json", include={"side", "moving"})
        shapes = {name: list(frames.shape) for name, frames in self.known.items()}
        data = np.concatenate([frames.ravel() for frames in self.known.values()])
        return settings | {"shapes": shapes}, torch.as_tensor(data)

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
            When either interval of a video, trained on or held out, is shorter than a window.
        """
        lengths = {
            f"{name}, what is trained on": len(frames) for name, frames in self.known.items()
        }
        lengths |= {f"{name}, what is held out": len(frames) for name, frames in self.tried.items()}
        check_lengths(lengths, windows)
        return self._drawing([*self.known.values()], windows, number, device)

    def held_out(
        self,
        windows: WindowLengths,
        number: int,
        shown: int | None = None,  # noqa: ARG002
    ) -> Videos:
        """Draw windows of the held-out intervals that are long enough, always the same.

        Parameters
        ----------
        windows : WindowLengths
            Frames of source and target.
        number : int
            Windows to draw.
        shown : None
            Has no effect.

        Returns
        -------
        Videos
            On the CPU, values in [0, 1].

        Raises
        ------
        DataError
            When no held-out interval is as long as a window.
        """
        long = [frames for frames in self.tried.values() if len(frames) >= windows.total]
        if not long:
            raise none_long_enough(windows, max(map(len, self.tried.values())))
        return self._drawing(long, windows, number, torch.device("cpu"))(0)

    def _drawing(
        self,
        intervals: Sequence[UInt8[np.ndarray, "_ _ _ 3"]],
        windows: WindowLengths,
        number: int,
        device: torch.device,
    ) -> Draw:
        corners = [
            moving_patches(
                movement(frames, windows.total, self.parameters.side), self.parameters.moving
            )
            for frames in intervals
        ]
        video = np.repeat(np.arange(len(corners)), [len(one) for one in corners])
        table = torch.as_tensor(np.column_stack([video, np.concatenate(corners)]))
        videos = [torch.tensor(frames, device=device) for frames in intervals]
        return partial(draw_patches, videos, table, self.parameters.side, windows, number)


def movement(
    frames: UInt8[np.ndarray, "frames height width 3"], total: int, side: int
) -> Float[np.ndarray, "starts rows columns"]:
    """Measure how much every patch of a video moves.

    Parameters
    ----------
    frames : ndarray of uint8, shape (frames, height, width, 3)
        A video as long as a window or longer.
    total : int
        Frames of a window.
    side : int
        Pixels of a patch's side, a multiple of a cell's.

    Returns
    -------
    ndarray of float64, shape (starts, rows, columns)
        Variance over time of the grey of cells, in squared grey levels of 0 to 255, mean over the
        patch; for every first frame and every corner on the grid of cells.
    """
    count, height, width, _ = frames.shape
    rows, columns = height // CELL, width // CELL
    squares = frames[:, : rows * CELL, : columns * CELL].reshape(
        count, rows, CELL, columns, CELL * 3
    )
    grey = squares.mean(axis=(2, 4), dtype=np.float64)
    mean, square = (_sums(values, total) / total for values in (grey, np.square(grey)))
    cells = (side // CELL,) * 2
    moved: np.ndarray = sliding_window_view(square - np.square(mean), cells, (1, 2)).mean((-1, -2))
    return moved


def moving_patches(
    moved: Float[np.ndarray, "starts rows columns"], share: float
) -> Int64[np.ndarray, "patches 3"]:
    """Find the patches that move most.

    Parameters
    ----------
    moved : ndarray of float, shape (starts, rows, columns)
        As :func:`movement` gives it.
    share : float
        Share of patches, in (0, 1]; ties may add some.

    Returns
    -------
    ndarray of int64, shape (patches, 3)
        First frame, row and column of each, the latter two in pixels.
    """
    corners: np.ndarray = np.argwhere(moved >= np.quantile(moved, 1 - share))
    corners *= np.array([1, CELL, CELL])
    return corners


def draw_patches(
    videos: Sequence[Frames],
    corners: Int64[Tensor, "patches 4"],
    side: int,
    windows: WindowLengths,
    number: int,
    seed: int,
) -> Videos:
    """Draw patches that the seed chooses, each as likely as the other.

    Parameters
    ----------
    videos : sequence of Tensor of uint8, shape (frames, height, width, 3)
        Videos on one device.
    corners : Tensor of int64, shape (patches, 4)
        Patches to choose from: video, first frame, row and column.
    side : int
        Pixels of a patch's side.
    windows : WindowLengths
        Frames of source and target.
    number : int
        Patches to draw; one may be drawn again.
    seed : int
        Determines the patches.

    Returns
    -------
    Videos
        Channels are pixels, row by row, each red, green, blue in [0, 1].
    """
    generator = torch.Generator().manual_seed(seed)
    drawn = corners[torch.randint(len(corners), (number,), generator=generator)]
    cut = [
        videos[video][start : start + windows.total, row : row + side, column : column + side]
        for video, start, row, column in drawn.tolist()
    ]
    return cut_windows(torch.stack(cut).flatten(2).float().div_(255), windows)


def _sums(
    values: Float[np.ndarray, "frames rows columns"], total: int
) -> Float[np.ndarray, "starts rows columns"]:
    """Over all windows of consecutive frames."""
    summed = np.cumsum(np.concatenate([np.zeros_like(values[:1]), values]), axis=0)
    sums: np.ndarray = summed[total:] - summed[:-total]
    return sums
