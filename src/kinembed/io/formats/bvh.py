"""BVH, Biovision's hierarchy and motion in one file: Euler angles relative to the parent.

Conventions
-----------
* Nodes come in the file's order; an End Site is the end joint ``<parent>_end``. Axes are the
  identity; ``CHANNELS`` lists turns leftmost factor first, as ``rotation_orders`` do.
* Channels of the motion: the root's ``tx ty tz``, then each joint's turns in the file's order, in
  degrees. The root's position replaces its ``OFFSET``. Only the root travels: the mean position of
  another joint replaces its ``OFFSET``, unless it moves from it by more than a tenth of the body's
  height.
* A root above a joint that travels is left out; its offset, position and rotation are applied. Each
  of several roots is an individual.
* y points up, unless the rest pose stands along z and the body does not stand along y.
* A frame rate within 0.01 % of a whole number is that number: ``.0083333`` s is 120 Hz.
* A ``Frame Time`` above 1 is in milliseconds.

Source: M. Meredith and S. Maddock, "Motion capture file formats explained", University of
Sheffield CS-01-11, 2001.
"""

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from kinembed.core.errors import DataError, FormatError
from kinembed.core.limits import check_rate
from kinembed.io.formats.bvh_bodies import (
    Body,
    bodies_of,
    individual_names,
    mean_offsets,
    say,
    turn_y_up,
    up_of_bvh,
    without_root_above,
)
from kinembed.io.formats.bvh_hierarchy import Node, parse_hierarchy
from kinembed.io.formats.channels import require
from kinembed.io.formats.rest_pose import without_rest_pose
from kinembed.io.formats.text import (
    Line,
    format_numbers,
    read_lines,
    read_numbers,
    read_table,
    shorten,
)
from kinembed.motion.channels import position_channels
from kinembed.motion.kinematics import channel_values
from kinembed.motion.layouts.bones import END_SUFFIX
from kinembed.motion.motion import Motion, Representation
from kinembed.motion.positions.recorded import Up
from kinembed.motion.skeleton import Skeleton

_SAME_RATE = 1e-4
_LONGEST_FRAME = 1.0
"""In seconds."""


def parse_bvh(text: str, *, file: str, trial: str, rest_pose_row: bool = False) -> Motion:
    """Read the only motion of a BVH file, y up.

    Parameters
    ----------
    text : str
        Content of the file.
    file : str
        Name of the file, for messages.
    trial : str
        Name of the recording.
    rest_pose_row : bool, default False
        The first frame is a rest pose, as in conversions of CMU's recordings: check and drop it.

    Returns
    -------
    Motion
        The root's position, then Euler angles in degrees of each joint in the file's order.

    Raises
    ------
    FormatError
        As :func:`parse_bvh_bodies` does, and when there are several roots or the rest pose that is
        to be dropped is none.
    """
    bodies = parse_bvh_bodies(text, file=file, trial=trial, up="y")
    if len(bodies) > 1:
        raise FormatError(file, f"expected a single ROOT, found {len(bodies)}")
    if not rest_pose_row:
        return bodies[0]
    line = _first_row(read_lines(text, file), file)
    return without_rest_pose(bodies[0], file=file, line=line)


