"""Keypoints that OpenPose writes as JSON: a file per frame, or an array of such frames.

Conventions
-----------
* A person has numbers x, y and confidence per joint; a joint at zero was not seen.
* Persons with a number of their own (``person_id``) are individuals. Without numbers a recording
  may hold one person.
* Hands and faces are passed over. Coordinates are pixels, whose y points down.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float

from kinembed.core.errors import FormatError
from kinembed.io.formats.strict_json import mapping, numbers, read_json, sequence
from kinembed.io.formats.timing import EvenTime, even_frames, no_line
from kinembed.motion.positions.recorded import RecordedPositions

FRAME = re.compile(r"(?P<trial>.+)_(?P<number>\d{6,})_keypoints\.json", re.IGNORECASE)
"""Name of the file of a frame."""
_ARMS = (
    ("RShoulder", "RElbow", "RWrist"),
    ("LShoulder", "LElbow", "LWrist"),
)
_LEGS = ("RHip", "RKnee", "RAnkle", "LHip", "LKnee", "LAnkle")
_HEAD = ("REye", "LEye", "REar", "LEar")
_FEET = ("LBigToe", "LSmallToe", "LHeel", "RBigToe", "RSmallToe", "RHeel")
_TRUNK = ("Neck", *_ARMS[0], *_ARMS[1])
JOINTS = {
    25: ("Nose", *_TRUNK, "MidHip", *_LEGS, *_HEAD, *_FEET),
    18: ("Nose", *_TRUNK, *_LEGS, *_HEAD),
    15: ("Head", *_TRUNK, *_LEGS, "Chest"),
}
"""Joints by their number: of the models BODY_25, COCO and MPI."""
_FLAT, _SOLID = "pose_keypoints_2d", "pose_keypoints_3d"


@dataclass(frozen=True, eq=False)
class _Person:
    """Points and confidences of a person in a frame."""

    row: int
    number: int | None
    points: Float[np.ndarray, "joints axes"]
    confidence: Float[np.ndarray, "joints"]


def frame_of(name: str) -> tuple[str, int] | None:
    """Tell which frame of which recording a file is, by its name.

    Parameters
    ----------
    name : str
        Name of the file, without its folder.

    Returns
    -------
    tuple of str and int, or None
        Recording and number of the frame; None where the name is no frame's.
    """
    found = FRAME.fullmatch(name)
    return None if found is None else (found["trial"], int(found["number"]))


def parse_openpose(text: str, *, file: str) -> list[RecordedPositions]:
    """Read the persons in a JSON text of one frame, or of an array of frames.

    Parameters
    ----------
    text : str
        Content of the file.
    file : str
        Name of the file, for messages.

    Returns
    -------
    list of RecordedPositions
        Of each person, keypoints in pixels with confidences; without a frame rate.

    Raises
    ------
    FormatError
        When a frame holds no people, a person has another number of values than a model of
        OpenPose, or a frame has several persons without numbers of their own.
    """
    content = read_json(text, file=file)
    frames = content if isinstance(content, list) else [content]
    return _individuals(dict(enumerate(frames)), file)


def parse_openpose_frames(texts: Mapping[int, str], *, file: str) -> list[RecordedPositions]:
    """Read the persons in the JSON texts of a recording, one text per frame.

    Parameters
    ----------
    texts : mapping of int to str
        Text of each frame by its number.
    file : str
        Name of the recording, for messages.

    Returns
    -------
    list of RecordedPositions
        As :func:`parse_openpose` returns them; frames without a file are not seen.

    Raises
    ------
    FormatError
        As :func:`parse_openpose` does; with the number of the frame.
    """
    named = {number: f"{file}, frame {number}" for number in sorted(texts)}
    frames = {number: read_json(texts[number], file=name) for number, name in named.items()}
    return _individuals(frames, file)


def _individuals(frames: Mapping[int, Any], file: str) -> list[RecordedPositions]:
    if not frames:
        raise FormatError(file, "expected at least one frame, found none")
    frame_numbers = np.array(list(frames), dtype=np.float64)
    time = even_frames(frame_numbers, file=file, line_of=no_line, column="frame numbers")
    persons, over = list[_Person](), set[str]()
    for row, (number, frame) in enumerate(frames.items()):
        persons += _persons(frame, row, file, f"frame {number}", over)
    if not persons:
        raise FormatError(file, "expected a person in some frame, found none")
    shapes = {one.points.shape for one in persons}
    if len(shapes) > 1:
        raise FormatError(file, "expected joints of one model in all frames, found several")
    notes = (f"passed over: {', '.join(sorted(over))}",) if over else ()
    numbered: set[int | None] = {one.number for one in persons} - {None}
    each = sorted(numbered, key=lambda number: number or 0) or [None]
    return [_individual(persons, number, time, notes) for number in each]


def _persons(frame: Any, row: int, file: str, where: str, over: set[str]) -> Iterable[_Person]:
    of_frame = mapping(frame, file=file, where=where)
    if "people" not in of_frame:
        raise FormatError(file, f"expected 'people' in {where}, found {', '.join(of_frame)}")
    people = sequence(of_frame["people"], file=file, where=f"'people' of {where}")
    found = [
        one
        for person in people
        for one in _person(
            mapping(person, file=file, where=f"a person of {where}"), row, file, where
        )
    ]
    over |= {
        key
        for person in people
        for key, value in person.items()
        if key.endswith(("_2d", "_3d")) and not key.startswith("pose_") and value
    }
    numbers_of = [one.number for one in found]
    if len(set(numbers_of)) < len(found) or (None in numbers_of and len(found) > 1):
        raise FormatError(
            file,
            f"{len(found)} persons in {where}, and no numbers that say who is who; run OpenPose "
            "with --number_people_max 1, or number the persons (person_id)",
        )
    return found


def _person(person: dict[str, Any], row: int, file: str, where: str) -> Iterable[_Person]:
    key = _FLAT if person.get(_FLAT) else _SOLID
    axes = 2 if key == _FLAT else 3
    values = sequence(person.get(key), file=file, where=f"{key!r} of {where}")
    if not values:
        return
    count, rest = divmod(len(values), axes + 1)
    if rest or count not in JOINTS:
        models = ", ".join(str((axes + 1) * one) for one in JOINTS)
        problem = f"expected {models} numbers in {key!r} of {where}, found {len(values)}"
        raise FormatError(file, problem)
    table = numbers(values, file=file, where=f"{key!r} of {where}").reshape(count, axes + 1)
    points, confidence = table[:, :axes], table[:, axes]
    points[(points == 0).all(axis=1)] = np.nan
    yield _Person(row, _number(person, file, where), points, confidence)


def _number(person: dict[str, Any], file: str, where: str) -> int | None:
    given = person.get("person_id")
    found = numbers(
        given if isinstance(given, list) else [given], file=file, where=f"'person_id' of {where}"
    )
    return int(found[0]) if len(found) == 1 and found[0] >= 0 else None


def _individual(
    persons: Iterable[_Person], number: int | None, time: EvenTime, notes: tuple[str, ...]
) -> RecordedPositions:
    own = [one for one in persons if one.number == number]
    joints = JOINTS[len(own[0].points)]
    rows = int(time.before.max()) + 1
    values = np.full((rows, *own[0].points.shape), np.nan)
    confidence = np.zeros(values.shape[:2])
    for one in own:
        values[one.row], confidence[one.row] = one.points, one.confidence
    return RecordedPositions(
        time.apply(values),
        joints,
        None,
        up=None,
        confidence=time.apply(confidence),
        individual="" if number is None else f"person_{number}",
        file_frames=time.file_frames,
        notes=(*notes, *time.notes),
    )
