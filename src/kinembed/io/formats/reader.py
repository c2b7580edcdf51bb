"""Reading recordings and annotations, whichever format they are in.

The suffix says the format (:mod:`kinembed.io.formats.table`), in upper or lower case. A rest pose
before the first frame of a BVH or text file is dropped (:mod:`kinembed.io.formats.rest_pose`).
"""

from kinembed.core.errors import FormatError
from kinembed.core.limits import check_name
from kinembed.io.formats.annotations import parse_annotation
from kinembed.io.formats.labels_csv import parse_labels_csv
from kinembed.io.formats.opening import read_text, suffix_of
from kinembed.io.formats.table import BY_SUFFIX, RecordingFile
from kinembed.motion.motion import Motion, Segmentation
from kinembed.motion.plausible import check_motion
from kinembed.motion.positions import PositionParameters

_DEFAULTS = PositionParameters()


def read_motions(
    path: str,
    *,
    trial: str,
    skeleton_path: str | None = None,
    frame_rate: float = 120.0,
    positions: PositionParameters = _DEFAULTS,
) -> list[Motion]:
    """Read the recordings in a file: one, or one of each individual.

    Parameters
    ----------
    path : str
        Path or address of the recording; ``.gz`` after its suffix is decompressed.
    trial : str
        Name that the recording gets; those of several individuals are ``<trial>/<individual>``.
    skeleton_path : str, optional
        ASF file that goes with an AMC file. For a MATLAB file None takes CMU's skeleton; other
        formats do not use it.
    frame_rate : float, default 120.0
        Frame rate in Hz of rotations in a file that does not state it (all but BVH).
    positions : PositionParameters
        What files of joint positions do not say.

    Returns
    -------
    list of Motion
        Recordings, at least one.

    Raises
    ------
    FormatError
        When the file is missing, its suffix is not known, it is not what its suffix says, an AMC
        file comes without its skeleton, a number lies beyond :mod:`kinembed.core.limits`, or as
        :func:`kinembed.motion.positions.motions_of` does.
    """
    suffix = suffix_of(path)
    if suffix not in BY_SUFFIX:
        known = ", ".join(BY_SUFFIX)
        raise FormatError(path, f"expected a recording ({known}), found a file {suffix!r}")
    file = RecordingFile(path, trial, skeleton_path, frame_rate, positions)
    return [check_motion(motion, file=path) for motion in BY_SUFFIX[suffix].read(file)]


def read_motion(
    path: str,
    *,
    trial: str,
    skeleton_path: str | None = None,
    frame_rate: float = 120.0,
    positions: PositionParameters = _DEFAULTS,
) -> Motion:
    """Read the only recording in a file.

    Parameters
    ----------
    path : str
        Path or address of the recording; ``.gz`` after its suffix is decompressed.
    trial : str
        Name that the recording gets.
    skeleton_path : str, optional
        ASF file that goes with an AMC file. For a MATLAB file None takes CMU's skeleton; other
        formats do not use it.
    frame_rate : float, default 120.0
        Frame rate in Hz of rotations in a file that does not state it (all but BVH).
    positions : PositionParameters
        What files of joint positions do not say.

    Returns
    -------
    Motion
        The recording.

    Raises
    ------
    FormatError
        When the file is missing, its suffix is not known, it is not what its suffix says, an AMC
        file comes without its skeleton, or it holds several individuals, or as
        :func:`kinembed.motion.positions.motions_of` does.
    """
    found = read_motions(
        path,
        trial=trial,
        skeleton_path=skeleton_path,
        frame_rate=frame_rate,
        positions=positions,
    )
    if len(found) > 1:
        names = ", ".join(motion.trial for motion in found)
        problem = f"expected one individual, found {len(found)} ({names})"
        raise FormatError(path, f"{problem}; choose one by ingestion.positions.individuals")
    return found[0]


def read_annotation(path: str, *, trial: str, frame_count: int | None = None) -> Segmentation:
    """Read what a person says about a recording, in CSV or in the format of Barbic et al.

    Parameters
    ----------
    path : str
        Path or address of the annotation. A file that is not ``.csv`` is in the format of Barbic et
        al.
    trial : str
        Name of the recording that is annotated.
    frame_count : int, optional
        Number of frames of the recording. None does not check where the annotation ends.

    Returns
    -------
    Segmentation
        Segments with their behaviours.

    Raises
    ------
    FormatError
        When the file is missing, it is not what its suffix says, a behaviour's name is too long, or
        it does not end where the recording does.
    """
    text = read_text(path)
    if suffix_of(path) != ".csv":
        found = parse_annotation(text, file=path, trial=trial, frame_count=frame_count)
        return _named_well(found, path)
    segmentation = _named_well(parse_labels_csv(text, file=path, trial=trial), path)
    if frame_count not in (None, segmentation.frame_count):
        problem = f"expected labels of {frame_count} frames, found {segmentation.frame_count}"
        raise FormatError(path, problem)
    return segmentation


def _named_well(segmentation: Segmentation, path: str) -> Segmentation:
    for behaviour in segmentation.behaviours:
        check_name(behaviour, file=path, of="behaviour")
    return segmentation
