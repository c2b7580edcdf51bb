"""Exponential maps in a MATLAB file, as published for CMU (96 columns).

A row is a frame: the root's position, then three columns for every joint of the skeleton but the
end joints, in its order. Vectors are as in :mod:`kinembed.io.formats.expmap_text`. The file says
neither its frame rate nor its skeleton.
"""

from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any

import numpy as np
from scipy.io import savemat

from kinembed.core.errors import FormatError
from kinembed.io.formats.channels import require
from kinembed.motion.channels import expmap_channels
from kinembed.motion.motion import Motion, Representation
from kinembed.motion.skeleton import Skeleton

VARIABLE = "expmapchannels"


def expmap_motion(
    arrays: Mapping[str, np.ndarray],
    names: Sequence[str],
    *,
    file: str,
    trial: str,
    skeleton: Skeleton,
    frame_rate: float,
) -> Motion:
    """Make a motion of the arrays that :func:`kinembed.io.formats.mat_file.read_mat` returns.

    Parameters
    ----------
    arrays : mapping of str to ndarray
        Variables that hold numbers.
    names : sequence of str
        Names of all variables.
    file : str
        Name of the file, for messages.
    trial : str
        Name of the recording.
    skeleton : Skeleton
        Skeleton that the columns belong to.
    frame_rate : float
        Frame rate in Hz, which the file does not state.

    Returns
    -------
    Motion
        The root's position, then exponential maps in radians of all joints but the end joints.

    Raises
    ------
    FormatError
        When the variable is absent, or holds no row, another number of columns than the skeleton
        has channels, or values that are not finite.
    """
    values = _values(arrays, names, file)
    channels = expmap_channels(skeleton)
    if values.ndim != 2 or values.shape[1] != len(channels) or values.dtype.kind == "b":
        raise FormatError(
            file,
            f"expected {VARIABLE!r} to hold numbers in {len(channels)} columns (the root's "
            f"position and 3 for each of {len(channels) // 3 - 1} joints), found an array of "
            f"{values.dtype} with shape {values.shape}",
        )
    _check_rows(values, file)
    return Motion(
        values=values.astype(np.float64),
        channels=tuple(channels),
        skeleton=skeleton,
        frame_rate=frame_rate,
        trial=trial,
        representation=Representation.EXPMAP,
    )


def write_expmap_mat(motion: Motion) -> bytes:
    """Write a motion of exponential maps as a MATLAB file of version 5.

    Parameters
    ----------
    motion : Motion
        Exponential maps.

    Returns
    -------
    bytes
        Content of the file, compressed.

    Raises
    ------
    DataError
        When the motion does not hold exponential maps.
    """
    require(Representation.EXPMAP, motion, "exp-map mat")
    stream = BytesIO()
    target: Any = stream  # scipy's type hints know paths alone
    savemat(target, {VARIABLE: motion.values}, do_compression=True)
    return stream.getvalue()


def _values(arrays: Mapping[str, np.ndarray], names: Sequence[str], file: str) -> np.ndarray:
    if VARIABLE not in names:
        found = ", ".join(names) or "none"
        raise FormatError(file, f"expected a variable {VARIABLE!r}, found {found}")
    if VARIABLE not in arrays:
        raise FormatError(file, f"expected {VARIABLE!r} to hold real numbers, found none")
    return arrays[VARIABLE]


def _check_rows(values: np.ndarray, file: str) -> None:
    if len(values) == 0:
        raise FormatError(file, f"expected at least one row in {VARIABLE!r}, found none")
    wrong = np.argwhere(~np.isfinite(values))
    if len(wrong):
        row, column = wrong[0]
        problem = f"found {values[row, column]} in row {row + 1}, column {column + 1}"
        raise FormatError(file, f"expected finite numbers in {VARIABLE!r}, {problem}")
