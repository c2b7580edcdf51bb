import numpy as np
import pytest

from kinembed.core.errors import DataError
from kinembed.motion.standardise import Standardiser

CHANNELS = ("still", "slow", "fast")


@pytest.fixture
def values():
    generator = np.random.default_rng(0)
    return np.column_stack(
        [np.full(50, 3.0), generator.normal(2.0, 0.5, 50), generator.normal(0.0, 9.0, 50)]
    )


def test_kept_channels_have_zero_mean_and_unit_variance(values):
    standardiser = Standardiser.fit(values, CHANNELS)
    standardised = standardiser.apply(values, CHANNELS)
    assert standardiser.channels == ("slow", "fast")
    np.testing.assert_allclose(standardised.mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(standardised.std(axis=0), 1)


def test_invert_undoes_apply(values):
    standardiser = Standardiser.fit(values, CHANNELS)
    np.testing.assert_allclose(
        standardiser.invert(standardiser.apply(values, CHANNELS)), values[:, 1:]
    )


def test_channels_are_found_by_name_in_any_order(values):
    standardiser = Standardiser.fit(values, CHANNELS)
    np.testing.assert_array_equal(
        standardiser.apply(values[:, ::-1], CHANNELS[::-1]), standardiser.apply(values, CHANNELS)
    )


def test_absent_channels_are_named(values):
    standardiser = Standardiser.fit(values, CHANNELS)
    with pytest.raises(DataError, match="lacks: fast"):
        standardiser.apply(values[:, :2], CHANNELS[:2])


def test_a_recording_without_movement_is_refused():
    with pytest.raises(DataError, match="no channel varies"):
        Standardiser.fit(np.ones((10, 2)), ("a", "b"))


def test_a_recording_without_channels_is_refused():
    with pytest.raises(DataError, match="no channel varies"):
        Standardiser.fit(np.ones((10, 0)), ())


def test_round_trip_through_plain_values(values):
    standardiser = Standardiser.fit(values, CHANNELS)
    restored = Standardiser.from_dict(standardiser.to_dict())
    np.testing.assert_array_equal(
        restored.apply(values, CHANNELS), standardiser.apply(values, CHANNELS)
    )


@pytest.mark.parametrize("count", [1, 7, 9, 17, 60])
def test_channels_are_measured_some_at_a_time_as_all_at_once(count):
    generator = np.random.default_rng(count)
    values = generator.normal(size=(501, count)) * 10 ** generator.uniform(-3, 3, size=count)
    seen = generator.random(501) < 0.9
    standardiser = Standardiser.fit(values, tuple(map(str, range(count))), seen)
    of_seen = np.asfortranarray(values[seen])
    np.testing.assert_array_equal(standardiser.mean, of_seen.mean(axis=0))
    np.testing.assert_array_equal(standardiser.std, values[seen].std(axis=0))
