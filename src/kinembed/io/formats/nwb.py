"""Pose estimation in NWB files (extension ndx-pose), read by h5py (extra ``pose``).

A container ``PoseEstimation`` is an individual, its series are joints. Values are multiplied by
``conversion`` and moved by ``offset``, as NWB says. Time is a rate or timestamps, which
become even; whole ones that rise by one or more are frame numbers, which some programs write
instead of seconds. In two dimensions y points down, as in pictures.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from jaxtyping import Float

from kinembed.core.errors import FormatError
from kinembed.io.formats.hdf5 import is_group, open_hdf5, text_of
from kinembed.io.formats.timing import EvenTime, as_they_are, even_frames, even_times, no_line
from kinembed.motion.positions.recorded import RecordedPositions

EXPECTED = "an NWB file with pose estimation (ndx-pose)"
_CONTAINER, _SERIES = "PoseEstimation", "PoseEstimationSeries"
_LABELS = ("PoseTraining", "TrainingFrames", "SkeletonInstances")


def parse_nwb(content: bytes, *, file: str) -> list[RecordedPositions]:
    """Read the positions in an NWB file.

    Parameters
    ----------
    content : bytes
        Content of the file.
    file : str
        Name of the file, for messages.

    Returns
    -------
    list of RecordedPositions
        Of each container of pose estimation, with the frame rate and, where they are, confidences;
        named like the container where there are several.

    Raises
    ------
    FormatError
        When h5py is not installed, the file holds no pose estimation or training labels alone, or
        the series of a container differ in frames, axes or times.
    """
    with open_hdf5(content, file=file, expected=EXPECTED) as stored:
        containers = _of_type(stored, _CONTAINER)
        if not containers:
            labels = [kind for kind in _LABELS if _of_type(stored, kind)]
            found = f"{labels[0]}: these are training labels" if labels else "none"
            raise FormatError(file, f"expected {EXPECTED}, found {found}")
        names = _names(containers)
        return [_individual(one, name, file) for one, name in zip(containers, names, strict=True)]


def _of_type(stored: Any, kind: str) -> list[Any]:
    found: list[Any] = []

    def look(name: str, one: Any) -> None:
        if text_of(one.attrs.get("neurodata_type")) == kind:
            found.append(stored[name])

    stored.visititems(look)
    return found


def _names(containers: Sequence[Any]) -> list[str]:
    """Individuals, with the names of the groups around them where it takes those."""
    if len(containers) == 1:
        return [""]
    parts = [one.name.strip("/").split("/") for one in containers]
    for depth in range(1, max(map(len, parts)) + 1):
        names = ["_".join(one[-depth:]) for one in parts]
        if len(set(names)) == len(names):
            break
    return names


def _individual(container: Any, name: str, file: str) -> RecordedPositions:
    series = [
        one
        for one in container.values()
        if is_group(one) and text_of(one.attrs.get("neurodata_type")) == _SERIES and "data" in one
    ]
    if not series:
        raise FormatError(file, f"expected series of joints in {container.name}, found none")
    first = series[0]
    shape = first["data"].shape
    for one in series:
        _check_like(one, first, shape, file)
    time = _time(first, shape[0], file)
    values = np.stack([_positions(one["data"]) for one in series], axis=1)
    confidence = None
    if any("confidence" in one for one in series):
        confidence = time.apply(np.stack([_confidence(one) for one in series], axis=1))
    return RecordedPositions(
        time.apply(values),
        tuple(one.name.rpartition("/")[2] for one in series),
        time.rate,
        up=None,
        confidence=confidence,
        individual=name,
        file_frames=time.file_frames,
        notes=time.notes,
    )


def _check_like(one: Any, first: Any, shape: tuple[int, ...], file: str) -> None:
    data = one["data"]
    if len(shape) != 2 or shape[1] not in (2, 3) or shape[0] == 0:
        problem = f"found shape {shape}"
        raise FormatError(file, f"expected two or three columns in {data.name}, {problem}")
    if data.shape != shape:
        problem = f"found {data.shape}, in {first.name} {shape}"
        raise FormatError(file, f"expected series of one shape in {data.name}, {problem}")
    if "confidence" in one and one["confidence"].shape != shape[:1]:
        problem = f"found {one['confidence'].shape}"
        raise FormatError(file, f"expected a confidence per frame in {one.name}, {problem}")
    timed = "timestamps" in one and "timestamps" in first
    if timed and not np.array_equal(one["timestamps"][:], first["timestamps"][:]):
        problem = f"expected the timestamps of {first.name} in {one.name}, found others"
        raise FormatError(file, problem)


def _time(series: Any, frames: int, file: str) -> EvenTime:
    if "timestamps" in series:
        times = np.asarray(series["timestamps"][:], dtype=np.float64)
        if times.shape != (frames,):
            problem = f"expected a time per frame in {series.name}, found {times.shape}"
            raise FormatError(file, problem)
        return _of_timestamps(times, file)
    rate = float(series["starting_time"].attrs["rate"]) if "starting_time" in series else np.nan
    if not (np.isfinite(rate) and rate > 0):
        raise FormatError(file, f"expected timestamps or a rate in {series.name}, found {rate:g}")
    return as_they_are(frames, rate)


def _of_timestamps(times: Float[np.ndarray, "frames"], file: str) -> EvenTime:
    if len(times) > 1 and (times == np.round(times)).all() and (np.diff(times) >= 1).all():
        time = even_frames(times, file=file, line_of=no_line, column="timestamps")
        note = "timestamps are frame numbers, not seconds: the frame rate is not known"
        return replace(time, notes=(*time.notes, note))
    return even_times(times, file=file, line_of=no_line, column="timestamps", slowest=0.0)


def _positions(data: Any) -> Float[np.ndarray, "frames axes"]:
    factor, offset = data.attrs.get("conversion", 1.0), data.attrs.get("offset", 0.0)
    found: np.ndarray = np.asarray(data[:], dtype=np.float64) * float(factor) + float(offset)
    return found


def _confidence(series: Any) -> Float[np.ndarray, "frames"]:
    if "confidence" in series:
        return np.asarray(series["confidence"][:], dtype=np.float64)
    return np.full(series["data"].shape[0], np.nan)
