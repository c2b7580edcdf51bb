"""Recorded clips as a network of two streams sees them: grey pictures, and the flow OpenCV finds.

Flow is that of Farneback (SCIA 2003) between neighbouring pictures, found at FINER times the
resolution that networks see, and then averaged. Of the last picture it is that of the one before.
The middle square of each picture is seen.
"""

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
from jaxtyping import Float, UInt8
from pydantic import Field

from kinembed.core.errors import DataError, SourceError
from kinembed.core.parameters import Parameters
from kinembed.io.formats.video_file import read_video
from kinembed.io.sources.videos import SUFFIXES
from kinembed.recognition.skeleton.intervals import MARK
from kinembed.video.stick_figures import PictureClip

FINER = 4
"""How many pixels wide a pixel of the network is where flow is found."""
RATE_TOLERANCE = 0.25
"""Share by which a video's pictures may be faster or slower than what networks see."""
LUMINANCE = (0.299, 0.587, 0.114)
"""Of red, green and blue (ITU-R BT.601)."""
FARNEBACK = (0.5, 3, 15, 3, 5, 1.2, 0)
"""OpenCV's usual settings: half the size from level to level, 3 levels, windows of 15 pixels, 3
rounds, neighbourhoods of 5 pixels weighted by a Gaussian of 1.2, no flags."""

Grey = UInt8[np.ndarray, "frames side side"]


class ActionVideoParameters(Parameters):
    """Where videos lie: ``<folder>/<behaviour>/<video>``.

    Attributes
    ----------
    folder : Path or None
        Folder of folders that are named after what their videos show; None: no videos.
    """

    folder: Path | None = Field(None, description="of folders named after what videos show")


def videos_by_behaviour(folder: Path | None) -> dict[str, Path]:
    """Find videos in folders that are named after behaviours.

    Parameters
    ----------
    folder : Path or None
        Holds the folders of behaviours.

    Returns
    -------
    dict of str to Path
        ``<behaviour>_<video>``, the video's name without its ending -> its file.

    Raises
    ------
    SourceError
        When `folder` is None, no folder in it holds a video, or two videos would have one name.
    """
    if folder is None:
        raise SourceError("no folder of videos is named; set videos.folder, or KINEMBED_VIDEOS")
    found = sorted(path for path in folder.glob("*/*") if path.suffix.lower() in SUFFIXES)
    if not found:
        raise SourceError(
            f"{folder}: there is no video; expected <folder>/<behaviour>/<video> with one of the "
            f"endings {', '.join(SUFFIXES)}"
        )
    return _named(found)


def video_clips(
    name: str, path: Path, *, pixels: int, frame_rate: float, interval_frames: int | None
) -> dict[str, PictureClip]:
    """Read a video and cut it into intervals of about equal length.

    Parameters
    ----------
    name : str
        Of the video, without the number of an interval.
    path : Path
        File of the video.
    pixels : int
        Height and width of the pictures.
    frame_rate : float
        Hz, of the pictures: every n-th frame of the video, whichever comes nearest.
    interval_frames : int or None
        Each interval has at least as many frames, and less than twice as many; a shorter video
        stays whole. None: every video stays whole.

    Returns
    -------
    dict of str to PictureClip
        Intervals by name, ``<name>#<number>`` from 0.

    Raises
    ------
    FormatError
        When the file is not there or empty, is no video that OpenCV decodes, is cut off, has fewer
        than two frames or no frame rate, or its frames differ in size.
    DataError
        When every n-th frame gives a rate that differs from `frame_rate` by more than a quarter.
    """
    video = read_video(path, shorter_side=FINER * pixels, frame_rate=frame_rate)
    if abs(video.frame_rate / frame_rate - 1) > RATE_TOLERANCE:
        raise DataError(
            f"{path}: subsampling by whole frames gives {video.frame_rate:g} Hz, but "
            f"two_stream.frame_rate is {frame_rate:g} Hz; use a video with a higher frame rate or "
            "change the setting"
        )
    clip = _seen(_squares(video.frames, FINER * pixels), pixels)
    count = 1 if interval_frames is None else max(1, len(clip) // interval_frames)
    intervals = zip(
        *(np.array_split(one, count) for one in (clip.appearance, clip.flow)), strict=True
    )
    return {
        f"{name}{MARK}{number}": PictureClip(*interval) for number, interval in enumerate(intervals)
    }


def slowed(clip: PictureClip) -> PictureClip:
    """Slow a clip to half speed, for the same frame rate.

    Parameters
    ----------
    clip : PictureClip
        Pictures and flow.

    Returns
    -------
    PictureClip
        Between each two pictures stands their mean, and flow is halved: ``n`` frames become
        ``2 n - 1``.
    """
    between = (clip.appearance[:-1] + clip.appearance[1:]) / 2
    appearance = np.repeat(clip.appearance, 2, axis=0)[:-1]
    appearance[1::2] = between
    return PictureClip(appearance, np.repeat(clip.flow, 2, axis=0)[:-1] / 2)


def optical_flow(
    grey: UInt8[np.ndarray, "frames height width"],
) -> Float[np.ndarray, "frames 2 height width"]:
    """Compute how far each pixel moves to the next picture, by Farneback's method (SCIA 2003).

    Parameters
    ----------
    grey : ndarray of uint8, shape (frames, height, width)
        Grey pictures, two or more.

    Returns
    -------
    ndarray of float32, shape (frames, 2, height, width)
        To the right and down, in pixels per frame; of the last picture that of the one before.
    """
    still = np.zeros((*grey.shape[1:], 2), dtype=np.float32)
    steps = [
        cv2.calcOpticalFlowFarneback(before, after, still.copy(), *FARNEBACK)
        for before, after in pairwise(grey)
    ]
    return np.stack([*steps, steps[-1]]).transpose(0, 3, 1, 2)


def _named(found: Sequence[Path]) -> dict[str, Path]:
    paths: dict[str, Path] = {}
    for path in found:
        name = f"{path.parent.name}_{path.stem}"
        if name in paths:
            raise SourceError(f"{paths[name]} and {path} would both be {name!r}; rename one")
        paths[name] = path
    return paths


def _squares(frames: UInt8[np.ndarray, "frames height width 3"], side: int) -> Grey:
    """The middle square of each, in grey."""
    height, width = frames.shape[1:3]
    short = min(height, width)
    top, left = (height - short) // 2, (width - short) // 2
    middle = frames[:, top : top + short, left : left + short]
    grey = (middle @ np.array(LUMINANCE, dtype=np.float32)).round().astype(np.uint8)
    return np.stack([cv2.resize(one, (side, side), interpolation=cv2.INTER_AREA) for one in grey])


def _seen(grey: Grey, pixels: int) -> PictureClip:
    """Means over what lies in one pixel of the network."""
    flow = optical_flow(grey) / FINER
    means = [
        values.reshape(*values.shape[:-2], pixels, FINER, pixels, FINER).mean(axis=(-3, -1))
        for values in (grey / 255, flow)
    ]
    return PictureClip(*(one.astype(np.float32) for one in means))
