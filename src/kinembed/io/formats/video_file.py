"""Videos: files of moving pictures, in any format that OpenCV decodes (MP4, AVI, MKV, WebM ...).

Colours are red, green, blue, in this order, where OpenCV's own is the reverse. Sound is left out.

A video that was cut off still says how many frames it had, so fewer are an error. Where a video's
format does not count them OpenCV infers their number from the duration: half a second may lack.
What is damaged within a frame its decoder conceals, and frames of another size it may bring to that
of the first: neither can be seen from here.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

import cv2
import numpy as np
from jaxtyping import UInt8

from kinembed.core.errors import FormatError
from kinembed.core.limits import LARGEST_FILE, MOST_PIXELS, check_rate

MAY_LACK_S = 0.5
"""Seconds at the end that a video may be shorter than it says."""

Picture = UInt8[np.ndarray, "_ _ 3"]


@dataclass(frozen=True, eq=False)
class Video:
    """Frames of a video in the order of time.

    Attributes
    ----------
    frames : ndarray of uint8, shape (frames, height, width, 3)
        Colours red, green, blue, from 0 to 255.
    frame_rate : float
        Frame rate of these frames in Hz.
    """

    frames: UInt8[np.ndarray, "frames height width 3"]
    frame_rate: float


@runtime_checkable
class Capture(Protocol):
    """The methods of ``cv2.VideoCapture`` that are used here."""

    def get(self, what: int, /) -> float:
        """Look up a property of the video.

        Parameters
        ----------
        what : int
            One of OpenCV's ``CAP_PROP_...``.

        Returns
        -------
        float
            Its value; 0 where OpenCV does not know it.
        """

    def grab(self) -> bool:
        """Go on to the next frame.

        Returns
        -------
        bool
            False after the last frame that can be decoded.
        """

    def retrieve(self) -> tuple[bool, Any]:
        """Decode the frame that was grabbed.

        Returns
        -------
        tuple of bool and ndarray
            Whether it could be decoded, and the frame, blue first.
        """


def read_video(
    path: Path, *, shorter_side: int | None = None, frame_rate: float | None = None
) -> Video:
    """Read the frames of a video.

    Frames are shrunk one by one, so that no more than one is held as large as it was recorded.

    Parameters
    ----------
    path : Path
        File on this machine.
    shorter_side : int, optional
        Pixels of the shorter side to which larger frames are shrunk, in proportion, by means over
        areas. None keeps their size.
    frame_rate : float, optional
        Frame rate in Hz. Every n-th frame is kept, with the n that comes nearest; None keeps all.

    Returns
    -------
    Video
        Frames, and their rate after frames were left out.

    Raises
    ------
    FormatError
        When the file is missing, empty, no video that can be decoded or cut off, when its frame
        rate or the size of its frames lies beyond :mod:`kinembed.core.limits`, when its frames
        differ in size, or when fewer than two of them are kept.
    """
    file = str(path)
    if not path.is_file():
        raise FormatError(file, "expected a video, found no such file")
    if not path.stat().st_size:
        raise FormatError(file, "expected a video, but the file is empty")
    capture = cv2.VideoCapture(file, cv2.CAP_FFMPEG)
    try:
        if not capture.isOpened():
            problem = "expected a video, found nothing that OpenCV decodes; is the file whole?"
            raise FormatError(file, problem)
        recorded = _frame_rate(capture, file)
        _check_picture(capture, file)
        step = 1 if frame_rate is None else max(1, round(recorded / frame_rate))
        frames = _frames(capture, step, shorter_side, recorded, file)
    finally:
        capture.release()
    return Video(frames, recorded / step)


def _frame_rate(capture: Capture, file: str) -> float:
    rate = capture.get(cv2.CAP_PROP_FPS)
    check_rate(rate, file=file)
    return rate


def _check_picture(capture: Capture, file: str) -> None:
    width, height = (
        capture.get(side) for side in (cv2.CAP_PROP_FRAME_WIDTH, cv2.CAP_PROP_FRAME_HEIGHT)
    )
    if width * height > MOST_PIXELS:
        problem = f"expected frames of at most {MOST_PIXELS} pixels, found {width:g} x {height:g}"
        raise FormatError(file, problem)


def _frames(
    capture: Capture, step: int, shorter_side: int | None, rate: float, file: str
) -> UInt8[np.ndarray, "frames height width 3"]:
    size, kept, count = None, list[Picture](), 0
    while capture.grab():
        if count % step == 0:
            picture = _retrieved(capture, file)
            size = size or picture.shape
            if picture.shape != size:
                raise FormatError(
                    file,
                    f"expected frames of {_size(size)} pixels like the first, found one of "
                    f"{_size(picture.shape)} (frame {count}); cut the video there",
                )
            kept.append(_as_asked(picture, shorter_side))
            _check_size(len(kept) * kept[0].nbytes, file)
        count += 1
    _check_whole(count, capture.get(cv2.CAP_PROP_FRAME_COUNT), rate, file)
    if len(kept) < 2:
        raise FormatError(
            file,
            f"expected two frames or more at {rate / step:g} Hz, found one (of {count} at "
            f"{rate:g} Hz); get a longer video, or ask for a higher frame rate",
        )
    return np.stack(kept)


def _check_size(taken: int, file: str) -> None:
    if taken > LARGEST_FILE:
        raise FormatError(
            file,
            f"expected a video whose frames fill up to {LARGEST_FILE} bytes of memory, found more; "
            "cut it, or ask for smaller frames or a lower frame rate",
        )


def _retrieved(capture: Capture, file: str) -> Picture:
    decoded, picture = capture.retrieve()
    if not decoded:
        raise FormatError(file, "expected a video, found a frame that OpenCV cannot decode")
    return np.asarray(picture, dtype=np.uint8)


def _check_whole(count: int, told: float, rate: float, file: str) -> None:
    """A count below 1 is what OpenCV has for a format that tells neither count nor duration."""
    if count < told - MAY_LACK_S * rate:
        raise FormatError(
            file,
            f"expected {told:.0f} frames, as it says itself, but only {count} can be decoded; "
            "the file is cut off or damaged: get it again",
        )
    if count < 2:
        raise FormatError(file, f"expected a video of two frames or more, found {count}")


def _as_asked(picture: Picture, shorter_side: int | None) -> Picture:
    """Smaller, if it is to be, and red first."""
    height, width = picture.shape[:2]
    scale = 1.0 if shorter_side is None else shorter_side / min(height, width)
    if scale < 1:
        size = (round(scale * width), round(scale * height))
        picture = np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA))
    return np.ascontiguousarray(picture[..., ::-1])


def _size(shape: tuple[int, ...]) -> str:
    return f"{shape[1]} x {shape[0]}"
