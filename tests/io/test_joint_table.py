"""Joints of recordings: by name, whatever their order, prefixes and names in files."""

from dataclasses import replace

import numpy as np
import pytest
from helpers.position_files import JOINTS, body

from kinembed.core.errors import DataError
from kinembed.io.joint_table import agree_on_joints, for_joints, in_table, joints_seen
from kinembed.motion.kinematics import forward_kinematics
from kinembed.motion.positions import PositionParameters, RecordedPositions, motion_of

PLAIN = PositionParameters(frame_rate=50.0)


def recording(trial="a", order=(0, 1, 2, 3, 4), names=JOINTS, frames=40, hidden=(), scale=1.0):
    """The same five joints as a file has them: (joint, first, last frame) are hidden."""
    values = scale * forward_kinematics(body(frames))[:, list(order)]
    for joint, start, stop in hidden:
        values[start:stop, joint] = np.nan
    joints = tuple(names[index] for index in order)
    return motion_of(RecordedPositions(values, joints, 50.0, "y"), PLAIN, file="f", trial=trial)


def harmonised(motions, parameters=PLAIN):
    table = agree_on_joints(map(joints_seen, motions), parameters)
    used = table[table["used"]]
    return [
        in_table(motion, used[used["recording"] == motion.trial], parameters) for motion in motions
    ]


def test_order_prefixes_and_units_do_not_matter():
    names = [f"Ann:{joint}" for joint in JOINTS]
    one, other = harmonised(
        [recording("a"), recording("b", (4, 2, 0, 1, 3), names=names, scale=1000.0)]
    )
    assert one.skeleton.joints == other.skeleton.joints == JOINTS
    np.testing.assert_allclose(one.values, other.values, atol=1e-12)
    assert other.unit == pytest.approx(1000 * one.unit)


def test_a_length_is_that_of_the_body_or_of_the_file():
    motion = recording()
    assert harmonised([motion])[0].unit == pytest.approx(_extent(motion), rel=0.1)
    [in_file_units] = harmonised([motion], PositionParameters(scale="file"))
    np.testing.assert_array_equal(in_file_units.values, motion.values)
    assert in_file_units.unit == 1.0


def _extent(motion):
    positions = forward_kinematics(motion)
    away = np.linalg.norm(positions[:, :, None] - positions[:, None], axis=-1)
    return np.median(away.max(axis=(1, 2)))


def test_joints_that_not_all_have_are_an_error_or_are_left_out(caplog):
    motions = [recording("a"), recording("b", (0, 1, 2, 3))]
    with pytest.raises(DataError, match="rfoot is not in b.*joints=common"):
        harmonised(motions)
    one, other = harmonised(motions, PositionParameters(joints="common"))
    assert one.skeleton.joints == other.skeleton.joints == JOINTS[:4]
    assert "not in all recordings: rfoot" in caplog.text


def test_for_a_body_and_an_object_in_one_file_individuals_are_proposed_first():
    box = recording("m/box", (0, 1), names=["top", "bottom"])
    with pytest.raises(DataError, match=r"You can choose .*individuals \(.* m/ann, m/box\)") as no:
        harmonised([recording("m/ann"), box, recording("n")])
    assert "joints=common" not in str(no.value)
    with pytest.raises(DataError, match=r"You can name joints alike"):
        harmonised([recording("m/ann"), replace(box, trial="n/box")])


def test_leaving_out_takes_patterns_and_does_not_mind_absent_names(caplog):
    [motion] = harmonised([recording()], PositionParameters(leave_out=["*foot", "tail"]))
    assert motion.skeleton.joints == ("root", "lhand", "rhand")
    assert "No recording has a joint tail" in caplog.text
    with pytest.raises(DataError, match=r"no joint remains \(left out\)"):
        harmonised([recording()], PositionParameters(leave_out=["*"]))


