"""Poses that movement saves as netCDF (``.nc``), read by xarray (extra ``pose``).

Time is in seconds with ``fps`` among the attributes, or in frames without a rate.
"""

from importlib import import_module
from io import BytesIO
from typing import Any

import numpy as np

from kinembed.core.errors import FormatError
from kinembed.io.formats.hdf5 import open_hdf5
from kinembed.io.formats.local_copy import optional_module
from kinembed.io.formats.timing import EvenTime, even_frames, even_times, no_line
from kinembed.motion.positions.recorded import RecordedPositions

EXPECTED = "poses that movement saved as netCDF 4"
_AXES = ("individuals", "time", "keypoints", "space")
_NAMELESS = ("individual_0", "id_0")
"""What movement calls an individual without a name."""


def parse_movement_netcdf(content: bytes, *, file: str) -> list[RecordedPositions]:
    """Read the poses in a file of movement.

    Parameters
    ----------
    content : bytes
        Content of the file.
    file : str
        Name of the file, for messages.

    Returns
    -------
    list of RecordedPositions
        Of each individual, with confidences and the frame rate where the file has them.

    Raises
    ------
    FormatError
        When movement is not installed, the file holds no poses, or its times do not rise.
    """
    optional_module("h5netcdf", file=file)
    with open_hdf5(content, file=file, expected=EXPECTED):
        tracks = import_module("xarray").load_dataset(BytesIO(content), engine="h5netcdf")
        return _individuals(tracks, file)


def _individuals(tracks: Any, file: str) -> list[RecordedPositions]:
    if "position" not in tracks or set(tracks.position.dims) != set(_AXES):
        dims = ", ".join(map(str, tracks.position.dims)) if "position" in tracks else "none"
        raise FormatError(file, f"expected {EXPECTED}: positions by {', '.join(_AXES)}, not {dims}")
    positions = _array(tracks.position, _AXES)[..., [_axis(tracks, one) for one in _spaces(tracks)]]
    confidence = _array(tracks.confidence, _AXES[:3]) if "confidence" in tracks else None
    joints = tuple(str(name) for name in tracks.keypoints.values)
    names = [str(name) for name in tracks.individuals.values]
    time, rate = _time(tracks, file)
    known = confidence is not None and bool(np.isfinite(confidence).any())
    return [
        RecordedPositions(
            time.apply(positions[index]),
            joints,
            rate,
            up=None,
            confidence=time.apply(confidence[index]) if known and confidence is not None else None,
            individual="" if len(names) == 1 and name in _NAMELESS else name,
            file_frames=time.file_frames,
            notes=time.notes,
        )
        for index, name in enumerate(names)
    ]


def _array(values: Any, axes: tuple[str, ...]) -> np.ndarray:
    return np.asarray(values.transpose(*axes).values, dtype=np.float64)


def _spaces(tracks: Any) -> tuple[str, ...]:
    return ("x", "y", "z") if tracks.sizes["space"] == 3 else ("x", "y")


def _axis(tracks: Any, name: str) -> int:
    return [str(one) for one in tracks.space.values].index(name)


def _time(tracks: Any, file: str) -> tuple[EvenTime, float | None]:
    times = np.asarray(tracks.time.values, dtype=np.float64)
    rate = float(tracks.attrs.get("fps") or np.nan)
    if tracks.attrs.get("time_unit") == "frames" or "time_unit" not in tracks.attrs:
        return even_frames(times, file=file, line_of=no_line, column="time"), None
    if not (np.isfinite(rate) and rate > 0):
        time = even_times(times, file=file, line_of=no_line, column="time", slowest=0.0)
        return time, time.rate
    time = even_frames(np.round(times * rate), file=file, line_of=no_line, column="time")
    numbers = time.file_frames
    step = 1 if numbers is None or len(numbers) < 2 else int(numbers[1] - numbers[0])
    return time, rate / step
