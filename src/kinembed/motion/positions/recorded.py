"""From what a file says of positions to a motion: axes, joints, gaps, frame rate."""

import logging
from dataclasses import dataclass
from typing import Literal

import numpy as np
from jaxtyping import Bool, Float
from pydantic import Field, NonNegativeFloat, PositiveFloat

from kinembed.core.errors import DataError, FormatError
from kinembed.core.parameters import Names, Parameters
from kinembed.motion.kinematics import point_channels
from kinembed.motion.motion import Motion, Representation
from kinembed.motion.positions.gaps import fill_gaps
from kinembed.motion.positions.skeleton import skeleton_of

logger = logging.getLogger(__name__)

Up = Literal["y", "-y", "z", "-z"]
"""The axis of a file that points up; -y and -z are those of pictures, whose y points down."""
FARTHEST = 1e12
"""What is farther away, in whichever unit, is no position."""

_TO_Y_UP: dict[Up, Float[np.ndarray, "3 3"]] = {
    "y": np.eye(3),
    "-y": np.diag([1.0, -1.0, -1.0]),
    "z": np.array([[1.0, 0, 0], [0, 0, 1], [0, -1, 0]]),
    "-z": np.array([[1.0, 0, 0], [0, 0, -1], [0, 1, 0]]),
}
"""Rotations (column vectors), so that left stays left."""


class PositionParameters(Parameters):
    """What files of joint positions do not say, and what is done where a joint was not seen.

    Attributes
    ----------
    frame_rate : float or None
        Frame rate in Hz of files that do not state it. None refuses them.
    up : {"y", "-y", "z", "-z"} or None
        Axis that points up. None is y in tables, z in C3D, and -z, a camera above, in two
        dimensions.
    individual : str or None
        Whom to take; None takes the only one.
    least_confidence : float
        A point of lower confidence counts as not seen; from 0 to 1.
    longest_gap_s : float
        Longest gap that is interpolated, in seconds.
    leave_out : list of str
        Joints that are not taken.
    """

    frame_rate: PositiveFloat | None = Field(None, description="Hz, of files that do not state it")
    up: Up | None = Field(
        None,
        description="the axis that points up; null: y in tables, z in C3D, and in two dimensions "
        "-z, a camera above",
    )
    individual: str | None = Field(None, description="whom to take where there are several")
    least_confidence: float = Field(0.6, ge=0, le=1, description="what is less counts as not seen")
    longest_gap_s: NonNegativeFloat = Field(0.25, description="longer gaps are not interpolated")
    leave_out: Names = Field([], description="joints that are not taken")


@dataclass(frozen=True, eq=False)
class RecordedPositions:
    """Joint positions as a file states them.

    Attributes
    ----------
    values : ndarray of float, shape (frames, joints, axes)
        In the file's unit of length and with its axes, two or three; NaN where a joint was not
        seen.
    joints : tuple of str
        Names of the joints.
    frame_rate : float or None
        Frame rate in Hz; None where the file does not state it.
    up : {"y", "-y", "z", "-z"}
        Axis that points up in such files, if they have three dimensions.
    confidence : ndarray of float, shape (frames, joints), or None
        Of each point, from 0 to 1; NaN counts as sure. None where the file has no confidences.
    """

    values: Float[np.ndarray, "frames joints axes"]
    joints: tuple[str, ...]
    frame_rate: float | None
    up: Up
    confidence: Float[np.ndarray, "frames joints"] | None = None


