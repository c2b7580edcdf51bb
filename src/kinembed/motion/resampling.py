"""A recording at another frame rate: rotations turn evenly between frames, places move evenly.

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
    """A recording as networks take it: exponential maps, or positions as they are, at a rate in Hz.

    `unwrap` as in :func:`kinembed.motion.exponential_maps.to_expmap`, which see for the errors.
    """
    if motion.representation is Representation.POSITIONS:
        return resample(motion, frame_rate)
    return to_expmap(resample(to_expmap(motion), frame_rate), unwrap=unwrap)


def resample(motion: Motion, frame_rate: float) -> Motion:
    """Exponential maps or positions at `frame_rate` Hz, from the first frame to at most the last.

    Where the rate is a whole fraction of the motion's own, its frames are kept as they are; else
    exponential maps come out with angles in [0, pi]. Raises DataError for Euler angles.
    """
    if motion.representation is Representation.EULER:
        raise DataError(f"{motion.trial}: convert the motion to exponential maps first")
    step = motion.frame_rate / frame_rate
    if abs(step - round(step)) <= _SAME * step and round(step) >= 1:
        values = motion.values[:: round(step)]
    else:
        values = _between(motion, frame_rate)
    return replace(motion, values=values, frame_rate=frame_rate)


def resample_segmentation(
    segmentation: Segmentation, frame_rate: float, new_rate: float
) -> Segmentation:
    """The same segments in frames of :func:`resample`; a boundary is the first frame at or after.

    Raises DataError for a segment that is shorter than a frame at the new rate.
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
    """Frames of a recording at another rate."""
    return int((frame_count - 1) * (new_rate / frame_rate) * (1 + _SAME)) + 1


def _between(motion: Motion, frame_rate: float) -> Float[np.ndarray, "frames channels"]:
    """Values at times between frames; a single frame stays as it is."""
    count = resampled_count(len(motion), motion.frame_rate, frame_rate)
    if len(motion) == 1:
        return motion.values
    times = np.arange(len(motion)) / motion.frame_rate
    wanted = np.minimum(np.arange(count) / frame_rate, times[-1])
    values: Float[np.ndarray, "frames channels"]
    values = make_interp_spline(times, motion.values, k=1)(wanted)
    if motion.representation is Representation.POSITIONS:
        return values
    for joint in expmap_joints(motion.skeleton):
        name = motion.skeleton.joints[joint]
        columns = [motion.channels.index(f"{name}.e{axis}") for axis in "xyz"]
        turns = Slerp(times, Rotation.from_rotvec(motion.values[:, columns]))
        values[:, columns] = turns(wanted).as_rotvec()
    return values
