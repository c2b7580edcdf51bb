"""Tracks of DeepLabCut (.csv, .h5) and SLEAP (.h5 for analysis, .slp), read by movement.

The package is in the extra ``pose``. The files do not state a frame rate; coordinates are pixels,
whose y points down.
"""

import warnings
from typing import Any

import numpy as np

from kinembed.core.errors import FormatError
from kinembed.io.formats.local_copy import local_copy, optional_module
from kinembed.motion.positions import RecordedPositions

_UNKNOWN_RATE = None


def parse_pose_file(
    content: bytes, suffix: str, *, file: str, individual: str | None = None
) -> RecordedPositions:
    """Read the positions and confidences of one individual from tracks of DeepLabCut or SLEAP.

    Parameters
    ----------
    content : bytes
        Content of the file.
    suffix : str
        ``.csv``, ``.h5`` or ``.slp``; an ``.h5`` is SLEAP's if it holds ``tracks``.
    file : str
        Name of the file, for messages.
    individual : str, optional
        Whom to take; None takes the only one.

    Returns
    -------
    RecordedPositions
        Keypoints in pixels with confidences; without a frame rate.

    Raises
    ------
    FormatError
        When movement is not installed, the file is none of these programs, no individual of that
        name is in it, it holds several and none is named, or two keypoints share a name.
    """
    load = optional_module("movement.io", file=file)
    with local_copy(content, suffix) as path, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            software = _software(path, suffix)
            tracks = load.load_dataset(path, source_software=software)
            of_all = tracks.position.transpose("time", "keypoints", "space", "individuals")
            confidences = tracks.confidence.transpose("time", "keypoints", "individuals")
            names = [str(name) for name in tracks.individuals.values]
            joints = tuple(str(name) for name in tracks.keypoints.values)
        except Exception as problem:  # movement lets out whatever a broken file makes go wrong
            told = str(problem).replace(str(path), file)
            raise FormatError(
                file, f"expected a file of DeepLabCut or SLEAP, but {told}"
            ) from problem
    chosen = _chosen(names, individual, file)
    if len(set(joints)) != len(joints):
        raise FormatError(file, f"keypoints must be named apart, found {', '.join(joints)}")
    values = np.asarray(of_all.values[..., chosen], dtype=np.float64)
    confidence = np.asarray(confidences.values[..., chosen], dtype=np.float64)
    return RecordedPositions(values, joints, _UNKNOWN_RATE, up="z", confidence=confidence)


def _software(path: Any, suffix: str) -> str:
    if suffix != ".h5":
        return "SLEAP" if suffix == ".slp" else "DeepLabCut"
    import h5py

    with h5py.File(path) as stored:
        return "SLEAP" if "tracks" in stored else "DeepLabCut"


def _chosen(names: list[str], wanted: str | None, file: str) -> int:
    if wanted is None and len(names) == 1:
        return 0
    if wanted not in names:
        asked = f"no individual {wanted!r}" if wanted else f"{len(names)} individuals"
        raise FormatError(
            file,
            f"found {asked}; name whom to take, as ingestion.positions.individual: "
            f"{', '.join(names) or 'there is none'}",
        )
    return names.index(wanted)
