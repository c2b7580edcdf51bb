from dataclasses import replace

import numpy as np
import pytest

from kinembed.core.errors import DataError
from kinembed.io.clip_labels import action_of, annotate_clip
from kinembed.io.concatenation import (
    ConcatenationParameters,
    concatenate,
    concatenate_annotations,
    concatenate_clip_classes,
    plan_sequences,
)
from kinembed.motion.motion import Segmentation

PATTERN = r"^(?:train|test)_(?P<action>.+)_\d+$"
CLIPS = [
    f"train_{action}_{number}" for action in ("run", "jump", "walk_extra") for number in (1, 2)
]


def drawing(**draw):
    return ConcatenationParameters(draw={"sequences": 12, "actions": 2, "clips": 2, **draw})


def actions_of(trials):
    return [action_of(trial, PATTERN) for trial in trials]


def test_without_drawing_every_trial_is_a_sequence():
    plan = plan_sequences(["b", "a"], None, ConcatenationParameters())
    assert plan == {"b": ["b"], "a": ["a"]}


def test_every_sequence_has_as_many_distinct_actions_and_clips_as_asked_for():
    plan = plan_sequences(CLIPS, PATTERN, drawing(clips=5))
    assert list(plan)[:2] == ["draw_00", "draw_01"]
    assert {len(trials) for trials in plan.values()} == {5}
    assert {len(set(actions_of(trials))) for trials in plan.values()} == {2}


def test_no_clip_comes_twice_while_others_are_left():
    plan = plan_sequences(CLIPS, PATTERN, drawing(actions=3, clips=3))
    assert all(len(set(trials)) == 3 for trials in plan.values())


def test_named_actions_are_drawn_and_others_left_out():
    named = plan_sequences(CLIPS, PATTERN, drawing(actions=["jump", "run"]))
    assert all(set(actions_of(trials)) == {"jump", "run"} for trials in named.values())
    left_out = plan_sequences(CLIPS, PATTERN, drawing(leave_out=["walk_extra"]))
    assert all(set(actions_of(trials)) == {"jump", "run"} for trials in left_out.values())


def test_several_kinds_of_draws_are_named_after_their_kind():
    kinds = {
        "two": {"sequences": 2, "actions": 2, "clips": 2},
        "again": {"sequences": 1, "actions": 1, "clips": 3},
    }
    plan = plan_sequences(CLIPS, PATTERN, ConcatenationParameters(draw=kinds))
    assert {name: len(trials) for name, trials in plan.items()} == {
        "two_0": 2,
        "two_1": 2,
        "again_0": 3,
    }
    assert len(set(actions_of(plan["again_0"]))) == 1
    alone = plan_sequences(CLIPS, PATTERN, ConcatenationParameters(draw={"two": kinds["two"]}))
    assert alone["two_1"] == plan["two_1"]


def test_same_seed_same_plan_other_seed_other_plan():
    assert plan_sequences(CLIPS, PATTERN, drawing()) == plan_sequences(CLIPS, PATTERN, drawing())
    assert plan_sequences(CLIPS, PATTERN, drawing()) != plan_sequences(
        CLIPS, PATTERN, drawing(seed=1)
    )


@pytest.mark.parametrize(
    ("draw", "message"),
    [
        ({"actions": ["jump", "swim"]}, "unknown actions swim; known are jump, run, walk_extra"),
        ({"actions": 4, "clips": 4}, "asks for 4 distinct actions, but there are 3"),
        ({"actions": 3, "clips": 2}, "draw.clips is 2, fewer than the 3 actions"),
    ],
)
def test_what_cannot_be_drawn_is_refused(draw, message):
    with pytest.raises(DataError, match=message):
        plan_sequences(CLIPS, PATTERN, drawing(**draw))


def test_a_name_without_an_action_is_refused():
    with pytest.raises(DataError, match="the name of clip '86_01' does not follow the pattern"):
        plan_sequences(["86_01"], PATTERN, drawing())
    with pytest.raises(DataError, match="needs ingestion.clip_pattern"):
        plan_sequences(["86_01"], None, drawing())


def test_clips_go_on_where_the_one_before_ended(toy_motion):
    shifted = replace(toy_motion, values=toy_motion.values + 5.0)
    joined = concatenate([toy_motion, shifted], "both", ConcatenationParameters())
    assert len(joined) == 600
    np.testing.assert_allclose(joined.values[300, [0, 2]], joined.values[299, [0, 2]])
    np.testing.assert_allclose(joined.values[300, 1], shifted.values[0, 1])


