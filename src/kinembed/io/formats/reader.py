"""Reading recordings and annotations, whichever format they are in.

The suffix says the format (:mod:`kinembed.io.formats.table`), in upper or lower case. A rest pose
before the first frame of a BVH or text file is dropped (:mod:`kinembed.io.formats.rest_pose`).
"""

from kinembed.core.errors import FormatError
from kinembed.io.formats.annotations import parse_annotation
from kinembed.io.formats.labels_csv import parse_labels_csv
from kinembed.io.formats.opening import read_text, suffix_of
from kinembed.io.formats.table import BY_SUFFIX, RecordingFile
from kinembed.motion.motion import Motion, Segmentation
from kinembed.motion.positions import PositionParameters

_DEFAULTS = PositionParameters()


def read_motion(
    path: str,
    *,
    trial: str,
    skeleton_path: str | None = None,
    frame_rate: float = 120.0,
    positions: PositionParameters = _DEFAULTS,
) -> Motion:
    """Read the recording in a file.

    Parameters
    ----------
    path, trial:
        Where it is, and what it is to be called.
    skeleton_path:
        The ASF file that goes with an AMC or MATLAB file; others do without.
    frame_rate:
        Hz, of rotations in a file that does not state it (all but BVH).
    positions:
        What files of joint positions do not say.

    Returns
    -------
    Motion
        The recording.

    Raises
    ------
    FormatError
        When there is no such file, it is not what its suffix says, an AMC file comes without its
        skeleton, or as :func:`kinembed.motion.positions.motion_of` does.
    """
    suffix = suffix_of(path)
    if suffix not in BY_SUFFIX:
        known = ", ".join(BY_SUFFIX)
        raise FormatError(path, f"expected a recording ({known}), found a file {suffix!r}")
    file = RecordingFile(path, trial, skeleton_path, frame_rate, positions)
    return BY_SUFFIX[suffix].read(file)


def read_annotation(path: str, *, trial: str, frame_count: int | None = None) -> Segmentation:
    """Read what a person says about a recording, in CSV or in the format of Barbic et al.

    Parameters
    ----------
    path, trial:
        Where it is, and whose annotation it is.
    frame_count:
        Frames of the recording, if they are known.

    Returns
    -------
    Segmentation
        Segments with their behaviours.

    Raises
    ------
    FormatError
        When there is no such file, it is not what its suffix says, or it does not end where the
        recording does.
    """
    text = read_text(path)
    if suffix_of(path) != ".csv":
        return parse_annotation(text, file=path, trial=trial, frame_count=frame_count)
    segmentation = parse_labels_csv(text, file=path, trial=trial)
    if frame_count not in (None, segmentation.frame_count):
        problem = f"expected labels of {frame_count} frames, found {segmentation.frame_count}"
        raise FormatError(path, problem)
    return segmentation
