import numpy as np
import pytest

from kinembed.errors import DataError
from kinembed.windows import WindowLengths, frames_of, window_starts


def test_windows_lie_a_stride_apart_and_reach_the_last_frame():
    lengths = WindowLengths(source=3, target=2)
    starts = window_starts(12, lengths, stride=3)
    assert starts.tolist() == [0, 3, 6, 7]
    assert frames_of(starts, lengths.total).max() == 11


def test_a_sequence_of_one_window_has_one_start():
    assert window_starts(5, WindowLengths(source=3, target=2), stride=4).tolist() == [0]


def test_a_sequence_shorter_than_a_window_is_refused():
    with pytest.raises(DataError, match=r"4 frames is shorter than one window of 3 \+ 2"):
        WindowLengths(source=3, target=2).count(4)


def test_frames_of_windows():
    assert np.array_equal(frames_of(np.array([0, 4]), 3), [[0, 1, 2], [4, 5, 6]])
