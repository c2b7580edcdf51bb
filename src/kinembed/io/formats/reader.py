"""Opening files of recordings, whichever format they are in and wherever they lie (fsspec).

The suffix says the format, in upper or lower case; ``.gz`` after it is undone.

| suffix | what | skeleton |
|---|---|---|
| ``.amc`` | Euler angles | an ASF file, which must be named |
| ``.bvh`` | Euler angles | its own |
| ``.txt`` | exponential maps, 117 columns (CMU) or 99 (Human3.6M) | a plain body of our own |
| ``.mat`` | exponential maps, 96 columns (CMU) | an ASF file, or else a plain body of our own |
| ``.csv``, ``.parquet`` | a table of positions; a CSV may be DeepLabCut's | joints without bones |
| ``.c3d`` | markers | the same |
| ``.h5``, ``.slp`` | tracks of DeepLabCut or SLEAP | the same |

A rest pose before the first frame of a BVH or text file is dropped (kinembed.io.formats.rest_pose).
"""

import re
import zlib
from pathlib import PurePosixPath

import fsspec

from kinembed.core.errors import FormatError
from kinembed.io.formats.amc import parse_amc
from kinembed.io.formats.annotations import parse_annotation
from kinembed.io.formats.asf import parse_asf
from kinembed.io.formats.bvh import parse_bvh
from kinembed.io.formats.c3d import parse_c3d
from kinembed.io.formats.expmap_mat import parse_expmap_mat
from kinembed.io.formats.expmap_text import column_count, parse_expmap_text
from kinembed.io.formats.labels_csv import parse_labels_csv
from kinembed.io.formats.pose_files import parse_pose_file
from kinembed.io.formats.position_table import parse_position_csv, parse_position_parquet
from kinembed.io.formats.rest_pose import has_rest_pose, without_rest_pose
from kinembed.io.formats.text import read_lines
from kinembed.motion.layouts.skeletons import cmu_asf_skeleton, cmu_bvh_skeleton, h36m_skeleton
from kinembed.motion.motion import Motion, Segmentation
from kinembed.motion.positions import PositionParameters, RecordedPositions, motion_of
from kinembed.motion.skeleton import Skeleton

_BINARY = re.compile(rb"[\x00-\x08\x0e-\x1f\x7f]")
"""Bytes that are no text in any encoding that extends ASCII."""

POSITION_SUFFIXES = (".csv", ".parquet", ".c3d", ".h5", ".slp")
MOTION_SUFFIXES = (".amc", ".bvh", ".txt", ".mat", *POSITION_SUFFIXES)

_DEFAULTS = PositionParameters()


def read_bytes(path: str) -> bytes:
    """Content of a file, decompressed if its name ends in ``.gz``; raises FormatError."""
    try:
        with fsspec.open(path, "rb", compression="infer", expand=False) as stream:
            content: bytes = stream.read()
    except FileNotFoundError as problem:
        raise FormatError(path, "expected a file, found none") from problem
    except (OSError, EOFError, zlib.error) as problem:
        raise FormatError(path, f"expected a file that can be read, but {problem}") from problem
    if not content:
        raise FormatError(path, "expected content, but the file is empty")
    return content


def read_text(path: str) -> str:
    """Content of a text file; raises FormatError as read_bytes does, or if it is binary.

    Text is UTF-8, or else Latin-1: some AMC files of HDM05 name a folder with an umlaut.
    """
    content = read_bytes(path)
    binary = _BINARY.search(content)
    if binary is not None:
        line = content[: binary.start()].count(b"\n") + 1
        problem = f"expected text, found binary data (byte 0x{binary[0].hex()})"
        raise FormatError(path, problem, line)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("latin-1")


def read_skeleton(path: str) -> Skeleton:
    """Skeleton of an ASF file; raises FormatError."""
    return parse_asf(read_text(path), file=path)


