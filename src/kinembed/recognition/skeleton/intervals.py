"""Long recordings of one behaviour as several clips, so that each counts for about as much.

An interval is named after its trial: ``soccer_1#0``, ``soccer_1#1``. Intervals of one trial
resemble one another whatever they show; they stay together where clips are divided into training
and test clips.
"""

from dataclasses import replace

import numpy as np

from kinembed.motion.motion import Motion
from kinembed.motion.resampling import resample
from kinembed.recognition.skeleton.clips import JointClip, joint_clip

MARK = "#"
"""Between the trial and the number of the interval."""


def cut(motion: Motion, frame_rate: float, interval_frames: int | None) -> dict[str, Motion]:
    """Bring a motion to a frame rate and cut it into intervals of about equal length.

    Parameters
    ----------
    motion : Motion
        Exponential maps or positions.
    frame_rate : float
        Hz, of the intervals.
    interval_frames : int or None
        Each interval has at least as many frames, and less than twice as many; a shorter motion
        stays whole. None: every motion stays whole.

    Returns
    -------
    dict of str to Motion
        Intervals by name, ``<trial>#<number>`` from 0; ``<trial>`` alone where `interval_frames` is
        None.

    Raises
    ------
    DataError
        When the motion consists of Euler angles.
    """
    slower = resample(motion, frame_rate)
    if interval_frames is None:
        return {motion.trial: slower}
    intervals = np.array_split(slower.values, max(1, len(slower) // interval_frames))
    names = [f"{motion.trial}{MARK}{number}" for number in range(len(intervals))]
    return {
        name: replace(slower, values=values, trial=name)
        for name, values in zip(names, intervals, strict=True)
    }


def joint_clips(
    motion: Motion, frame_rate: float, interval_frames: int | None
) -> dict[str, JointClip]:
    """Cut a motion into intervals and compute where their joints are.

    Parameters
    ----------
    motion : Motion
        Exponential maps.
    frame_rate : float
        Hz, of the intervals.
    interval_frames : int or None
        Least frames of an interval; None: the motion stays whole (see :func:`cut`).

    Returns
    -------
    dict of str to JointClip
        Intervals by name, each without the heading of its own first frame.

    Raises
    ------
    DataError
        When the motion consists of Euler angles or of positions, or lacks a channel that its
        skeleton needs.
    """
    intervals = cut(motion, frame_rate, interval_frames)
    return {name: joint_clip(interval, frame_rate) for name, interval in intervals.items()}


def trial_of(clip: str) -> str:
    """Return the trial that a clip is an interval of, or all of.

    Parameters
    ----------
    clip : str
        Name of a clip, as :func:`cut` gives it.

    Returns
    -------
    str
        The name without the number of the interval.
    """
    trial, mark, number = clip.rpartition(MARK)
    return trial if mark and number.isdigit() else clip
