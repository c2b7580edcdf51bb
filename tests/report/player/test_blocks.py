import json

import numpy as np
import pytest
from helpers.made_up import unpack

from kinembed.report.player.blocks import LEVELS, pack


@pytest.mark.parametrize("rows", [1, 2, 57])
def test_unpacked_values_are_off_by_half_a_level_at_most(rows):
    generator = np.random.default_rng(rows)
    values = 1000 + generator.normal(size=(rows, 3)).cumsum(axis=0) * [1, 10, 0.1]
    packed = json.loads(json.dumps(pack(values)))
    assert packed["scale"] == pytest.approx(np.ptp(values) / (2 * LEVELS))
    assert np.abs(unpack(packed) - values).max() <= 0.5001 * packed["scale"]


def test_the_whole_range_in_one_step_survives():
    values = np.array([[0.0], [1.0], [0.0], [1.0]])
    np.testing.assert_allclose(unpack(pack(values)), values, atol=1e-6)


def test_what_is_missing_stays_missing():
    values = np.array([[np.nan, 1.0], [2.0, np.nan], [np.nan, np.nan], [3.0, -1.0]])
    np.testing.assert_allclose(unpack(pack(values)), values, atol=1e-4)


@pytest.mark.parametrize("value", [0.0, 7.5, np.nan])
def test_a_single_value_over_and_over_is_exact(value):
    np.testing.assert_array_equal(unpack(pack(np.full((4, 2), value))), np.full((4, 2), value))
