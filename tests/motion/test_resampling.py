from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kinembed.core.errors import DataError
from kinembed.motion.exponential_maps import to_euler
from kinembed.motion.motion import Segmentation
from kinembed.motion.resampling import resample, resample_segmentation, resampled_count


def turning(toy_motion, frames=13, rate=12.0):
    """The arm turns a quarter round a second about y, across pi; the hips move 1 a second."""
    values = np.zeros((frames, len(toy_motion.channels)))
    values[:, 0] = np.arange(frames) / rate
    angle = 3.0 + np.pi / 2 * np.arange(frames) / rate
    values[:, 7] = np.where(angle > np.pi, angle - 2 * np.pi, angle)
    return replace(toy_motion, values=values, frame_rate=rate)


def test_a_whole_fraction_of_the_rate_keeps_frames_as_they_are(toy_motion):
    half = resample(toy_motion, 25.0)
    np.testing.assert_array_equal(half.values, toy_motion.values[::2])
    assert half.frame_rate == 25.0
    np.testing.assert_array_equal(resample(toy_motion, 50.0).values, toy_motion.values)


@pytest.mark.parametrize("rate", [5.0, 7.0, 30.0])
def test_even_movement_stays_even_at_any_rate_also_across_pi(toy_motion, rate):
    resampled = resample(turning(toy_motion), rate)
    time = np.arange(len(resampled)) / rate
    np.testing.assert_allclose(resampled.values[:, 0], time, atol=1e-12)
    turned = (resampled.values[:, 7] - 3.0 - np.pi / 2 * time + np.pi) % (2 * np.pi) - np.pi
    np.testing.assert_allclose(turned, 0, atol=1e-9)
    assert time[-1] <= 1.0 < time[-1] + 1 / rate


def test_a_single_frame_and_euler_angles(toy_motion):
    single = replace(toy_motion, values=toy_motion.values[:1])
    np.testing.assert_array_equal(resample(single, 30.0).values, single.values)
    with pytest.raises(DataError, match="toy: convert the motion to exponential maps"):
        resample(to_euler(toy_motion), 30.0)


@settings(max_examples=50, deadline=None)
@given(
    frames=st.integers(1, 400),
    rate=st.sampled_from([120.0, 119.88, 100.0, 59.94, 50.0, 30.0]),
    new=st.sampled_from([120.0, 60.0, 50.0, 29.97, 25.0, 24.0]),
)
def test_annotations_end_where_motions_do(frames, rate, new):
    count = resampled_count(frames, rate, new)
    assert (count - 1) / new <= (frames - 1) / rate * (1 + 1e-6)
    assert count / new > (frames - 1) / rate * (1 - 1e-6)
    if rate / new == round(rate / new):
        assert count == len(range(0, frames, round(rate / new)))


def test_boundaries_are_the_first_frames_at_or_after():
    segmentation = Segmentation(("walk", "run"), np.array([[40, 50, 61]]), 100, "a")
    half = resample_segmentation(segmentation, 100.0, 50.0)
    assert (half.boundaries.tolist(), half.frame_count) == ([[20, 25, 31]], 50)
    other = resample_segmentation(segmentation, 100.0, 60.0)
    assert (other.boundaries.tolist(), other.frame_count) == ([[24, 30, 37]], 60)
    assert resample_segmentation(segmentation, 100.0, 100.0) is segmentation


def test_a_segment_shorter_than_a_frame_is_named():
    brief = Segmentation(("a", "b", "c"), np.array([[51, 51, 51], [59, 59, 59]]), 100, "x")
    with pytest.raises(DataError, match=r"x: segment 2 \(b\) must end after it starts"):
        resample_segmentation(brief, 100.0, 10.0)