def parse_bvh_bodies(text: str, *, file: str, trial: str, up: Up | None = None) -> list[Motion]:
    """Read motions of Euler angles, with their skeletons, from the text of a BVH file.

    The log says what was read in another way than it is written.

    Parameters
    ----------
    text : str
        Content of the file.
    file : str
        Name of the file, for messages.
    trial : str
        Name of the recording.
    up : {"y", "-y", "z", "-z"} or None
        Axis that points up; None: the one along which the rest pose stands.

    Returns
    -------
    list of Motion
        Of each root, its position, then Euler angles in degrees of each joint in the file's order,
        y up. Several are named ``<trial>/<root>``, or ``<trial>/Ann`` where roots are called
        ``Ann:Hips``.

    Raises
    ------
    FormatError
        When the hierarchy is broken, rows do not fit it or the stated number of frames, or a joint
        other than the root travels; with the line.
    """
    lines = read_lines(text, file)
    start = _motion_line(lines, file)
    nodes = parse_hierarchy(lines[:start], file)
    if not any(set(node.positions) == {"tx", "ty", "tz"} for node in nodes):
        _check_root(nodes, file)
    rows = lines[start + 3 :]
    frame_rate = _frame_rate(lines[start : start + 3], len(rows), file)
    count = sum(len(node.channels) for node in nodes)
    what = f"{count} finite values, one for each channel"
    values = read_table(rows, count, file=file, what=what)
    bodies = bodies_of(nodes, values)
    own = [f"{trial}/{name}" for name in individual_names(bodies)]
    names = own if len(bodies) > 1 else [trial]
    return [
        _motion(body, frame_rate, name, up, file) for body, name in zip(bodies, names, strict=True)
    ]


def _first_row(lines: Sequence[Line], file: str) -> int:
    """Line of the first frame."""
    return lines[_motion_line(lines, file) + 3].number


def _motion(body: Body, frame_rate: float, trial: str, up: Up | None, file: str) -> Motion:
    body = without_root_above(body, file)
    _check_root(body.nodes, file)
    names = [f"{node.name}.{channel}" for node in body.nodes for channel in node.channels]
    skeleton = _skeleton(body.nodes, mean_offsets(body, file), file)
    kept = _motion_channels(skeleton, range(len(body.nodes)))
    motion = Motion(
        values=body.values[:, [names.index(channel) for channel in kept]],
        channels=tuple(kept),
        skeleton=skeleton,
        frame_rate=frame_rate,
        trial=trial,
        representation=Representation.EULER,
    )
    return _y_up(motion, up, file)


def _y_up(motion: Motion, up: Up | None, file: str) -> Motion:
    return turn_y_up(motion, up or up_of_bvh(motion, file))


def write_bvh(motion: Motion) -> str:
    """Write a motion of Euler angles as a BVH file.

    Parameters
    ----------
    motion : Motion
        Euler angles, with all channels of its skeleton, whose axes are the identity.

    Returns
    -------
    str
        Content of the file, joints nested depth first.

    Raises
    ------
    DataError
        When the motion does not hold Euler angles, lacks a channel of its skeleton, or has joints
        with axes of their own, which BVH cannot say.
    """
    require(Representation.EULER, motion, "BVH")
    skeleton = motion.skeleton
    if not np.array_equal(skeleton.axes, np.broadcast_to(np.eye(3), skeleton.axes.shape)):
        raise DataError(
            f"{motion.trial}: BVH measures rotations in the parent's axes, but joints of this "
            "skeleton have their own; convert the motion to the BVH layout first"
        )
    values = channel_values(motion, _motion_channels(skeleton, _depth_first(skeleton, 0)))
    lines = [
        "HIERARCHY",
        *_node_lines(skeleton, 0, ""),
        "MOTION",
        f"Frames: {len(motion)}",
        f"Frame Time: {1 / motion.frame_rate!r}",
        *map(format_numbers, values),
    ]
    return "\n".join(lines) + "\n"


def _motion_channels(skeleton: Skeleton, joints: Iterable[int]) -> list[str]:
    """Position of the root, then the turns of the joints, one after the other."""
    return position_channels(skeleton) + [
        f"{skeleton.joints[joint]}.r{axis}"
        for joint in joints
        for axis in skeleton.rotation_orders[joint]
    ]


def _motion_line(lines: Sequence[Line], file: str) -> int:
    """Index of the line ``MOTION``."""
    if lines[0].text.upper() != "HIERARCHY":
        problem = f"expected HIERARCHY, found {shorten(lines[0].text)}; is this a BVH file?"
        raise FormatError(file, problem, lines[0].number)
    for index, line in enumerate(lines):
        if line.text.upper() == "MOTION":
            return index
    raise FormatError(file, "expected MOTION after the hierarchy; cut off?", lines[-1].number)