def test_names_are_mapped_with_or_without_their_prefix():
    motions = [recording("a"), recording("b", names=["Bob:hip", *(f"Bob:{j}" for j in JOINTS[1:])])]
    one, other = harmonised(motions, PositionParameters(rename={"hip": "root"}))
    assert one.skeleton.joints == other.skeleton.joints
    with pytest.raises(DataError, match="a: root would name several joints"):
        harmonised([recording()], PositionParameters(rename={"lhand": "root"}))


def test_a_joint_that_one_recording_hardly_sees_is_left_out_of_all(caplog):
    motions = [recording("a"), recording("b", hidden=[(1, 2, 40)])]
    one, other = harmonised(motions)
    assert one.skeleton.joints == other.skeleton.joints == ("root", "rhand", "lfoot", "rfoot")
    assert "hardly ever seen: lhand: lhand is seen in 5.0 % of the frames of b" in caplog.text


def test_the_recording_that_leaves_no_joint_is_named_with_what_to_do():
    hopeless = recording("bad", hidden=[(joint, 2, 40) for joint in range(5)])
    poor = recording("poor", hidden=[(1, 1, 40)])
    with pytest.raises(DataError, match=r"no joint remains \(hardly ever seen\)") as no:
        harmonised([recording("a"), poor, hopeless])
    assert str(no.value).endswith(
        "They are hardly seen in bad (5 of them, in 5.0 % of the frames), poor (1 of them, in "
        "2.5 % of the frames): leave such files out, or lower "
        "ingestion.positions.least_seen_share (0.1)"
    )


def test_a_table_says_what_was_seen_of_each_joint():
    table = joints_seen(recording(hidden=[(1, 0, 20), (2, 5, 10)])).set_index("file_joint")
    assert table.loc["lhand", ["seen_share", "masked_share"]].tolist() == [0.5, 0.5]
    assert table.loc["rhand", ["seen_share", "interpolated_share"]].tolist() == [0.875, 0.125]
    assert table.loc["lhand", "longest_gap_s"] == pytest.approx(0.4)
    assert table.loc["root", "longest_gap_s"] == 0


def test_a_recording_is_trimmed_to_what_was_seen_and_keeps_its_frame_numbers():
    hidden = [(joint, 0, 15) for joint in range(3)] + [(joint, 18, 33) for joint in range(5)]
    [motion] = harmonised([recording(frames=40, hidden=hidden)])
    assert motion.frame_numbers.tolist() == list(range(15, 40))
    assert np.flatnonzero(~motion.seen).tolist() == list(range(3, 18))
    strict = PositionParameters(most_masked_share=0.0, least_seen_share=0.0)
    never_whole = recording(hidden=[(0, 0, 20), (1, 20, 40)])
    with pytest.raises(DataError, match="a: in no frame are at most 0 of the joints masked"):
        harmonised([never_whole], strict)


def test_a_model_gets_its_joints_in_its_order():
    motion = for_joints(recording("b", (4, 2, 0, 1, 3)), ("root", "rfoot"), PLAIN)
    assert motion.skeleton.joints == ("root", "rfoot")
    lacking = for_joints(recording("b", (1, 2)), ("root", "rfoot"), PLAIN)
    assert lacking.skeleton.joints == ("lhand", "rhand")


def test_bodies_that_turn_are_matched_by_name(toy_motion):
    names = {joint: f"mixamorig:{joint}" for joint in toy_motion.skeleton.joints}
    other = replace(
        toy_motion,
        trial="other",
        channels=tuple(f"mixamorig:{channel}" for channel in toy_motion.channels),
        skeleton=replace(toy_motion.skeleton, joints=tuple(names.values())),
    )
    one, same = harmonised([toy_motion, other])
    assert same.skeleton == one.skeleton == toy_motion.skeleton
    assert same.channels == one.channels
    with pytest.raises(DataError, match="joints of a body that turns cannot be left out.*arm_end"):
        harmonised([toy_motion], PositionParameters(leave_out=["arm_end"]))
