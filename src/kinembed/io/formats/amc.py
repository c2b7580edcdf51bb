"""AMC, a motion of Acclaim motion capture: Euler angles for the bones of an ASF file.

Conventions
-----------
* Frames are numbered 1, 2, 3, ... in the file and from 0 here. In each, every joint that turns
  has one line, ``<joint> <values>``; the joints come in the same order in all frames.
* Values are in the order of the joint's ``dof``, for the root after its position. Angles are in
  degrees (converted from a file that says ``:RADIANS``), positions in the skeleton's unit.
* The file does not say its frame rate.

A file is read joint by joint, all frames at once; lines are read one after the other only to find
where a file is wrong.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import takewhile

import numpy as np
from jaxtyping import Float

from kinembed.core.errors import FormatError
from kinembed.io.formats.channels import require
from kinembed.io.formats.text import (
    LINE,
    Line,
    number_problem,
    number_rows,
    read_lines,
    shorten,
    unified_ends,
)
from kinembed.motion.channels import position_channels
from kinembed.motion.kinematics import channel_values
from kinembed.motion.motion import Motion, Representation
from kinembed.motion.skeleton import Skeleton

_HEADER = ("#", ":")
_RADIANS = re.compile(r"^\s*:RADIANS\s*$", re.IGNORECASE | re.MULTILINE)

_Channels = Mapping[str, Sequence[str]]
"""Channels of every joint that has some, in the order of the joint's values in the file."""


def parse_amc(
    text: str, skeleton: Skeleton, *, file: str, trial: str, frame_rate: float = 120.0
) -> Motion:
    """Read a motion of Euler angles from the text of an AMC file.

    Parameters
    ----------
    text : str
        Content of the file.
    skeleton : Skeleton
        Skeleton of the ASF file that the motion goes with.
    file : str
        Name of the file, for messages.
    trial : str
        Name of the recording.
    frame_rate : float, default 120.0
        Frame rate in Hz, which the file does not state.

    Returns
    -------
    Motion
        Euler angles in degrees: the root's position and turns, then the turns of the other joints,
        in the skeleton's order. Of each joint the axis that turns first comes first.

    Raises
    ------
    FormatError
        When a frame lacks a joint that turns or holds another, a value is not a finite number, or
        frames are not numbered from 1 without a gap; with the line.
    """
    channels = _channels(skeleton)
    values = _values(_body(text), channels)
    if values is None:
        raise next(_errors(read_lines(text, file), channels, file))
    if _RADIANS.search(text):
        values[:, 3:] = np.degrees(values[:, 3:])
    return Motion(
        values=values,
        channels=tuple(channel for names in channels.values() for channel in names),
        skeleton=skeleton,
        frame_rate=frame_rate,
        trial=trial,
        representation=Representation.EULER,
    )


def write_amc(motion: Motion) -> str:
    """Write a motion of Euler angles as an AMC file.

    Parameters
    ----------
    motion : Motion
        Euler angles, with all channels of its skeleton.

    Returns
    -------
    str
        Content of the file, in degrees; it goes with the ASF file of the motion's skeleton.

    Raises
    ------
    DataError
        When the motion does not hold Euler angles or lacks a channel of its skeleton.
    """
    require(Representation.EULER, motion, "AMC")
    channels = _channels(motion.skeleton)
    values = channel_values(motion, [name for names in channels.values() for name in names])
    frame = "\n".join(
        " ".join([joint.replace("%", "%%"), *["%r"] * len(names)])
        for joint, names in channels.items()
    )
    frames = [
        f"{number}\n{frame % tuple(row)}\n" for number, row in enumerate(values.tolist(), start=1)
    ]
    return "#!OML:ASF\n:FULLY-SPECIFIED\n:DEGREES\n" + "".join(frames)


def _channels(skeleton: Skeleton) -> _Channels:
    turns = {
        joint: [f"{joint}.r{axis}" for axis in reversed(order)]
        for joint, order in zip(skeleton.joints, skeleton.rotation_orders, strict=True)
        if order
    }
    root_turns = turns.pop(skeleton.root, [])
    return {skeleton.root: position_channels(skeleton) + root_turns} | turns


def _body(text: str) -> list[str]:
    """Lines that are neither blank nor part of the header."""
    lines = map(str.rstrip, LINE.findall(unified_ends(text)))
    return [line for line in lines if not line.startswith(_HEADER)]


def _first_joints(body: Sequence[str]) -> list[str]:
    """Joints of the first frame in their order there, which is that of all frames."""
    return [line.split()[0] for line in takewhile(lambda line: not line.isdecimal(), body[1:])]


def _values(
    body: Sequence[str], channels: _Channels
) -> Float[np.ndarray, "frames channels"] | None:
    """Values in the order of the channels; None if any line is not what its position requires."""
    joints = _first_joints(body)
    step = len(joints) + 1
    frames, rest = divmod(len(body), step)
    if rest or sorted(joints) != sorted(channels):
        return None
    if body[::step] != [str(n + 1) for n in range(frames)]:
        return None
    blocks = {}
    for position, joint in enumerate(joints, start=1):
        rows = [line.split(maxsplit=1) for line in body[position::step]]
        values = number_rows([" ".join(row[1:]) for row in rows], len(channels[joint]))
        if values is None or [row[0] for row in rows] != [joint] * frames:
            return None
        blocks[joint] = values
    return np.hstack([blocks[joint] for joint in channels])


def _errors(lines: Sequence[Line], channels: _Channels, file: str) -> Iterator[FormatError]:
    """What is wrong, from the first line on."""
    body = [line for line in lines if not line.text.startswith(_HEADER)]
    joints = _first_joints([line.text for line in body])
    expected = joints + [joint for joint in channels if joint not in joints]
    for index, line in enumerate(body):
        frame, position = divmod(index, len(expected) + 1)
        if position == 0:
            problem = _frame_number_problem(line, frame + 1)
        else:
            problem = _joint_problem(line, frame + 1, expected[:position], channels)
        if problem is not None:
            yield FormatError(file, problem, line.number)
    missing = ["frame number 1", *expected][len(body) % (len(expected) + 1)]
    problem = f"the file ends where {missing!r} is expected; is it cut off?"
    yield FormatError(file, problem, lines[-1].number)


def _frame_number_problem(line: Line, expected: int) -> str | None:
    if line.text == str(expected):
        return None
    return (
        f"expected frame number {expected} (frames are numbered 1, 2, 3, ...), "
        f"found {shorten(line.text)}"
    )


def _joint_problem(
    line: Line, frame: int, so_far: Sequence[str], channels: _Channels
) -> str | None:
    """What is wrong with a line that should be of the last one of the joints so far."""
    *before, expected = so_far
    joint = line.text.split()[0]
    if joint.isdecimal():
        return f"frame {frame} lacks joint {expected!r}, found {joint!r} instead"
    if joint not in channels:
        known = ", ".join(channels)
        return f"the skeleton has no joint {joint!r} that turns; it has {known}"
    if joint in before:
        return (
            f"joint {joint!r} comes twice in frame {frame}, or frame number {frame + 1} is missing"
        )
    if joint != expected:
        return f"frame {frame} lacks joint {expected!r}, found {joint!r} instead"
    names = channels[joint]
    problem = number_problem(line.text[len(joint) :].strip(), len(names))
    what = f"{len(names)} finite value(s) of joint {joint!r} ({', '.join(names)})"
    return None if problem is None else f"expected {what}, {problem}"
