"""A recording at another frame rate: rotations turn evenly between frames, positions move evenly.

Nothing is filtered: body movement hardly reaches 10 Hz, far below half of any usual frame rate.
"""

from dataclasses import replace

import numpy as np
from jaxtyping import Float
from scipy.interpolate import make_interp_spline
from scipy.spatial.transform import Rotation, Slerp

from kinembed.core.errors import DataError
from kinembed.motion.exponential_maps import to_expmap
from kinembed.motion.kinematics import expmap_joints
from kinembed.motion.motion import Motion, Representation, Segmentation

_SAME = 1e-9
"""Relative difference below which two times are the same."""


def as_trained_on(motion: Motion, frame_rate: float, *, unwrap: bool) -> Motion:
    """Convert a recording to what networks read: exponential maps, or positions, at a frame rate.

    Parameters
    ----------
    motion : Motion
        Motion in any representation.
    frame_rate : float
        Frame rate of the result in Hz.
    unwrap : bool
        As in :func:`kinembed.motion.exponential_maps.to_expmap`; positions ignore it.

    Returns
    -------
    Motion
        Exponential maps, or positions where the motion holds positions.

    Raises
    ------
    DataError
        When a channel of the skeleton is absent.
    """
    if motion.representation is Representation.POSITIONS:
        return resample(motion, frame_rate)
    return to_expmap(resample(to_expmap(motion), frame_rate), unwrap=unwrap)


def resample(motion: Motion, frame_rate: float) -> Motion:
    """Resample exponential maps or positions, from the first frame to at most the last.

    Where the new rate is a whole fraction of the motion's own, its frames are kept as they are.
    Else positions are interpolated linearly and rotations along the shortest turn.

    Parameters
    ----------
    motion : Motion
        Exponential maps or positions.
    frame_rate : float
        Frame rate of the result in Hz.

    Returns
    -------
    Motion
        At the new rate; interpolated exponential maps have angles in [0, pi].

    Raises
    ------
    DataError
        When the motion holds Euler angles.
    """
    if motion.representation is Representation.EULER:
        raise DataError(f"{motion.trial}: convert the motion to exponential maps first")
    step = motion.frame_rate / frame_rate
    if abs(step - round(step)) <= _SAME * step and round(step) >= 1:
        return replace(motion.every(round(step)), frame_rate=frame_rate)
    return _between(motion, frame_rate)


def resample_segmentation(
    segmentation: Segmentation, frame_rate: float, new_rate: float
) -> Segmentation:
    """Convert a segmentation to the frames of :func:`resample`.

    Parameters
    ----------
    segmentation : Segmentation
        In frames of the old rate.
    frame_rate : float
        Old frame rate in Hz.
    new_rate : float
        New frame rate in Hz.

    Returns
    -------
    Segmentation
        The same segments; a boundary is the first frame of the new rate at or after the old one.

    Raises
    ------
    DataError
        When a segment is shorter than a frame at the new rate.
    """
    if frame_rate == new_rate:
        return segmentation
    boundaries = np.ceil(segmentation.boundaries * (new_rate / frame_rate) * (1 - _SAME))
    return replace(
        segmentation,
        boundaries=boundaries.astype(np.int64),
        frame_count=resampled_count(segmentation.frame_count, frame_rate, new_rate),
    )


def resampled_count(frame_count: int, frame_rate: float, new_rate: float) -> int:
    """Count the frames of a recording at another rate.

    Parameters
    ----------
    frame_count : int
        Frames at the old rate.
    frame_rate : float
        Old frame rate in Hz.
    new_rate : float
        New frame rate in Hz.

    Returns
    -------
    int
        Frames at the new rate from the first old frame to at most the last.
    """
    return int((frame_count - 1) * (new_rate / frame_rate) * (1 + _SAME)) + 1


def _between(motion: Motion, frame_rate: float) -> Motion:
    """A motion at times between its frames; a single frame stays as it is."""
    count = resampled_count(len(motion), motion.frame_rate, frame_rate)
    if len(motion) == 1:
        return replace(motion, frame_rate=frame_rate)
    times = np.arange(len(motion)) / motion.frame_rate
    wanted = np.minimum(np.arange(count) / frame_rate, times[-1])
    before = np.minimum(np.searchsorted(times, wanted, side="right") - 1, len(times) - 1)
    after = np.minimum(np.searchsorted(times, wanted, side="left"), len(times) - 1)
    seen, numbers = motion.visibility, motion.file_frames
    return replace(
        motion,
        values=_values_between(motion, times, wanted),
        frame_rate=frame_rate,
        visibility=None if seen is None else seen.between(before, after),
        file_frames=None if numbers is None else numbers[before],
    )


def _values_between(
    motion: Motion, times: Float[np.ndarray, "frames"], wanted: Float[np.ndarray, "new"]
) -> Float[np.ndarray, "new channels"]:
    values: Float[np.ndarray, "new channels"]
    values = make_interp_spline(times, motion.values, k=1)(wanted)
    if motion.representation is Representation.POSITIONS:
        return values
    for joint in expmap_joints(motion.skeleton):
        name = motion.skeleton.joints[joint]
        columns = [motion.channels.index(f"{name}.e{axis}") for axis in "xyz"]
        turns = Slerp(times, Rotation.from_rotvec(motion.values[:, columns]))
        values[:, columns] = turns(wanted).as_rotvec()
    return values
