"""Long recordings of one behaviour as several clips, so that each counts for about as much.

An interval is named after its trial: ``soccer_1#0``, ``soccer_1#1``. Intervals of one trial
resemble one
another whatever they show; they stay together where clips are divided into training and test clips.
"""

from dataclasses import replace

import numpy as np

from kinembed.motion.motion import Motion
from kinembed.motion.resampling import resample
from kinembed.recognition.skeleton.clips import JointClip, joint_clip

MARK = "#"
"""Between the trial and the number of the interval."""


def cut(motion: Motion, frame_rate: float, interval_frames: int | None) -> dict[str, Motion]:
    """A motion at a frame rate (Hz), in intervals of at least `interval_frames` and less than
    twice.

    One that is shorter stays whole, as every motion does where `interval_frames` is None.
    """
    slower = resample(motion, frame_rate)
    if interval_frames is None:
        return {motion.trial: slower}
    parts = np.array_split(slower.values, max(1, len(slower) // interval_frames))
    names = [f"{motion.trial}{MARK}{number}" for number in range(len(parts))]
    return {
        name: replace(slower, values=values, trial=name)
        for name, values in zip(names, parts, strict=True)
    }


def joint_clips(
    motion: Motion, frame_rate: float, interval_frames: int | None
) -> dict[str, JointClip]:
    """The intervals of a motion (see :func:`cut`) as networks see them, by name."""
    intervals = cut(motion, frame_rate, interval_frames)
    return {name: joint_clip(interval, frame_rate) for name, interval in intervals.items()}


def trial_of(clip: str) -> str:
    """The trial that a clip is an interval of, or all of."""
    trial, mark, number = clip.rpartition(MARK)
    return trial if mark and number.isdigit() else clip