def test_blended_clips_neither_jump_nor_lose_frames(toy_motion):
    shifted = replace(toy_motion, values=toy_motion.values + 1.5)
    blend = ConcatenationParameters(join="blend", blend_s=0.4, frame_step=2)
    joined = concatenate([toy_motion, shifted], "both", blend)
    assert (len(joined), joined.frame_rate) == (300, 25)
    jumps = np.abs(np.diff(joined.values, axis=0))
    assert (jumps[144:156] <= jumps.max(axis=0, initial=0.3)).all()
    np.testing.assert_array_equal(joined.values[:145], toy_motion.values[:290:2])
    np.testing.assert_array_equal(joined.values[155:, 6:], shifted.values[10::2, 6:])


def test_the_published_way_keeps_the_jump(toy_motion):
    shifted = replace(toy_motion, values=toy_motion.values + 5.0)
    joined = concatenate([toy_motion, shifted], "both", ConcatenationParameters(join="as_recorded"))
    np.testing.assert_array_equal(joined.values[300:], shifted.values)


def test_every_second_frame_halves_the_rate(toy_motion):
    thinned = concatenate([toy_motion], "thin", ConcatenationParameters(frame_step=2))
    assert thinned.frame_rate == 25
    np.testing.assert_array_equal(thinned.values, toy_motion.values[::2])


def test_motions_of_different_rate_or_skeleton_are_refused(toy_motion):
    slow = replace(toy_motion, frame_rate=30.0, trial="slow")
    with pytest.raises(DataError, match="slow runs at 30 Hz, toy at 50 Hz"):
        concatenate([toy_motion, slow], "both", ConcatenationParameters())
    skeleton = replace(toy_motion.skeleton, offsets=toy_motion.skeleton.offsets * 2)
    other = replace(toy_motion, skeleton=skeleton, trial="other")
    with pytest.raises(DataError, match="other moves another skeleton than toy"):
        concatenate([toy_motion, other], "both", ConcatenationParameters())


def test_annotations_are_joined_like_the_motions():
    parts = {
        "train_run_1": annotate_clip("train_run_1", 11, PATTERN),
        "train_jump_1": annotate_clip("train_jump_1", 10, PATTERN),
    }
    plan = {"draw_0": ["train_run_1", "train_jump_1", "train_jump_1"], "draw_1": ["absent"]}
    joined = concatenate_annotations(
        plan, parts, ConcatenationParameters(frame_step=2, boundary_tolerance=3)
    )
    assert list(joined) == ["draw_0"]
    assert joined["draw_0"].behaviours == ("run", "jump")
    assert joined["draw_0"].boundaries.tolist() == [[3, 6, 9]]
    assert joined["draw_0"].frame_count == 6 + 5 + 5


def test_every_clip_may_be_a_class_of_its_own():
    """Also where an action goes on across a join, and where a clip comes twice."""
    parts = {clip: annotate_clip(clip, 10, PATTERN) for clip in ("train_run_1", "train_run_2")}
    plan = {"a": ["train_run_1", "train_run_2", "train_run_1"], "b": ["absent"]}
    joined = concatenate_clip_classes(plan, parts, ConcatenationParameters(boundary_tolerance=2))
    assert list(joined) == ["a"]
    assert joined["a"].behaviours == ("1.1 run", "2.1 run", "3.1 run")
    assert joined["a"].boundaries.tolist() == [[8, 10, 12], [18, 20, 22]]


def test_clips_of_one_action_are_a_single_segment():
    parts = {"train_run_1": annotate_clip("train_run_1", 10, PATTERN)}
    joined = concatenate_annotations({"a": ["train_run_1"] * 2}, parts, ConcatenationParameters())
    assert (joined["a"].behaviours, joined["a"].frame_count) == (("run",), 20)
    assert joined["a"].boundaries.shape == (0, 3)


def test_segments_of_a_continuous_trial_are_classes_of_their_own():
    walk = Segmentation(("walk", "run", "walk"), np.array([[4, 5, 7], [8, 8, 8]]), 10, "walk")
    joined = concatenate_clip_classes({"a": ["walk"]}, {"walk": walk}, ConcatenationParameters())
    assert joined["a"].behaviours == ("1.1 walk", "1.2 run", "1.3 walk")
    np.testing.assert_array_equal(joined["a"].boundaries, walk.boundaries)


def test_boundaries_inside_a_trial_move_with_it():
    walk = Segmentation(("walk", "run"), np.array([[4, 5, 7]]), 10, "walk")
    joined = concatenate_annotations(
        {"both": ["walk", "walk"]}, {"walk": walk}, ConcatenationParameters(boundary_tolerance=1)
    )["both"]
    assert joined.behaviours == ("walk", "run", "walk", "run")
    assert joined.boundaries.tolist() == [[4, 5, 7], [9, 10, 11], [14, 15, 17]]
