from dataclasses import replace

import numpy as np
import pytest

from kinembed.motion.discontinuities import find_discontinuities
from kinembed.segmentation.embedding import EmbeddingParameters, all_cuts

LEAST = 4.0


def joined(motion, other, at=150):
    """Synthetic: one motion up to a frame, from then on another."""
    values = motion.values.copy()
    values[at:] = other[at:]
    return replace(motion, values=values)


def test_a_motion_joined_from_two_has_a_discontinuity_where_they_meet(toy_motion):
    elsewhere = toy_motion.values[::-1] + 1.0
    assert find_discontinuities(joined(toy_motion, elsewhere), LEAST) == (150,)
    assert find_discontinuities(toy_motion, LEAST) == ()


def test_some_frames_lost_are_one_discontinuity(toy_motion):
    values = toy_motion.values.copy()
    values[100:103] += 2.0
    assert find_discontinuities(replace(toy_motion, values=values), LEAST) == (100,)


def test_a_channel_that_jumps_alone_is_no_discontinuity(toy_motion):
    values = toy_motion.values.copy()
    values[100:, 6] += 3.0
    assert find_discontinuities(replace(toy_motion, values=values), LEAST) == ()


def test_units_do_not_matter(toy_motion):
    motion = joined(toy_motion, toy_motion.values[::-1] + 1.0)
    scaled = replace(motion, values=motion.values * np.logspace(-3, 3, motion.values.shape[1]))
    assert find_discontinuities(scaled, LEAST) == find_discontinuities(motion, LEAST)


@pytest.mark.parametrize("frames", [1, 2, 3, 20])
def test_what_is_short_or_stands_still_has_no_discontinuity(toy_motion, frames):
    still = np.ones((frames, toy_motion.values.shape[1]))
    assert find_discontinuities(replace(toy_motion, values=still), LEAST) == ()


def test_discontinuities_are_cuts_beside_those_that_are_given(toy_motion):
    motion = joined(toy_motion, toy_motion.values[::-1] + 1.0)
    assert all_cuts(motion, EmbeddingParameters(discontinuity_threshold=LEAST), (40, 150)) == (
        40,
        150,
    )
    assert all_cuts(motion, EmbeddingParameters(discontinuity_threshold=LEAST)) == (150,)
    assert all_cuts(motion, EmbeddingParameters(discontinuity_threshold=None), (40,)) == (40,)
