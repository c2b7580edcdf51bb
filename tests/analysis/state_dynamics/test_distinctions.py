"""On the synthetic toy motion, whose arm swings at 3 rad/s, then at 12 rad/s and wider."""

from dataclasses import replace

import numpy as np
import pytest

from kinembed.analysis.state_dynamics.distinctions import UNITS, distinctions
from kinembed.analysis.state_dynamics.rhythms import rhythm_table
from kinembed.motion.kinematics import forward_kinematics
from kinembed.motion.positions import position_motion

LABELS = ["slow"] * 150 + ["fast"] * 150
WIDTH = np.degrees(np.hypot(0.8, 0.4))
"""How far the arm turns to each side in the second half."""


@pytest.fixture(scope="module")
def found(toy_motion):
    return distinctions(toy_motion, LABELS)


def row(table, label, joint, measure=None):
    chosen = (table["label"] == label) & (table["joint"] == joint)
    if measure:
        chosen &= table["measure"] == measure
    (index,) = np.flatnonzero(chosen)
    return table.iloc[index]


def test_a_joint_that_swings_wider_is_told_with_both_means(found):
    fast = row(found.measures, "fast", "arm", "swing")
    assert fast["here"] == pytest.approx(2 * WIDTH, rel=0.05)
    assert fast["unit"] == "°"
    slow = row(found.measures, "slow", "arm", "swing")
    assert (slow["here"], slow["elsewhere"]) == (fast["elsewhere"], fast["here"])
    assert slow["effect"] == pytest.approx(-fast["effect"])


def test_the_effect_is_cohens_d(toy_motion, found):
    """From the definition, on heights, which are simple to see."""
    heights = forward_kinematics(toy_motion)[..., 1]
    share = (heights[:, 2] - heights.min()) / (heights.max() - heights.min())
    here, elsewhere = share[150:], share[:150]
    deviation = np.sqrt((here.var(ddof=1) + elsewhere.var(ddof=1)) / 2)
    told = row(found.measures, "fast", "arm_end", "height")
    assert told["effect"] == pytest.approx((here.mean() - elsewhere.mean()) / deviation)
    assert told["here"] == pytest.approx(here.mean())


def test_the_frequency_is_that_of_the_swing(found):
    told = row(found.rhythms, "fast", "arm")
    assert told["frequency"] == pytest.approx(12 / (2 * np.pi), abs=0.1)
    assert told["swing"] == pytest.approx(WIDTH / np.sqrt(2), rel=0.1)
    assert told["elsewhere"] < 0.1 * told["swing"]
    assert 0.8 < told["share"] <= 1


def test_units_of_length_make_no_difference(toy_motion, found):
    longer = replace(toy_motion.skeleton, offsets=39.37 * toy_motion.skeleton.offsets)
    values = toy_motion.values.copy()
    values[:, :3] *= 39.37
    again = distinctions(replace(toy_motion, values=values, skeleton=longer), LABELS)
    numbers = ["here", "elsewhere", "effect"]
    np.testing.assert_allclose(again.measures[numbers], found.measures[numbers], rtol=1e-6)
    assert set(found.measures["measure"]) == set(UNITS) - {"motion", "sway"}


def test_a_discontinuity_at_a_cut_is_no_movement(toy_motion):
    values = toy_motion.values.copy()
    values[50:, 6] += 2.0
    jumping = replace(toy_motion, values=values)
    cut = row(distinctions(jumping, LABELS, (50,)).measures, "slow", "arm", "swing")
    uncut = row(distinctions(jumping, LABELS).measures, "slow", "arm", "swing")
    assert cut["here"] < WIDTH
    assert uncut["here"] > 1.2 * cut["here"]


def test_a_turn_of_the_whole_body_is_speed_but_no_swing(toy_motion):
    values = np.zeros_like(toy_motion.values)
    values[:, 4] = 2.0 * np.arange(300) / 50
    values[150:, 4] = values[150, 4]
    found = distinctions(replace(toy_motion, values=values), LABELS)
    told = row(found.measures, "slow", "hips", "turn")
    assert told["here"] == pytest.approx(np.degrees(2.0), rel=0.02)
    assert found.measures.query("measure == 'swing'").empty


def test_positions_tell_the_same_in_hundredths_of_the_body_height(toy_motion):
    """The tip of the arm is one bone of .5 from the joint that swings; a side tells the heading."""
    places = forward_kinematics(toy_motion)
    places = np.concatenate([places, places[:, :1] + [[3.0, 0.0, 0.0]]], axis=1)
    joints = (*toy_motion.skeleton.joints, "side")
    motion = position_motion(places, joints, frame_rate=50.0, trial="points")
    found = distinctions(motion, LABELS)
    assert set(found.measures["measure"]) == set(UNITS) - {"turn", "swing"}
    wide = row(found.measures, "fast", "arm_end", "sway")
    assert wide["unit"] == "% of body height"
    # Seen from the centroid of four joints a tip moves by three quarters of its way.
    reach = 2 * 0.5 * np.sin(np.radians(WIDTH)) * 3 / 4
    assert wide["here"] == pytest.approx(100 * reach / np.ptp(places[..., 1]), rel=0.2)
    assert wide["effect"] > 2
    told = row(found.rhythms, "fast", "arm_end")
    assert told["frequency"] == pytest.approx(12 / (2 * np.pi), abs=0.1)
    assert told["unit"] == "% of body height"


def test_a_body_seen_from_above_is_measured_by_its_length(toy_motion):
    places = forward_kinematics(toy_motion)[..., [0, 2, 1]]  # what was up lies on the ground
    flat = np.concatenate([places, places[:, :1] + [[2.0, 0.0, 0.0]]], axis=1)
    flat[..., 1] = 0.0
    joints = (*toy_motion.skeleton.joints, "side")
    small, large = (
        distinctions(position_motion(size * flat, joints, frame_rate=50.0, trial="flat"), LABELS)
        for size in (1.0, 7.0)
    )
    np.testing.assert_allclose(small.measures["here"], large.measures["here"])
    assert row(large.rhythms, "fast", "arm_end")["unit"] == "% of body length"
    assert set(large.measures["unit"]) <= {
        "% of body length",
        "% of body length per second",
        "body lengths per second",
    }


def test_a_single_behaviour_is_set_apart_from_nothing(toy_motion):
    found = distinctions(toy_motion, np.zeros(300, dtype=np.int64))
    assert found.measures.empty
    assert found.rhythms.empty
    assert "effect" in found.measures


def test_intervals_of_less_than_a_second_have_no_rhythm():
    swing = np.sin(2 * np.pi * 3 * np.arange(200) / 50)[:, None, None] * [1.0, 0.0, 0.0]
    intervals = [swing, swing / 2, swing[:49]]
    table = rhythm_table(intervals, np.array(["a", "b", "c"], dtype=object), ["arm"], 50.0)
    assert table["label"].tolist() == ["a", "b"]
    np.testing.assert_allclose(table["frequency"], 3.0, atol=0.01)
    np.testing.assert_allclose(table["swing"], [0.5**0.5, 0.5**1.5], rtol=0.05)
