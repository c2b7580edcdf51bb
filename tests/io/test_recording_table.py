import logging
from dataclasses import replace

import pytest

from kinembed.core.errors import DataError
from kinembed.io.recording_table import NAMED_FILES, common_rate, describe, recording_table


def described(motion, trial, **changes):
    return replace(describe(motion), trial=trial, **changes)


def files(*trials):
    return {trial: f"folder/{trial}.bvh" for trial in trials}


def test_the_lowest_rate_is_common_and_said(toy_motion, caplog):
    caplog.set_level(logging.INFO)
    recordings = [
        described(toy_motion, "b", frame_rate=120.0),
        described(toy_motion, "a"),
        described(toy_motion, "c", frame_rate=120.0),
    ]
    table = recording_table(recordings, files("a", "b", "c"))
    assert table["trial"].tolist() == ["a", "b", "c"]
    assert table["duration_s"].tolist() == [6.0, 2.5, 2.5]
    assert common_rate(table) == 50.0
    [line] = caplog.messages
    assert line == "Resampled from 120 to 50 Hz, the lowest rate of the recordings: b, c"


def test_one_rate_needs_no_word(toy_motion, caplog):
    caplog.set_level(logging.INFO)
    assert common_rate(recording_table([describe(toy_motion)], files("toy"))) == 50.0
    assert not caplog.messages


def test_different_skeletons_are_refused_with_the_files_of_each(toy_motion):
    other = {"joints": ("root", "leg"), "parents": (-1, 0)}
    recordings = [described(toy_motion, "a"), described(toy_motion, "b", **other)]
    recordings += [described(toy_motion, "c")]
    message = (
        r"2 different skeletons.*3 joints \(hips, arm, arm_end, \.\.\.; rotations of joints\) in "
        r"folder/a\.bvh, folder/c\.bvh; 2 joints \(root, leg, \.\.\.; rotations of joints\) in "
        r"folder/b\.bvh\. Keep those of one"
    )
    with pytest.raises(DataError, match=message):
        recording_table(recordings, files("a", "b", "c"))


def test_the_same_joints_that_hang_together_otherwise_are_another_skeleton(toy_motion):
    recordings = [described(toy_motion, "a"), described(toy_motion, "b", parents=(-1, 0, 0))]
    with pytest.raises(DataError, match="2 different skeletons"):
        recording_table(recordings, files("a", "b"))


def test_of_many_files_some_are_named_and_the_rest_counted(toy_motion):
    trials = [f"t{number:02d}" for number in range(NAMED_FILES + 3)]
    recordings = [described(toy_motion, trial) for trial in trials]
    recordings.append(described(toy_motion, "odd", parents=(-1, 0, 0)))
    with pytest.raises(DataError, match=r"t07\.bvh and 3 more; .*folder/odd\.bvh"):
        recording_table(recordings, files(*trials, "odd"))