def motion_of(
    recorded: RecordedPositions, parameters: PositionParameters, *, file: str, trial: str
) -> Motion:
    """Make a motion of what a file states: y up, without gaps.

    The log says how many points were interpolated.

    Parameters
    ----------
    recorded : RecordedPositions
        What the file states.
    parameters : PositionParameters
        What it does not state, and how points that were not seen are treated.
    file : str
        Name of the file, for messages.
    trial : str
        Name of the recording.

    Returns
    -------
    Motion
        Positions in the file's unit of length.

    Raises
    ------
    FormatError
        When the frame rate is not known, a joint that is to be left out is not there, no joint or
        no frame remains, a gap is too long, or a value exceeds ``FARTHEST``.
    """
    rate = recorded.frame_rate or parameters.frame_rate
    if rate is None:
        raise FormatError(
            file,
            "expected a frame rate, found none; give it in Hz as ingestion.positions.frame_rate",
        )
    kept = _kept(recorded.joints, parameters.leave_out, file)
    joints = tuple(recorded.joints[index] for index in kept)
    _check_values(recorded, file)
    seen = _seen(recorded, parameters.least_confidence)[:, kept]
    values = np.where(seen[..., None], recorded.values[:, kept], np.nan)
    try:
        filled = fill_gaps(values, joints, round(parameters.longest_gap_s * rate))
    except DataError as problem:
        raise FormatError(file, str(problem)) from problem
    _say_what_is_filled(seen, file)
    up = parameters.up or (recorded.up if values.shape[2] == 3 else "-z")
    return position_motion(_y_up(filled, up), joints, frame_rate=rate, trial=trial)


def position_motion(
    positions: Float[np.ndarray, "frames joints 3"],
    joints: tuple[str, ...],
    *,
    frame_rate: float,
    trial: str,
) -> Motion:
    """Make a motion of positions, with a skeleton of their joints.

    Parameters
    ----------
    positions : ndarray of float, shape (frames, joints, 3)
        Finite, y up, in any unit of length.
    joints : tuple of str
        Names of the joints, unique.
    frame_rate : float
        Frame rate in Hz.
    trial : str
        Name of the recording.

    Returns
    -------
    Motion
        On a skeleton as :func:`kinembed.motion.positions.skeleton.skeleton_of` makes it.

    Raises
    ------
    DataError
        When joints share a name, a value is not finite, or the frame rate is not positive.
    """
    skeleton = skeleton_of(joints, positions)
    return Motion(
        values=positions.reshape(len(positions), -1),
        channels=tuple(point_channels(skeleton)),
        skeleton=skeleton,
        frame_rate=frame_rate,
        trial=trial,
        representation=Representation.POSITIONS,
    )


def _kept(joints: tuple[str, ...], leave_out: list[str], file: str) -> list[int]:
    absent = [name for name in leave_out if name not in joints]
    kept = [index for index, joint in enumerate(joints) if joint not in leave_out]
    if absent or not kept:
        problem = f"there is no joint {', '.join(absent)}" if absent else "no joint remains"
        known = ", ".join(joints)
        raise FormatError(
            file, f"{problem} (ingestion.positions.leave_out); its joints are {known}"
        )
    return kept


def _check_values(recorded: RecordedPositions, file: str) -> None:
    if len(recorded.values) == 0:
        raise FormatError(file, "expected at least one frame, found none")
    wrong = np.argwhere(np.abs(np.nan_to_num(recorded.values)) > FARTHEST)
    if len(wrong):
        frame, joint, axis = wrong[0].tolist()
        value = recorded.values[frame, joint, axis]
        raise FormatError(
            file,
            f"expected a position, found {value:g} in frame {frame}, {recorded.joints[joint]!r}, "
            f"axis {'xyz'[axis]}",
        )


def _seen(recorded: RecordedPositions, least: float) -> Bool[np.ndarray, "frames joints"]:
    there = np.isfinite(recorded.values).all(axis=2)
    if recorded.confidence is None:
        return np.asarray(there)
    return np.asarray(there & ~(recorded.confidence < least))


def _say_what_is_filled(seen: Bool[np.ndarray, "frames joints"], file: str) -> None:
    missing = np.count_nonzero(~seen)
    if missing:
        logger.warning(
            "%s: %d of %d points (%.2g %%) were not seen and are interpolated",
            file,
            missing,
            seen.size,
            100 * missing / seen.size,
            extra={"markup": False},
        )


def _y_up(
    values: Float[np.ndarray, "frames joints axes"], up: Up
) -> Float[np.ndarray, "frames joints 3"]:
    solid = np.zeros((*values.shape[:2], 3))
    solid[..., : values.shape[2]] = values
    turned: np.ndarray = solid @ _TO_Y_UP[up].T + 0.0  # no -0
    return turned
