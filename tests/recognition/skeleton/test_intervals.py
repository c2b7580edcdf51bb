from dataclasses import replace

import numpy as np
import pytest

from kinembed.recognition.skeleton import cut, trial_of


@pytest.mark.parametrize(
    ("frames", "lengths"), [(130, [130]), (65, [65, 65]), (40, [44, 43, 43]), (131, [130])]
)
def test_intervals_are_about_as_long_and_lose_no_frame(toy_motion, frames, lengths):
    motion = replace(toy_motion, values=toy_motion.values[:260], trial="kick_1")
    intervals = cut(motion, 25.0, frames)
    assert list(intervals) == [f"kick_1#{number}" for number in range(len(lengths))]
    assert [len(interval) for interval in intervals.values()] == lengths
    joined = np.concatenate([interval.values for interval in intervals.values()])
    np.testing.assert_array_equal(joined, motion.values[::2])
    assert {interval.frame_rate for interval in intervals.values()} == {25.0}


def test_without_intervals_a_clip_is_its_trial(toy_motion):
    (name,) = cut(toy_motion, 25.0, None)
    assert name == toy_motion.trial == trial_of(name)


def test_an_interval_tells_its_trial():
    assert trial_of("kick_1#12") == "kick_1"
    assert trial_of("take#two") == "take#two"
