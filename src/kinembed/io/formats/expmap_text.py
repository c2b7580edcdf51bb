"""Exponential maps as comma-separated text, as published for CMU (117 columns) and H3.6M (99).

Conventions
-----------
* A row is a frame: the root's position, then three columns for every joint of the skeleton in
  its order, the root first, end joints too (whose columns are 0).
* Vectors are the logarithms of transposed rotations, in radians (see kinembed.motion.kinematics).
* Row 0 of CMU's published files is the rest pose of the BVH file that they were made from.
* The file says neither its frame rate nor its skeleton.
"""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float

from kinembed.core.errors import FormatError
from kinembed.io.formats.channels import require
from kinembed.io.formats.rest_pose import without_rest_pose
from kinembed.io.formats.text import Line, format_numbers, read_lines, read_table
from kinembed.motion.channels import expmap_channels
from kinembed.motion.kinematics import expmap_joints
from kinembed.motion.motion import Motion, Representation
from kinembed.motion.skeleton import Skeleton


def column_count(skeleton: Skeleton) -> int:
    """Count the columns that the text has for a skeleton.

    Parameters
    ----------
    skeleton : Skeleton
        Skeleton with its end joints, which have columns too.

    Returns
    -------
    int
        Three for the root's position and three for each joint.
    """
    return 3 + 3 * len(skeleton.joints)


def parse_expmap_text(
    text: str,
    *,
    file: str,
    trial: str,
    skeleton: Skeleton,
    frame_rate: float,
    rest_pose_row: bool,
) -> Motion:
    """Read a motion of exponential maps from comma-separated text.

    Parameters
    ----------
    text : str
        Content of the file.
    file : str
        Name of the file, for messages.
    trial : str
        Name of the recording.
    skeleton : Skeleton
        Skeleton that the columns belong to.
    frame_rate : float
        Frame rate in Hz, which the file does not state.
    rest_pose_row : bool
        The first row is a rest pose, as in CMU's published files: check and drop it.

    Returns
    -------
    Motion
        The root's position, then exponential maps in radians of all joints but the end joints.

    Raises
    ------
    FormatError
        When a row has another number of columns or a value that is not a finite number, an end
        joint turns, or the rest pose that is to be dropped is none; with the line.
    """
    lines = read_lines(text, file)
    columns = column_count(skeleton)
    what = (
        f"{columns} columns of finite numbers (the root's position and 3 for each of "
        f"{len(skeleton.joints)} joints)"
    )
    table = read_table(lines, columns, ",", file=file, what=what)
    _check_ends(table, skeleton, lines, file)
    motion = Motion(
        values=table[:, _kept_columns(skeleton)],
        channels=tuple(expmap_channels(skeleton)),
        skeleton=skeleton,
        frame_rate=frame_rate,
        trial=trial,
        representation=Representation.EXPMAP,
    )
    return without_rest_pose(motion, file=file, line=lines[0].number) if rest_pose_row else motion


def write_expmap_text(motion: Motion) -> str:
    """Write a motion of exponential maps as comma-separated text, without a rest pose.

    Parameters
    ----------
    motion : Motion
        Exponential maps.

    Returns
    -------
    str
        A row per frame; columns of end joints are 0.

    Raises
    ------
    DataError
        When the motion does not hold exponential maps.
    """
    require(Representation.EXPMAP, motion, "exp-map text")
    table = np.zeros((len(motion), column_count(motion.skeleton)))
    table[:, _kept_columns(motion.skeleton)] = motion.values
    return "".join(f"{format_numbers(row).replace(' ', ',')}\n" for row in table)


def _kept_columns(skeleton: Skeleton) -> list[int]:
    """Columns of the root's position and of all joints but the end joints."""
    turns = [3 + 3 * joint + axis for joint in expmap_joints(skeleton) for axis in range(3)]
    return [0, 1, 2, *turns]


def _check_ends(
    table: Float[np.ndarray, "rows columns"], skeleton: Skeleton, lines: Sequence[Line], file: str
) -> None:
    dropped = np.setdiff1d(np.arange(table.shape[1]), _kept_columns(skeleton))
    wrong = np.argwhere(table[:, dropped] != 0)
    if len(wrong):
        row, index = wrong[0]
        column = int(dropped[index])
        end = skeleton.joints[column // 3 - 1]
        problem = (
            f"expected 0 in column {column + 1}, as the end joint {end!r} cannot turn, found "
            f"{table[row, column]:g}; is this the right skeleton?"
        )
        raise FormatError(file, problem, lines[row].number)