def _check_root(nodes: Sequence[Node], file: str) -> None:
    if set(nodes[0].positions) != {"tx", "ty", "tz"}:
        problem = "expected Xposition, Yposition and Zposition among the channels of the root"
        raise FormatError(file, problem, nodes[0].line)


def _frame_rate(header: Sequence[Line], rows: int, file: str) -> float:
    """Hz, from the lines ``MOTION``, ``Frames:`` and ``Frame Time:``."""
    frames = _field(header, 1, "Frames:", file)
    frame_time = _field(header, 2, "Frame Time:", file)
    if abs(frames - rows) == 1 and rows > 1:
        say(file, f"'Frames: {frames:g}' is off by one: {rows} rows follow and are read")
    elif frames != rows or rows == 0:
        problem = f"'Frames: {frames:g}' says how many rows follow, but {rows} do; cut off?"
        raise FormatError(file, problem, header[1].number)
    if frame_time <= 0:
        problem = f"expected a Frame Time above 0 s, found {frame_time:g}"
        raise FormatError(file, problem, header[2].number)
    if frame_time > _LONGEST_FRAME:
        say(file, f"'Frame Time: {frame_time:g}' is read as milliseconds")
        frame_time /= 1000
    rate = 1 / frame_time
    check_rate(rate, file=file, line=header[2].number)
    return float(round(rate)) if abs(rate - round(rate)) <= _SAME_RATE * rate else rate


def _field(header: Sequence[Line], index: int, key: str, file: str) -> float:
    line = header[min(index, len(header) - 1)]
    if not line.text.lower().startswith(key.lower()):
        raise FormatError(file, f"expected {key!r}, found {shorten(line.text)}", line.number)
    what = f"a number after {key!r}"
    [value] = read_numbers(line, line.text[len(key) :], 1, file=file, what=what)
    return value


def _skeleton(nodes: Sequence[Node], offsets: np.ndarray, file: str) -> Skeleton:
    try:
        return Skeleton(
            joints=tuple(node.name for node in nodes),
            parents=tuple(node.parent for node in nodes),
            offsets=offsets,
            axes=np.tile(np.eye(3), (len(nodes), 1, 1)),
            rotation_orders=tuple(node.rotation_order for node in nodes),
        )
    except DataError as problem:
        raise FormatError(file, str(problem)) from problem


def _children(skeleton: Skeleton, index: int) -> list[int]:
    return [child for child, parent in enumerate(skeleton.parents) if parent == index]


def _depth_first(skeleton: Skeleton, index: int) -> list[int]:
    """A joint and all below it, in the order in which BVH's braces nest them."""
    below = [_depth_first(skeleton, child) for child in _children(skeleton, index)]
    return [index, *(joint for branch in below for joint in branch)]


def _node_lines(skeleton: Skeleton, index: int, indent: str) -> Iterator[str]:
    """A node and, inside its braces, all below it."""
    name, parent = skeleton.joints[index], skeleton.parents[index]
    is_end_site = (
        name in skeleton.end_joints and name == skeleton.joints[parent] + END_SUFFIX and index > 0
    )
    keyword = "ROOT" if index == 0 else "JOINT"
    yield indent + ("End Site" if is_end_site else f"{keyword} {name}")
    yield indent + "{"
    yield f"{indent}  OFFSET {format_numbers(skeleton.offsets[index])}"
    if not is_end_site:
        yield f"{indent}  CHANNELS {_channel_words(skeleton.rotation_orders[index], index == 0)}"
    for child in _children(skeleton, index):
        yield from _node_lines(skeleton, child, indent + "  ")
    yield indent + "}"


def _channel_words(order: str, is_root: bool) -> str:
    positions = ["Xposition", "Yposition", "Zposition"] if is_root else []
    words = positions + [f"{axis.upper()}rotation" for axis in order]
    return " ".join([str(len(words)), *words])
