"""Tracks of DeepLabCut (.h5) and SLEAP (.h5 for analysis, .slp), read by movement.

The package is in the extra ``pose``. The files do not state a frame rate; coordinates are pixels,
whose y points down.
"""

import warnings
from typing import Any, Literal

import numpy as np

from kinembed.core.errors import FormatError
from kinembed.io.formats.local_copy import local_copy, optional_module
from kinembed.motion.positions import RecordedPositions

_UNKNOWN_RATE = None
_NAMELESS = ("individual_0", "id_0")
"""What movement calls an individual without a name."""


def parse_pose_file(content: bytes, suffix: str, *, file: str) -> list[RecordedPositions]:
    """Read the positions and confidences of all individuals from tracks of DeepLabCut or SLEAP.

    Parameters
    ----------
    content : bytes
        Content of the file.
    suffix : str
        ``.h5`` or ``.slp``; an ``.h5`` is SLEAP's if it holds ``tracks``.
    file : str
        Name of the file, for messages.

    Returns
    -------
    list of RecordedPositions
        Of each individual, keypoints in pixels with confidences; without a frame rate.

    Raises
    ------
    FormatError
        When movement is not installed, the file is none of these programs, or two keypoints share a
        name.
    """
    load = optional_module("movement.io", file=file)
    with local_copy(content, suffix) as path, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            crowded = suffix == ".slp" and _crowded_frame(path)
            tracks = load.load_dataset(path, source_software=_software(path, suffix))
            found = _individuals(tracks)
        except Exception as problem:  # movement lets out whatever a broken file makes go wrong
            told = str(problem).replace(str(path), file)
            raise FormatError(
                file, f"expected a file of DeepLabCut or SLEAP, but {told}"
            ) from problem
    if crowded is not False:
        raise FormatError(
            file,
            f"{crowded[1]} instances in frame {crowded[0]}, and no tracks that say who is who; "
            "track the animals in SLEAP (sleap-track with a tracker), then give that file",
        )
    joints = found[0].joints
    if len(set(joints)) != len(joints):
        raise FormatError(file, f"keypoints must be named apart, found {', '.join(joints)}")
    return found


def _individuals(tracks: Any) -> list[RecordedPositions]:
    """What a dataset of movement holds of each individual."""
    positions = tracks.position.transpose("individuals", "time", "keypoints", "space").values
    confidences = tracks.confidence.transpose("individuals", "time", "keypoints").values
    joints = tuple(str(name) for name in tracks.keypoints.values)
    return [
        RecordedPositions(
            np.asarray(position, dtype=np.float64),
            joints,
            _UNKNOWN_RATE,
            up="z",
            confidence=np.asarray(confidence, dtype=np.float64),
            individual="" if str(name) in _NAMELESS else str(name),
        )
        for name, position, confidence in zip(
            tracks.individuals.values, positions, confidences, strict=True
        )
    ]


def _crowded_frame(path: Any) -> tuple[int, int] | Literal[False]:
    """The first frame of a file without tracks that has several instances, and how many."""
    import sleap_io

    labels = sleap_io.load_slp(str(path), open_videos=False)
    if labels.tracks:
        return False
    return next(
        (
            (int(frame.frame_idx), len(frame.instances))
            for frame in labels
            if len(frame.instances) > 1
        ),
        False,
    )


def _software(path: Any, suffix: str) -> str:
    if suffix != ".h5":
        return "SLEAP" if suffix == ".slp" else "DeepLabCut"
    import h5py

    with h5py.File(path) as stored:
        return "SLEAP" if "tracks" in stored else "DeepLabCut"
