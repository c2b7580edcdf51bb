"""Tables of predictions."""

import pytest

from kinembed.core.errors import DataError
from kinembed.segmentation.predictions import frame_rate_of, frame_times


def test_the_frame_rate_follows_from_frames_and_times():
    assert frame_rate_of(frame_times(2, 29.97)) == pytest.approx(29.97)


@pytest.mark.parametrize("rate", [25.0, 29.97, 30.0, 120.0, 119.88])
@pytest.mark.parametrize("frames", [7, 10800, 10801])
def test_a_frame_rate_has_no_digits_of_rounding(rate, frames):
    assert frame_rate_of(frame_times(frames, rate)) == rate


@pytest.mark.parametrize("frames", [0, 1])
def test_a_frame_alone_has_no_rate(frames):
    message = rf"prediction of {frames} frame\(s\) does not tell .* predict two frames or more"
    with pytest.raises(DataError, match=message):
        frame_rate_of(frame_times(frames, 30.0))
