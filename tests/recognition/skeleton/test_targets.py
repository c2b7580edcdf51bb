import numpy as np
import pytest

from kinembed.core.errors import DataError
from kinembed.motion.motion import Segmentation
from kinembed.recognition.skeleton import clip_targets

CLIPS = ["bd_jump_1", "bd_kick_1", "mm_jump_1", "mm_kick_1", "mm_kick_2"]


def annotated(clips):
    whole = np.empty((0, 3), dtype=np.int64)
    return {clip: Segmentation((clip.split("_")[1],), whole, 50, clip) for clip in clips}


def test_names_say_what_is_tested_on():
    targets = clip_targets(CLIPS, annotated(CLIPS), ["mm_*"])
    assert targets.train["clip"].tolist() == ["bd_jump_1", "bd_kick_1"]
    assert targets.train["behaviour"].tolist() == ["jump", "kick"]
    assert targets.test["clip"].tolist() == ["mm_jump_1", "mm_kick_1", "mm_kick_2"]
    assert targets.test["behaviour"].tolist() == ["jump", "kick", "kick"]


@pytest.mark.parametrize(
    ("clips", "test_clips", "message"),
    [
        ([*CLIPS, "bd_sit_1"], ["mm_*"], r"lack one: sit \(1 to train on, 0 to test on\)"),
        ([*CLIPS, "mm_sit_1"], ["mm_*"], r"lack one: sit \(0 to train on, 1 to test on\)"),
        (CLIPS, ["nobody_*"], r"jump \(2 to train on, 0 to test on\), kick \(3 to train"),
        (CLIPS, ["*"], r"jump \(0 to train on, 2 to test on\)"),
    ],
)
def test_a_behaviour_without_a_clip_in_each_part_is_named(clips, test_clips, message):
    with pytest.raises(DataError, match=message):
        clip_targets(clips, annotated(clips), test_clips)


def test_a_clip_needs_one_behaviour():
    annotations = annotated(CLIPS)
    with pytest.raises(DataError, match=r"clip 'new' has no annotation.*ingestion\.clip_pattern"):
        clip_targets([*CLIPS, "new"], annotations, ["mm_*"])
    two = Segmentation(("jump", "kick"), np.array([[4, 5, 6]]), 50, "both")
    with pytest.raises(DataError, match=r"'both' shows 2 segments \(jump, kick\).*cut it first"):
        clip_targets([*CLIPS, "both"], annotations | {"both": two}, ["mm_*"])


def test_intervals_are_told_by_their_trial():
    intervals = ["bd_jump_1#0", "bd_jump_1#1", "mm_jump_1#0"]
    targets = clip_targets(intervals, annotated(["bd_jump_1", "mm_jump_1"]), ["mm_jump_1"])
    assert targets.train["clip"].tolist() == intervals[:2]
    assert targets.test["behaviour"].tolist() == ["jump"]


def test_what_is_left_out_is_in_neither_part():
    """Nor need it have an annotation."""
    clips = [*CLIPS, "bd_sit_1", "mm_fall_1#3"]
    targets = clip_targets(clips, annotated(CLIPS), ["mm_*"], ["*_sit_*", "mm_fall_1"])
    assert targets.train["clip"].tolist() == ["bd_jump_1", "bd_kick_1"]
    assert len(targets.test) == 3
    with pytest.raises(DataError, match="recognition.leave_out leaves out every clip"):
        clip_targets(CLIPS, annotated(CLIPS), ["mm_*"], ["*"])
