import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinembed.core.errors import DataError
from kinembed.motion.windows import (
    WindowLengths,
    all_starts,
    frames_of,
    overlapping_starts,
    window_starts,
)


def test_windows_lie_a_stride_apart_and_reach_the_last_frame():
    lengths = WindowLengths(source=3, target=2)
    starts = window_starts(12, lengths, stride=3)
    assert starts.tolist() == [0, 3, 6, 7]
    assert frames_of(starts, lengths.total).max() == 11


def test_a_sequence_of_one_window_has_one_start():
    assert window_starts(5, WindowLengths(source=3, target=2), stride=4).tolist() == [0]


def test_a_sequence_shorter_than_a_window_is_refused():
    with pytest.raises(DataError, match=r"4 frames is shorter than one window of 3 \+ 2"):
        all_starts(4, WindowLengths(source=3, target=2))


def test_no_window_reaches_across_a_cut():
    lengths = WindowLengths(source=3, target=2)
    assert window_starts(20, lengths, stride=3, cuts=[7, 10]).tolist() == [0, 2, 10, 13, 15]
    assert all_starts(20, lengths, cuts=[7, 10]).tolist() == [0, 1, 2, *range(10, 16)]


def test_intervals_that_are_all_shorter_than_a_window_are_refused():
    with pytest.raises(
        DataError, match="20 frames in 5 intervals has no interval that is not shorter"
    ):
        all_starts(20, WindowLengths(source=3, target=2), cuts=[4, 8, 12, 16])


@pytest.mark.parametrize("count", [0, 4])
def test_a_sequence_of_which_too_little_was_seen_is_refused(count):
    seen = np.arange(20) < count
    message = rf"of 20 frames, of which {count} were seen enough, is shorter than one window of 3"
    with pytest.raises(DataError, match=message):
        all_starts(20, WindowLengths(source=3, target=2), seen=seen)


@given(
    st.integers(1, 60),
    st.integers(1, 9),
    st.integers(1, 5),
    st.sets(st.integers(1, 59)),
)
def test_windows_are_all_those_within_an_interval(frame_count, source, target, cuts):
    lengths, cuts = WindowLengths(source=source, target=target), sorted(cuts)
    cuts = [cut for cut in cuts if cut < frame_count]
    naive = [
        start
        for start in range(frame_count - lengths.total + 1)
        if not any(start < cut < start + lengths.total for cut in cuts)
    ]
    if naive:
        assert all_starts(frame_count, lengths, cuts).tolist() == naive
        spaced = window_starts(frame_count, lengths, 4, cuts).tolist()
        assert spaced == sorted(set(spaced))
        assert set(spaced) <= set(naive)
    else:
        with pytest.raises(DataError, match="shorter than one window"):
            all_starts(frame_count, lengths, cuts)


@pytest.mark.parametrize("cuts", [[0, 9], [9, 5], [5, 5], [20]])
def test_cuts_that_do_not_ascend_within_the_sequence_are_refused(cuts):
    with pytest.raises(DataError, match="ascend strictly between 0 and the sequence's 20 frames"):
        window_starts(20, WindowLengths(source=3, target=2), stride=1, cuts=cuts)


def test_frames_of_windows():
    assert np.array_equal(frames_of(np.array([0, 4]), 3), [[0, 1, 2], [4, 5, 6]])


@pytest.mark.parametrize(
    ("frames", "length", "starts"),
    [(16, 16, [0]), (5, 16, [0]), (24, 16, [0, 8]), (29, 16, [0, 8, 13]), (3, 1, [0, 1, 2])],
)
def test_windows_overlap_by_half_and_the_last_ends_the_sequence(frames, length, starts):
    assert overlapping_starts(frames, length).tolist() == starts
