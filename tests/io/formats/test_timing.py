"""Even time from frame numbers and times: gaps, rounding, jitter."""

import numpy as np
import pytest

from kinembed.core.errors import FormatError
from kinembed.io.formats.timing import ABSENT, as_they_are, even_frames, even_times

PLACE = {"file": "a.csv", "line_of": lambda row: row + 2, "column": "time"}


def of(times):
    return even_times(np.array(times, dtype=float), **PLACE)


def test_frames_that_are_left_out_are_gaps_of_the_right_length():
    found = even_frames(np.array([1000.0, 1001, 1004]), **PLACE)
    assert found.before.tolist() == [0, 1, ABSENT, ABSENT, 2]
    assert found.file_frames.tolist() == [1000, 1001, 1002, 1003, 1004]
    values = found.apply(np.array([[1.0], [2.0], [5.0]]))
    np.testing.assert_array_equal(values[:, 0], [1, 2, np.nan, np.nan, 5])
    assert "2 frames are absent" in found.notes[0]


def test_every_second_frame_is_a_step():
    found = even_frames(np.array([0.0, 2, 4, 8]), **PLACE)
    assert found.file_frames.tolist() == [0, 2, 4, 6, 8]
    assert any("divided by 2" in note for note in found.notes)


@pytest.mark.parametrize(
    ("numbers", "message"),
    [
        ([0, 1, 1], r"a\.csv:4: expected whole numbers that rise in 'time', found 1 after 1"),
        ([0, 0.5], r":3: .*found 0\.5 after 0"),
        ([np.nan, 1], r":2: .*found nan"),
        ([0, 1, 1e9], r":2: expected frame numbers in 'time', found 3 of 1000000001"),
    ],
)
def test_numbers_that_count_no_frames_are_refused(numbers, message):
    with pytest.raises(FormatError, match=message):
        even_frames(np.array(numbers, dtype=float), **PLACE)


@pytest.mark.parametrize("rate", [25.0, 30.0, 59.94, 120.0, 240.0])
@pytest.mark.parametrize("digits", [2, 3, 6])
def test_rounded_times_are_even(rate, digits):
    found = of(np.round(np.arange(600) / rate, digits))
    assert found.rate == pytest.approx(rate, rel=2e-3 if digits == 2 else 5e-5)
    np.testing.assert_array_equal(found.before, np.arange(600))
    assert not found.notes


def test_an_even_grid_that_lacks_times_has_gaps():
    found = of([0.0, 0.1, 0.2, 0.5, 0.6])
    assert found.rate == pytest.approx(10)
    assert found.before.tolist() == [0, 1, 2, ABSENT, ABSENT, 3, 4]


def test_a_clock_that_jitters_is_resampled_and_said():
    steps = np.tile([0.017, 0.033, 0.034, 0.050], 50)
    times = np.cumsum(steps)
    found = of(times)
    assert found.rate == pytest.approx(1 / steps.mean(), rel=0.01)
    assert "resampled to an even" in found.notes[0]
    even = times[0] + np.arange(len(times)) / ((len(times) - 1) / (times[-1] - times[0]))
    np.testing.assert_allclose(found.apply(3 * times), 3 * even, atol=1e-9)


def test_nothing_is_interpolated_across_a_long_break():
    rng = np.random.default_rng(0)
    times = np.cumsum(rng.uniform(0.02, 0.05, 100))
    times[50:] += 1.0
    found = of(times)
    assert (found.before == ABSENT).sum() >= 15


@pytest.mark.parametrize("slowest", [0.0, 1.0])
def test_a_pause_of_an_hour_is_named_with_its_line(slowest):
    times = np.arange(300) / 30
    times[100:] += 3600
    message = r":102: .* without long pauses, found one of 3600\.03 s \(from 3\.3 to 3603\.33\)"
    with pytest.raises(FormatError, match=message):
        even_times(times, slowest=slowest, **PLACE)


def test_a_pause_of_a_minute_is_a_gap():
    times = np.arange(300) / 30
    times[100:] += 60
    found = of(times)
    assert (found.rate, (found.before == ABSENT).sum()) == (30, 1800)


@pytest.mark.parametrize(
    ("times", "message"),
    [
        ([0.0], "expected two rows or more"),
        ([0.0, 0.0], "expected 'time' to rise, found 0 after 0"),
        ([0.0, 0.2, 0.1], r":4: expected 'time' to rise, found 0\.1 after 0\.2"),
        ([0.0, np.nan, 0.2], ":3: expected 'time' to rise, found nan"),
        ([0.0, 33, 66], r":2: expected 'time' in seconds, found steps of 33"),
    ],
)
def test_times_that_say_no_rate_are_refused(times, message):
    with pytest.raises(FormatError, match=message):
        of(times)


def test_rows_without_any_count_are_frames():
    assert as_they_are(3).before.tolist() == [0, 1, 2]
