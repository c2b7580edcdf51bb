"""Recordings of which OpenPose writes a file per frame, found from the file of one frame."""

from pathlib import PurePosixPath

import fsspec

from kinembed.core.errors import FormatError
from kinembed.io.formats.opening import read_text
from kinembed.io.formats.openpose import frame_of


def frames_beside(path: str) -> dict[int, str]:
    """Find the files of all frames of a recording.

    Parameters
    ----------
    path : str
        Path or address of the file of one frame, ``<trial>_<number>_keypoints.json``.

    Returns
    -------
    dict of int to str
        Path or address of each frame by its number, ascending.

    Raises
    ------
    FormatError
        When the name is no frame's, or a number comes twice.
    """
    own = frame_of(PurePosixPath(path).name)
    if own is None:
        raise FormatError(path, "expected <trial>_<number>_keypoints.json, found another name")
    system, inside = fsspec.core.url_to_fs(path)
    folder = inside.rpartition("/")[0] or "."
    found: dict[int, str] = {}
    for one in sorted(system.ls(folder, detail=False)):
        frame = frame_of(PurePosixPath(one).name)
        if frame is not None and frame[0] == own[0]:
            if frame[1] in found:
                raise FormatError(path, f"frame {frame[1]} comes twice: {one}, {found[frame[1]]}")
            found[frame[1]] = str(system.unstrip_protocol(one))
    return dict(sorted(found.items()))


def read_frames(path: str) -> dict[int, str]:
    """Read the files of all frames of a recording.

    Parameters
    ----------
    path : str
        Path or address of the file of one frame.

    Returns
    -------
    dict of int to str
        Text of each frame by its number, ascending.

    Raises
    ------
    FormatError
        As :func:`frames_beside` does, or when a file cannot be read.
    """
    return {number: read_text(one) for number, one in frames_beside(path).items()}
