"""The formats of recordings, each in one line: what it is and how it is read.

To add a format, write its parser (:mod:`kinembed.io.formats` has one a file) and add its line to
:data:`FORMATS`. Folders and messages follow from it.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import PurePosixPath

from kinembed.core.errors import FormatError
from kinembed.io.formats.amc import parse_amc
from kinembed.io.formats.asf import parse_asf
from kinembed.io.formats.bvh import parse_bvh_bodies
from kinembed.io.formats.c3d import parse_c3d
from kinembed.io.formats.dannce import PREDICTIONS, predicted_positions
from kinembed.io.formats.dannce import VARIABLES as DANNCE_VARIABLES
from kinembed.io.formats.dlc_csv import parse_dlc_csv
from kinembed.io.formats.expmap_mat import VARIABLE, expmap_motion
from kinembed.io.formats.expmap_text import column_count, parse_expmap_text
from kinembed.io.formats.freemocap import (
    is_freemocap,
    is_freemocap_parquet,
    parse_freemocap_csv,
    parse_freemocap_parquet,
)
from kinembed.io.formats.marker_tables import (
    MOTIVE,
    NEXUS,
    parse_motive_csv,
    parse_nexus_csv,
    parse_trc,
)
from kinembed.io.formats.mat_file import read_mat
from kinembed.io.formats.mediapipe import parse_mediapipe
from kinembed.io.formats.movement_netcdf import parse_movement_netcdf
from kinembed.io.formats.nwb import parse_nwb
from kinembed.io.formats.opening import read_bytes, read_text, suffix_of
from kinembed.io.formats.openpose import frame_of, parse_openpose, parse_openpose_frames
from kinembed.io.formats.openpose_folder import read_frames
from kinembed.io.formats.pose_files import parse_pose_file
from kinembed.io.formats.position_table import (
    has_positions,
    is_headerless,
    parse_headerless_csv,
    parse_position_csv,
    parse_position_parquet,
)
from kinembed.io.formats.rest_pose import has_rest_pose, without_rest_pose
from kinembed.io.formats.text import begins_with_number, read_lines
from kinembed.motion.layouts.skeletons import cmu_asf_skeleton, cmu_bvh_skeleton, h36m_skeleton
from kinembed.motion.motion import Motion
from kinembed.motion.positions import PositionParameters, RecordedPositions, motions_of
from kinembed.motion.skeleton import Skeleton


@dataclass(frozen=True)
class RecordingFile:
    """A file of a recording, with what the file itself does not say.

    Attributes
    ----------
    path : str
        Path or address.
    trial : str
        Name of the recording.
    skeleton_path : str or None
        ASF file that goes with it; None where it goes with none.
    frame_rate : float
        Frame rate in Hz of rotations in a file that does not state it.
    positions : PositionParameters
        What files of joint positions do not say.
    """

    path: str
    trial: str
    skeleton_path: str | None
    frame_rate: float
    positions: PositionParameters


@dataclass(frozen=True)
class Format:
    """A kind of file that holds recordings.

    Attributes
    ----------
    suffixes : tuple of str
        Ends of its files' names, in lower case, with their dots.
    content : str
        What it holds, for messages.
    read : callable
        Reads a RecordingFile as a list of Motion, one for each individual; raises FormatError.
    needs_skeleton : bool, default False
        Whether a folder must hold its skeleton.
    why_not : callable, optional
        Takes the first line of a file, or the beginning of JSON, and says why it is no recording;
        ``""`` for one that is. None where the suffix suffices.
    headerless : bool, default False
        Whether the first line may be numbers, if ``ingestion.positions.columns`` names the joints.
    """

    suffixes: tuple[str, ...]
    content: str
    read: Callable[[RecordingFile], list[Motion]]
    needs_skeleton: bool = False
    why_not: Callable[[str], str] | None = None
    headerless: bool = False


def read_skeleton(path: str) -> Skeleton:
    """Read the skeleton of an ASF file.

    Parameters
    ----------
    path : str
        Path or address of the file.

    Returns
    -------
    Skeleton
        As :func:`kinembed.io.formats.asf.parse_asf` returns it.

    Raises
    ------
    FormatError
        When the file is missing, empty, binary or no ASF file.
    """
    return parse_asf(read_text(path), file=path)


def by_suffix(formats: Iterable[Format]) -> Mapping[str, Format]:
    """Index formats by suffix.

    Parameters
    ----------
    formats : iterable of Format
        Formats, each with its suffixes.

    Returns
    -------
    mapping of str to Format
        Suffix to format, in the order given.

    Raises
    ------
    ValueError
        When two formats claim one suffix.
    """
    found: dict[str, Format] = {}
    for one in formats:
        for suffix in one.suffixes:
            if suffix in found:
                raise ValueError(
                    f"the suffix {suffix!r} is registered twice: for {found[suffix].content!r} "
                    f"and for {one.content!r}"
                )
            found[suffix] = one
    return found


def _read_amc(file: RecordingFile) -> list[Motion]:
    if not file.skeleton_path:
        problem = "expected an AMC file's skeleton with it; name its ASF file"
        raise FormatError(file.path, problem)
    motion = parse_amc(
        read_text(file.path),
        read_skeleton(file.skeleton_path),
        file=file.path,
        trial=file.trial,
        frame_rate=file.frame_rate,
    )
    return [motion]


def _read_bvh(file: RecordingFile) -> list[Motion]:
    text, up = read_text(file.path), file.positions.up
    bodies = parse_bvh_bodies(text, file=file.path, trial=file.trial, up=up)
    chosen = file.positions.asked_for(_individuals(bodies, file.trial), file=file.path)
    return [_without_any_rest_pose(bodies[index], file.path) for index in chosen]


def _individuals(bodies: list[Motion], trial: str) -> list[str]:
    """A body alone has a name where its joints tell one: ``Ann`` of ``Ann:Hips``."""
    if len(bodies) == 1:
        return [bodies[0].skeleton.joints[0].rpartition(":")[0]]
    return [motion.trial.removeprefix(f"{trial}/") for motion in bodies]


def _read_expmap_text(file: RecordingFile) -> list[Motion]:
    """The number of columns tells whose skeleton it is."""
    text = read_text(file.path)
    found = read_lines(text, file.path)[0].text.count(",") + 1
    skeletons = {column_count(one): one for one in (cmu_bvh_skeleton(), h36m_skeleton())}
    if found not in skeletons:
        expected = " or ".join(map(str, skeletons))
        problem = f"expected {expected} comma-separated columns, found {found}"
        raise FormatError(file.path, problem, 1)
    motion = parse_expmap_text(
        text,
        file=file.path,
        trial=file.trial,
        skeleton=skeletons[found],
        frame_rate=file.frame_rate,
        rest_pose_row=False,
    )
    return [_without_any_rest_pose(motion, file.path)]


def _read_mat(file: RecordingFile) -> list[Motion]:
    """Predictions of DANNCE, or exponential maps: the names of the variables tell."""
    content, wanted = read_bytes(file.path), (VARIABLE, *DANNCE_VARIABLES)
    arrays, names = read_mat(content, wanted, file=file.path)
    if PREDICTIONS in names:
        return _placed(predicted_positions(arrays, names, file=file.path), file)
    skeleton = read_skeleton(file.skeleton_path) if file.skeleton_path else cmu_asf_skeleton()
    motion = expmap_motion(
        arrays,
        names,
        file=file.path,
        trial=file.trial,
        skeleton=skeleton,
        frame_rate=file.frame_rate,
    )
    return [motion]


def _read_csv(file: RecordingFile) -> list[Motion]:
    """A table of positions, or what one of several programs exports: its beginning tells."""
    text, joints = read_text(file.path), file.positions.columns
    if joints is not None and is_headerless(text.partition("\n")[0]):
        return _placed(parse_headerless_csv(text, joints, file=file.path), file)
    return _placed(_csv_parser(text, file.path)(text, file=file.path), file)


def _csv_parser(text: str, path: str) -> Callable[..., list[RecordedPositions]]:
    header = text.lstrip('"').partition("\n")[0].strip()
    if header[:6].lower() == "scorer":
        return parse_dlc_csv
    for mark, parse in _MARKER_TABLES.items():
        if header.startswith(mark):
            return parse
    return parse_freemocap_csv if is_freemocap(header.split(","), path) else parse_position_csv


def _read_parquet(file: RecordingFile) -> list[Motion]:
    content = read_bytes(file.path)
    of_freemocap = is_freemocap_parquet(content)
    parse = parse_freemocap_parquet if of_freemocap else parse_position_parquet
    return _placed(parse(content, file=file.path), file)


def _read_pose_file(file: RecordingFile) -> list[Motion]:
    """Tracks of DeepLabCut or SLEAP; their suffix tells which."""
    return _of_bytes(partial(parse_pose_file, suffix=suffix_of(file.path)))(file)


def _read_json(file: RecordingFile) -> list[Motion]:
    """OpenPose, of which each frame may be a file, or MediaPipe: the names in it tell."""
    if frame_of(PurePosixPath(file.path).name):
        return _placed(parse_openpose_frames(read_frames(file.path), file=file.path), file)
    text = read_text(file.path)
    parse = parse_openpose if _PEOPLE in text else parse_mediapipe
    return _placed(parse(text, file=file.path), file)


def _of_text(
    parse: Callable[..., list[RecordedPositions]],
) -> Callable[[RecordingFile], list[Motion]]:
    """Reads joint positions by a parser of text."""
    return lambda file: _placed(parse(read_text(file.path), file=file.path), file)


def _of_bytes(
    parse: Callable[..., list[RecordedPositions]],
) -> Callable[[RecordingFile], list[Motion]]:
    """Reads joint positions by a parser of bytes."""
    return lambda file: _placed(parse(read_bytes(file.path), file=file.path), file)


def _placed(recorded: list[RecordedPositions], file: RecordingFile) -> list[Motion]:
    return motions_of(recorded, file.positions, file=file.path, trial=file.trial)


def _without_any_rest_pose(motion: Motion, path: str) -> Motion:
    return without_rest_pose(motion, file=path, line=1) if has_rest_pose(motion) else motion


def _why_no_numbers(line: str) -> str:
    return "" if begins_with_number(line) else "does not begin with a number"


def _why_no_positions(line: str) -> str:
    if has_positions(line) or line.lstrip('"').startswith(tuple(_MARKER_TABLES)):
        return ""
    problem = "names no column <joint>_x in its first line"
    if is_headerless(line):
        return f"{problem} (ingestion.positions.columns can name the joints of a table of numbers)"
    return problem


def _why_no_pose(beginning: str) -> str:
    return (
        "" if _PEOPLE in beginning or 'andmarks"' in beginning else "names no people or landmarks"
    )


_PEOPLE = '"people"'
"""What OpenPose calls the persons of a frame."""
_MARKER_TABLES = {MOTIVE: parse_motive_csv, NEXUS: parse_nexus_csv}
"""CSV files of markers, by how they begin."""


FORMATS = (
    Format((".amc",), "AMC: Euler angles", _read_amc, needs_skeleton=True),
    Format((".bvh", ".bvh.gz"), "BVH: Euler angles, with its skeleton", _read_bvh),
    Format(
        (".txt",),
        "exponential maps: 117 columns (CMU) or 99 (Human3.6M)",
        _read_expmap_text,
        why_not=_why_no_numbers,
    ),
    Format(
        (".mat",),
        "exponential maps: 96 columns (CMU); or joint positions: `pred` of DANNCE",
        _read_mat,
    ),
    Format(
        (".csv",),
        "joint positions: columns `<joint>_x`, `<joint>_y` and, in 3-D, `<joint>_z`; optionally "
        "`time` (seconds) or `frame`, a likelihood per joint; or what DeepLabCut, Lightning Pose, "
        "SLEAP, Anipose, SimBA, FreeMoCap, OptiTrack Motive or Vicon Nexus exports",
        _read_csv,
        why_not=_why_no_positions,
        headerless=True,
    ),
    Format((".parquet",), "joint positions: the same table", _read_parquet),
    Format((".trc",), "joint positions: named markers (OpenSim, Pose2Sim)", _of_text(parse_trc)),
    Format((".c3d",), "joint positions: named markers", _of_bytes(parse_c3d)),
    Format((".h5", ".slp"), "joint positions of DeepLabCut or SLEAP", _read_pose_file),
    Format(
        (".json",),
        "joint positions: people of OpenPose (a file per frame or per recording), landmarks of "
        "MediaPipe's pose model",
        _read_json,
        why_not=_why_no_pose,
    ),
    Format((".nwb",), "joint positions: NWB with ndx-pose", _of_bytes(parse_nwb)),
    Format((".nc",), "joint positions that movement saved", _of_bytes(parse_movement_netcdf)),
)
BY_SUFFIX = by_suffix(FORMATS)


def format_of(path: str) -> Format | None:
    """Find the format of a file by the end of its name.

    Parameters
    ----------
    path : str
        Path or address of the file; the longest suffix that fits counts.

    Returns
    -------
    Format or None
        None where no format has its suffix.
    """
    suffixes = sorted(BY_SUFFIX, key=len, reverse=True)
    found = next((one for one in suffixes if path.lower().endswith(one)), None)
    return None if found is None else BY_SUFFIX[found]