def read_motion(
    path: str,
    *,
    trial: str,
    skeleton_path: str | None = None,
    frame_rate: float = 120.0,
    positions: PositionParameters = _DEFAULTS,
) -> Motion:
    """The recording in a file.

    Raises FormatError if there is no such file, it is not what its suffix says, an AMC file comes
    without its skeleton, or as :func:`kinembed.motion.positions.motion_of` does.

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
    """
    match _suffix(path):
        case ".amc":
            skeleton = _skeleton_of_amc(path, skeleton_path)
            text = read_text(path)
            return parse_amc(text, skeleton, file=path, trial=trial, frame_rate=frame_rate)
        case ".bvh":
            return _without_any_rest_pose(parse_bvh(read_text(path), file=path, trial=trial), path)
        case ".txt":
            return _read_expmap_text(path, trial, frame_rate)
        case ".mat":
            skeleton = read_skeleton(skeleton_path) if skeleton_path else cmu_asf_skeleton()
            return parse_expmap_mat(
                read_bytes(path), file=path, trial=trial, skeleton=skeleton, frame_rate=frame_rate
            )
        case suffix if suffix in POSITION_SUFFIXES:
            recorded = _read_positions(path, suffix, positions)
            return motion_of(recorded, positions, file=path, trial=trial)
        case suffix:
            known = ", ".join(MOTION_SUFFIXES)
            raise FormatError(path, f"expected a recording ({known}), found a file {suffix!r}")


def read_annotation(path: str, *, trial: str, frame_count: int | None = None) -> Segmentation:
    """What a person says about a recording, in CSV or in the format of Barbic et al.

    Raises FormatError if there is no such file, it is not what its suffix says, or it does not
    end where the recording does.
    """
    text = read_text(path)
    if _suffix(path) != ".csv":
        return parse_annotation(text, file=path, trial=trial, frame_count=frame_count)
    segmentation = parse_labels_csv(text, file=path, trial=trial)
    if frame_count not in (None, segmentation.frame_count):
        problem = f"expected labels of {frame_count} frames, found {segmentation.frame_count}"
        raise FormatError(path, problem)
    return segmentation


def _read_positions(path: str, suffix: str, positions: PositionParameters) -> RecordedPositions:
    content = read_bytes(path)
    match suffix:
        case ".c3d":
            return parse_c3d(content, file=path)
        case ".parquet":
            return parse_position_parquet(content, file=path)
        case ".csv" if content.lstrip(b'\xef\xbb\xbf"')[:6].lower() != b"scorer":
            return parse_position_csv(read_text(path), file=path)
    return parse_pose_file(content, suffix, file=path, individual=positions.individual)


def _suffix(path: str) -> str:
    return PurePosixPath(path.lower().removesuffix(".gz")).suffix


def _skeleton_of_amc(path: str, skeleton_path: str | None) -> Skeleton:
    if not skeleton_path:
        raise FormatError(path, "expected an AMC file's skeleton with it; name its ASF file")
    return read_skeleton(skeleton_path)


def _without_any_rest_pose(motion: Motion, path: str) -> Motion:
    return without_rest_pose(motion, file=path, line=1) if has_rest_pose(motion) else motion


def _read_expmap_text(path: str, trial: str, frame_rate: float) -> Motion:
    """The number of columns tells whose skeleton it is."""
    text = read_text(path)
    found = read_lines(text, path)[0].text.count(",") + 1
    skeletons = {column_count(one): one for one in (cmu_bvh_skeleton(), h36m_skeleton())}
    if found not in skeletons:
        expected = " or ".join(map(str, skeletons))
        raise FormatError(path, f"expected {expected} comma-separated columns, found {found}", 1)
    motion = parse_expmap_text(
        text,
        file=path,
        trial=trial,
        skeleton=skeletons[found],
        frame_rate=frame_rate,
        rest_pose_row=False,
    )
    return _without_any_rest_pose(motion, path)
