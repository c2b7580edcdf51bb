"""ASF, the skeleton of Acclaim motion capture: bones, their axes and degrees of freedom.

Conventions
-----------
* Offsets keep the file's numbers, ``direction * length``, whatever ``:units length`` says (in
  CMU's files 1 unit is 2.54/0.45 cm). ``limits`` and the root's ``position`` are not kept.
* ``axis a b c XYZ`` turns about x first, ``Rz(c) @ Ry(b) @ Rx(a)``; so do ``dof rx ry rz`` and
  the root's ``order``, where the position comes before the turns.
* Joints, end joints and their order: see :mod:`kinembed.motion.layouts.bones`.

Source: J. Lander, "Working with motion capture file formats", Game Developer, January 1998.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from kinembed.core.errors import DataError, FormatError
from kinembed.io.formats.text import Line, format_numbers, read_lines, read_numbers
from kinembed.motion.layouts.bones import (
    Bone,
    axis_matrix,
    bones_of,
    dof_order,
    skeleton_from_bones,
)
from kinembed.motion.rotations import matrix_to_euler
from kinembed.motion.skeleton import Skeleton

_ROOT = "root"
_TURNS = {"rx", "ry", "rz"}


def parse_asf(text: str, *, file: str) -> Skeleton:
    """Read the skeleton of an ASF file.

    Parameters
    ----------
    text : str
        Content of the file.
    file : str
        Name of the file, for messages.

    Returns
    -------
    Skeleton
        The root, a joint where each bone begins, and the end joints last; offsets in the file's
        unit.

    Raises
    ------
    FormatError
        When a section or an entry is absent, a value is not what its keyword requires, or the bones
        do not form a tree; with the line, where one line is wrong.
    """
    sections = _sections(read_lines(text, file), file)
    parents = _parents(sections["hierarchy"], file)
    to_degrees = _to_degrees(sections["units"])
    entries = [
        _Entry(sections["root"][0], _fields(sections["root"]), file),
        *_entries(sections["bonedata"], file),
    ]
    bones = [_root(entries[0], to_degrees)]
    bones += [_bone(entry, parents, to_degrees) for entry in entries[1:]]
    _check_names(bones, parents, file)
    try:
        return skeleton_from_bones(bones)
    except DataError as problem:
        raise FormatError(file, str(problem)) from problem


def write_asf(skeleton: Skeleton, *, name: str) -> str:
    """Write a skeleton as an ASF file.

    Parameters
    ----------
    skeleton : Skeleton
        Skeleton of bones, in CMU's unit of length.
    name : str
        Name that the file gives the skeleton.

    Returns
    -------
    str
        Content of the file.

    Raises
    ------
    DataError
        When the root is not called ``root``, or the skeleton does not consist of bones as
        :mod:`kinembed.motion.layouts.bones` describes them.
    """
    root, *bones = bones_of(skeleton)
    if root.name != _ROOT:
        raise DataError(f"the root of an ASF skeleton is called {_ROOT!r}, not {root.name!r}")
    lines = [
        "# Written by kinembed.",
        ":version 1.10",
        f":name {name}",
        *(":units", "  mass 1.0", "  length 0.45", "  angle deg"),
        *_root_lines(root),
        *(":bonedata", *(line for bone in enumerate(bones, 1) for line in _bone_lines(*bone))),
        *(":hierarchy", "  begin", *_hierarchy_lines([root, *bones]), "  end"),
    ]
    return "\n".join(lines) + "\n"


def _sections(lines: Sequence[Line], file: str) -> dict[str, list[Line]]:
    """Lines under each ``:keyword``, which is the first of them."""
    sections: dict[str, list[Line]] = {}
    for line in lines:
        if line.text.startswith(":"):
            current = sections.setdefault(line.text.split()[0][1:].lower(), [])
        elif not sections:
            continue
        current.append(line)
    for name in ("units", "root", "bonedata", "hierarchy"):
        if name not in sections:
            raise FormatError(file, f"expected a section :{name} of an ASF file, found none")
    return sections


@dataclass(frozen=True)
class _Entry:
    """The root or a bone as it is described: a line for each keyword."""

    start: Line
    fields: dict[str, Line]
    file: str

    def line(self, keyword: str) -> Line:
        """The line of a keyword; raises FormatError if there is none."""
        if keyword not in self.fields:
            problem = f"expected {keyword!r} in what begins here, found none"
            raise FormatError(self.file, problem, self.start.number)
        return self.fields[keyword]

    def words(self, keyword: str) -> list[str]:
        """What stands after a keyword."""
        return self.line(keyword).text.split()[1:]

    def numbers(self, keyword: str, count: int, *, then_words: int = 0) -> list[float]:
        """The numbers after a keyword, which some words may follow."""
        words = self.words(keyword)
        text = " ".join(words[: len(words) - then_words])
        what = f"{count} finite number(s) after {keyword!r}"
        return read_numbers(self.line(keyword), text, count, file=self.file, what=what)

    def error(self, keyword: str, expected: str) -> FormatError:
        """What was expected after a keyword, and what stands there."""
        line = self.line(keyword)
        return FormatError(self.file, f"expected {expected}, found {line.text!r}", line.number)


def _fields(lines: Sequence[Line]) -> dict[str, Line]:
    return {line.text.split()[0].lower(): line for line in lines}


def _entries(lines: Sequence[Line], file: str) -> Iterator[_Entry]:
    """Bones of ``:bonedata``, each between ``begin`` and ``end``."""
    begun: int | None = None
    for index, line in enumerate(lines[1:], 1):
        word = line.text.lower()
        if word not in {"begin", "end"}:
            continue
        if (word == "begin") != (begun is None):
            raise FormatError(file, "expected 'begin' and 'end' in turn", line.number)
        if begun is not None:
            yield _Entry(lines[begun], _fields(lines[begun:index]), file)
        begun = index if word == "begin" else None
    if begun is not None:
        raise FormatError(file, "the file ends in the bone that begins here", lines[begun].number)


def _to_degrees(units: Sequence[Line]) -> float:
    angle = _fields(units).get("angle")
    return 180 / np.pi if angle is not None and angle.text.lower().endswith("rad") else 1.0


def _root(entry: _Entry, to_degrees: float) -> Bone:
    order = [word.lower() for word in entry.words("order")]
    if order[:3] != ["tx", "ty", "tz"] or len(order) != 6 or set(order[3:]) != _TURNS:
        raise entry.error("order", "TX TY TZ and then RX RY RZ in some order")
    letters = _axis_letters(entry)
    angles = np.array(entry.numbers("orientation", 3)) * to_degrees
    return Bone(_ROOT, None, np.zeros(3), axis_matrix(angles, letters), dof_order(order[3:]))


def _bone(entry: _Entry, parents: dict[str, Line], to_degrees: float) -> Bone:
    name = " ".join(entry.words("name"))
    if name not in parents:
        raise entry.error("name", "a bone that :hierarchy hangs on another")
    vector = np.array(entry.numbers("direction", 3)) * entry.numbers("length", 1)
    letters = _axis_letters(entry)
    axes = axis_matrix(np.array(entry.numbers("axis", 3, then_words=1)) * to_degrees, letters)
    dof = [word.lower() for word in entry.words("dof")] if "dof" in entry.fields else []
    if not set(dof) <= _TURNS or len(set(dof)) != len(dof):
        raise entry.error("dof", "some of rx ry rz, each once")
    return Bone(name, parents[name].text.split()[0], vector, axes, dof_order(dof))


def _axis_letters(entry: _Entry) -> str:
    """The last word of an axis, which says in which order its angles apply."""
    letters = "".join(entry.words("axis")[-1:])
    if sorted(letters.lower()) != ["x", "y", "z"]:
        raise entry.error("axis", "the letters X, Y and Z in some order at the end")
    return letters


def _parents(lines: Sequence[Line], file: str) -> dict[str, Line]:
    """For every child the line of ``:hierarchy`` that hangs it on the line's first word."""
    words = [line.text.lower() for line in lines]
    if words[1:2] != ["begin"] or words[-1] != "end":
        problem = "expected 'begin' and 'end' around what :hierarchy says; is it cut off?"
        raise FormatError(file, problem, lines[-1].number)
    parents: dict[str, Line] = {}
    for line in lines[2:-1]:
        for child in line.text.split()[1:]:
            if child in parents or child == _ROOT:
                problem = f"expected a bone that hangs on no other, found {child!r}"
                raise FormatError(file, problem, line.number)
            parents[child] = line
    return parents


