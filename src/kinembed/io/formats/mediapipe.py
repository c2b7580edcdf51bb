"""Landmarks of MediaPipe's pose model as JSON: an array of frames, or an object with ``frames``.

Conventions
-----------
* A frame holds landmarks under one of the names that MediaPipe's languages use, each with x, y, z
  and visibility; a frame without a pose is null, empty, or an empty array.
* World landmarks (m, from the middle of the hips) are read where every pose has them; else those of
  the picture: shares of its width and height, or pixels where ``width`` and ``height`` are given.
* y points down. ``fps`` and ``timestamp_ms`` are time, where the file has them.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from jaxtyping import Float

from kinembed.core.errors import FormatError
from kinembed.io.formats.strict_json import mapping, numbers, read_json, sequence
from kinembed.io.formats.timing import EvenTime, as_they_are, even_times, no_line
from kinembed.motion.positions.recorded import RecordedPositions

_SIDES = ("left", "right")
JOINTS = (
    "nose",
    *(f"{side}_eye{part}" for side in _SIDES for part in ("_inner", "", "_outer")),
    *(f"{side}_ear" for side in _SIDES),
    *(f"mouth_{side}" for side in _SIDES),
    *(
        f"{side}_{part}"
        for part in ("shoulder", "elbow", "wrist", "pinky", "index", "thumb", "hip", "knee")
        for side in _SIDES
    ),
    *(f"{side}_{part}" for part in ("ankle", "heel", "foot_index") for side in _SIDES),
)
"""The 33 landmarks in their order."""
WORLD = ("pose_world_landmarks", "poseWorldLandmarks", "world_landmarks", "worldLandmarks")
PICTURE = ("pose_landmarks", "poseLandmarks", "landmarks")
_AXES = ("x", "y", "z", "visibility")


def parse_mediapipe(text: str, *, file: str) -> list[RecordedPositions]:
    """Read the landmarks of one person.

    Parameters
    ----------
    text : str
        Content of the file.
    file : str
        Name of the file, for messages.

    Returns
    -------
    list of RecordedPositions
        One individual without a name: 33 landmarks in three dimensions, or two where the file holds
        those of the picture alone, with their visibility as confidence.

    Raises
    ------
    FormatError
        When frames hold no landmarks, several persons, or another number of landmarks.
    """
    content = read_json(text, file=file)
    head = content if isinstance(content, dict) else {}
    frames = sequence(head.get("frames", content), file=file, where="'frames'")
    keys = WORLD if _all_have(frames, WORLD) else PICTURE
    poses = [_pose(frame, keys, row, file) for row, frame in enumerate(frames)]
    if all(one is None for one in poses):
        raise FormatError(file, f"expected landmarks ({', '.join(PICTURE)}), found none")
    unseen = np.full((len(JOINTS), len(_AXES)), np.nan)
    table = np.stack([unseen if one is None else one for one in poses])
    values, note = _placed(table, head, keys, file)
    time = _time(head, frames, file)
    return [
        RecordedPositions(
            time.apply(values),
            JOINTS,
            time.rate,
            up="-y" if keys == WORLD else None,
            confidence=time.apply(np.nan_to_num(table[..., 3], nan=1.0)),
            notes=(note, *time.notes) if note else time.notes,
        )
    ]


def _all_have(frames: Sequence[Any], keys: Sequence[str]) -> bool:
    """Whether each frame that has landmarks of the picture has those of a set of names."""
    posed = [one for one in frames if isinstance(one, dict) and _first(one, PICTURE)]
    world = [one for one in frames if isinstance(one, dict) and _first(one, keys)]
    return bool(world) and all(_first(one, keys) for one in posed)


def _first(frame: dict[str, Any], keys: Sequence[str]) -> Any:
    return next((frame[key] for key in keys if frame.get(key)), None)


def _pose(
    frame: Any, keys: Sequence[str], row: int, file: str
) -> Float[np.ndarray, "joints 4"] | None:
    where = f"frame {row}"
    given = _first(frame, keys) if isinstance(frame, dict) else frame
    found = sequence(given, file=file, where=where)
    if found and isinstance(found[0], list) and found[0] and isinstance(found[0][0], dict | list):
        if len(found) > 1:
            problem = f"{len(found)} persons in {where}, and nothing that says who is who"
            raise FormatError(file, f"{problem}; detect one (num_poses=1)")
        found = sequence(found[0], file=file, where=where)
    if not found or found == [[]]:
        return None
    if len(found) != len(JOINTS):
        raise FormatError(file, f"expected {len(JOINTS)} landmarks in {where}, found {len(found)}")
    return np.stack([_landmark(one, file, where) for one in found])


def _landmark(value: Any, file: str, where: str) -> Float[np.ndarray, "4"]:
    if isinstance(value, list):
        row = [*value, None][: len(_AXES)]
        if len(value) not in (3, 4):
            raise FormatError(file, f"expected x, y, z, visibility in {where}, found {len(value)}")
    else:
        of_names = mapping(value, file=file, where=f"a landmark of {where}")
        row = [of_names.get(axis) for axis in _AXES]
    return numbers(row, file=file, where=where)


def _placed(
    table: Float[np.ndarray, "frames joints 4"],
    head: dict[str, Any],
    keys: Sequence[str],
    file: str,
) -> tuple[Float[np.ndarray, "frames joints axes"], str]:
    """Positions, and what must be said of them."""
    if keys == WORLD:
        return table[..., :3], (
            "world landmarks are measured from the hips: how the body travels is not in the file"
        )
    size = numbers([head.get("width"), head.get("height")], file=file, where="width and height")
    if np.isfinite(size).all() and (size > 0).all():
        return table[..., :2] * size, ""
    return table[..., :2], (
        "landmarks are shares of the picture's width and height, which the file does not say: "
        "bodies are stretched unless it is square; write width and height beside frames"
    )


def _time(head: dict[str, Any], frames: Sequence[Any], file: str) -> EvenTime:
    [rate] = numbers([head.get("fps")], file=file, where="'fps'").tolist()
    if np.isfinite(rate):
        if rate <= 0:
            raise FormatError(file, f"expected a positive 'fps', found {rate:g}")
        return as_they_are(len(frames), float(rate))
    given = [one.get("timestamp_ms") if isinstance(one, dict) else None for one in frames]
    if len(frames) < 2 or any(one is None for one in given):
        return as_they_are(len(frames))
    times = numbers(given, file=file, where="'timestamp_ms'") / 1000
    return even_times(times, file=file, line_of=no_line, column="timestamp_ms")
