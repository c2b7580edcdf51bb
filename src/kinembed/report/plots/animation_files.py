"""Animations as files: a GIF always, an MP4 where ffmpeg is installed."""

import shutil
import subprocess
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from io import BytesIO
from itertools import pairwise
from math import ceil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, cast

import numpy as np
from jaxtyping import UInt8
from matplotlib.colors import to_rgb
from PIL import Image
from tqdm import tqdm

from kinembed.core.errors import DataError
from kinembed.report.plots.animation import Animation, Screen

LARGEST_RATE = 25.0
"""Pictures a second of an MP4."""
GIF_STEP = 2
"""Pictures of the animation per picture of its GIF."""
GREYS = 24
OWN_COLOURS = 256
WITHOUT_FFMPEG = "Animations are made as GIF only: an MP4 needs ffmpeg, which is not installed."


def ffmpeg_is_missing() -> bool:
    """Check whether animations come without an MP4.

    Returns
    -------
    bool
        Whether ffmpeg is not installed.
    """
    return shutil.which("ffmpeg") is None


def animation_files(animation: Animation, *, description: str) -> dict[str, bytes]:
    """Write an animation as GIF and, where ffmpeg is installed, as MP4, at the recording's speed.

    Frames are thinned to at most :data:`LARGEST_RATE` a second. Where frames of the recording are
    left out between two that are shown, the animation jumps.

    Parameters
    ----------
    animation : Animation
        What is shown.
    description : str
        Label of the progress bar.

    Returns
    -------
    dict of str to bytes
        ``animation.gif`` and ``animation.mp4`` -> content.

    Raises
    ------
    DataError
        When ffmpeg fails, with its last words, or :class:`Screen` refuses the animation.
    """
    step = ceil(animation.frame_rate / LARGEST_RATE)
    numbers = range(0, len(animation.frames), step)
    screen = Screen(animation)
    palette = _palette(style.colour for style in animation.styles.values())
    stills = []
    with TemporaryDirectory() as folder:
        path = Path(folder) / "animation.mp4"
        with _mp4(path, screen.picture(0), animation.frame_rate / step) as add:
            bar = tqdm(numbers, desc=description, unit="picture", leave=False, disable=None)
            for count, number in enumerate(bar):
                picture = screen.picture(number)
                add(picture)
                if count % GIF_STEP == 0:
                    still = Image.fromarray(picture)
                    stills.append(still.quantize(palette=palette, dither=Image.Dither.NONE))
        files = {"animation.gif": _gif(stills, GIF_STEP * step / animation.frame_rate)}
        return files | ({"animation.mp4": path.read_bytes()} if path.exists() else {})


def gif(
    pictures: Iterable[UInt8[np.ndarray, "height width 3"]],
    seconds: float,
    colours: Iterable[str] | None = None,
) -> bytes:
    """Write pictures as a GIF that repeats.

    Parameters
    ----------
    pictures : iterable of ndarray of uint8, shape (height, width, 3)
        Red, green and blue; at least one.
    seconds : float
        Time that each picture is shown, rounded to 10 ms on average.
    colours : iterable of str or None
        Colours that pictures have beside greys, in hexadecimal; None gives each picture its 256
        most frequent ones.

    Returns
    -------
    bytes
        Content of the file.
    """
    images = map(Image.fromarray, pictures)
    if colours is None:
        return _gif([image.quantize(OWN_COLOURS) for image in images], seconds)
    palette = _palette(colours)
    stills = [image.quantize(palette=palette, dither=Image.Dither.NONE) for image in images]
    return _gif(stills, seconds)


@contextmanager
def _mp4(
    path: Path, like: UInt8[np.ndarray, "height width 3"], rate: float
) -> Iterator[Callable[[UInt8[np.ndarray, "height width 3"]], object]]:
    """A function that adds a picture to the file; it does nothing without ffmpeg."""
    if ffmpeg_is_missing():
        yield lambda _: None
        return
    height, width, _ = like.shape
    given = ["-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{width}x{height}", "-r", f"{rate:.6f}"]
    made = ["-pix_fmt", "yuv420p", "-movflags", "+faststart", str(path)]
    command = ["ffmpeg", "-loglevel", "error", "-y", *given, "-i", "-", *made]
    with (path.parent / "said").open("w+b") as said:
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stderr=said)
        sink = cast(IO[bytes], process.stdin)
        try:
            yield lambda picture: _write(sink, picture.tobytes())
        finally:
            with suppress(BrokenPipeError):
                sink.close()
            failed = process.wait()
        if failed:
            said.seek(0)
            raise DataError(f"ffmpeg could not make {path.name}: {said.read().decode()}")


def _write(sink: IO[bytes], content: bytes) -> None:
    """What ffmpeg no longer reads is lost; its exit tells that it failed."""
    with suppress(BrokenPipeError):
        sink.write(content)


def _gif(stills: list[Image.Image], seconds: float) -> bytes:
    file = BytesIO()
    stills[0].save(
        file,
        format="GIF",
        save_all=True,
        append_images=stills[1:],
        duration=_durations_ms(len(stills), seconds),
        loop=0,
    )
    return file.getvalue()


def _durations_ms(count: int, seconds: float) -> list[int]:
    """Time to show each picture; a GIF counts in 10 ms, so roundings must not add up."""
    moments = np.round(100 * seconds * np.arange(count + 1)).astype(int).tolist()
    return [10 * (stop - start) for start, stop in pairwise(moments)]


def _palette(colours: Iterable[str]) -> Image.Image:
    """Greys, then the colours of the labels and tints of them, of the 256 that a GIF allows."""
    greys = np.repeat(np.linspace(0, 255, GREYS), 3).reshape(-1, 3)
    labels = 255 * np.array([to_rgb(colour) for colour in dict.fromkeys(colours)]).reshape(-1, 3)
    tints = (labels + 255) / 2
    palette = Image.new("P", (1, 1))
    shades = np.concatenate([greys, labels, tints])[:256].round()
    palette.putpalette(shades.astype(np.uint8).tobytes())
    return palette
