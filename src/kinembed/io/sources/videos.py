"""Videos of a folder, shrunk while they are read, so that all of them fit into memory."""

from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from kinembed.core.errors import SourceError
from kinembed.io.formats.video_file import Video, read_video

SUFFIXES = (".mp4", ".avi", ".mkv", ".mov", ".webm", ".m4v", ".mpg", ".mpeg")


@dataclass(frozen=True, eq=False)
class VideoFiles:
    """Videos of a folder.

    Attributes
    ----------
    videos : dict of str to Video
        Name of the file to its frames.
    """

    videos: dict[str, Video]


def find_videos(
    folder: Path, patterns: Sequence[str], *, shorter_side: int, frame_rate: float
) -> VideoFiles:
    """Read the videos of a folder whose names fit a pattern.

    Parameters
    ----------
    folder : Path
        Folder of videos; those in folders below it are not taken.
    patterns : sequence of str
        Such as ``*.mp4``; case counts.
    shorter_side : int
        Pixels of the shorter side to which larger frames are shrunk.
    frame_rate : float
        Frame rate in Hz that is aimed at by taking every n-th frame.

    Returns
    -------
    VideoFiles
        As :func:`kinembed.io.formats.video_file.read_video` reads each of them.

    Raises
    ------
    SourceError
        When there is no such folder, or no video in it fits.
    FormatError
        When a video is damaged.
    """
    if not folder.is_dir():
        raise SourceError(
            f"there is no folder {folder}; name one that holds videos in video.patches.folder (the "
            "variable KINEMBED_VIDEOS)"
        )
    videos = [
        path
        for path in sorted(folder.iterdir())
        if path.suffix.lower() in SUFFIXES and not path.name.startswith(".")
    ]
    chosen = [path for path in videos if any(fnmatchcase(path.name, one) for one in patterns)]
    if not chosen:
        raise SourceError(
            f"{folder}: no video fits {' or '.join(patterns)}; there are "
            f"{', '.join(path.name for path in videos) or 'none'}"
        )
    return VideoFiles(
        {
            path.name: read_video(path, shorter_side=shorter_side, frame_rate=frame_rate)
            for path in chosen
        }
    )
