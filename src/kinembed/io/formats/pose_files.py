"""Tracks of DeepLabCut (.h5) and SLEAP (.h5 for analysis, .slp): which parser reads which file."""

from kinembed.core.errors import FormatError
from kinembed.io.formats.dlc_h5 import parse_dlc_h5
from kinembed.io.formats.hdf5 import open_hdf5
from kinembed.io.formats.sleap_analysis import parse_sleap_analysis
from kinembed.io.formats.sleap_labels import parse_sleap_labels
from kinembed.motion.positions import RecordedPositions


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
        Of each individual, keypoints in pixels with confidences.

    Raises
    ------
    FormatError
        When a package of the extra ``pose`` is not installed, the file is of none of these
        programs, or two keypoints share a name.
    """
    found = _parse(content, suffix, file)
    joints = found[0].joints
    if len(set(joints)) != len(joints):
        raise FormatError(file, f"keypoints must be named apart, found {', '.join(joints)}")
    return found


def _parse(content: bytes, suffix: str, file: str) -> list[RecordedPositions]:
    if suffix == ".slp":
        return parse_sleap_labels(content, file=file)
    with open_hdf5(content, file=file, expected="a file of DeepLabCut or SLEAP") as stored:
        of_sleap = "tracks" in stored
    return (parse_sleap_analysis if of_sleap else parse_dlc_h5)(content, file=file)