def _check_names(bones: Sequence[Bone], parents: dict[str, Line], file: str) -> None:
    names = {bone.name for bone in bones}
    for line in parents.values():
        unknown = [word for word in line.text.split() if word not in names]
        if unknown:
            raise FormatError(file, f"expected bones of :bonedata, found {unknown}", line.number)


def _root_lines(root: Bone) -> list[str]:
    turns = " ".join(f"R{axis.upper()}" for axis in reversed(root.rotation_order))
    return [
        ":root",
        f"  order TX TY TZ {turns}",
        "  axis XYZ",
        "  position 0 0 0",
        f"  orientation {format_numbers(_axis_angles(root))}",
    ]


def _bone_lines(number: int, bone: Bone) -> list[str]:
    length = float(np.linalg.norm(bone.vector))
    direction = bone.vector / length if length else np.array([0.0, 0.0, 1.0])
    dof = " ".join(f"r{axis}" for axis in reversed(bone.rotation_order))
    return [
        "  begin",
        f"    id {number}",
        f"    name {bone.name}",
        f"    direction {format_numbers(direction)}",
        f"    length {length!r}",
        f"    axis {format_numbers(_axis_angles(bone))} XYZ",
        *([f"    dof {dof}"] if dof else []),
        "  end",
    ]


def _axis_angles(bone: Bone) -> Float[np.ndarray, "3"]:
    """Degrees about x, y and z."""
    z_y_x: np.ndarray = np.degrees(matrix_to_euler(bone.axes, "zyx"))
    return z_y_x[::-1]


def _hierarchy_lines(bones: Sequence[Bone]) -> list[str]:
    children: dict[str, list[str]] = {}
    for bone in bones:
        if bone.parent is not None:
            children.setdefault(bone.parent, []).append(bone.name)
    return [f"    {' '.join([parent, *names])}" for parent, names in children.items()]
