import numpy as np
import pytest

from kinembed.analysis.layer_geometry import dtw
from kinembed.analysis.layer_geometry.dtw import dtw_distances, window_descriptors
from kinembed.core.errors import DataError


def naive_distance(one, other):
    """The definition, cell by cell."""
    n, m = len(one), len(other)
    sums = np.full((n + 1, m + 1), np.inf)
    sums[0, 0] = 0
    for a in range(n):
        for b in range(m):
            before = min(sums[a + 1, b], sums[a, b + 1], sums[a, b])
            sums[a + 1, b + 1] = np.linalg.norm(one[a] - other[b]) + before
    return sums[n, m] / (n + m)


def sequences_of(*lengths, features=3, seed=0):
    generator = np.random.default_rng(seed)
    return [generator.normal(size=(length, features)) for length in lengths]


@pytest.mark.parametrize("cells", [1, 200, 2**21])
def test_distances_equal_the_naive_double_loop_however_pairs_are_batched(monkeypatch, cells):
    monkeypatch.setattr(dtw, "CELLS", cells)
    sequences = sequences_of(7, 1, 12, 5, 5, 1, 9, 2)
    expected = np.array([[naive_distance(one, other) for other in sequences] for one in sequences])
    np.testing.assert_allclose(dtw_distances(sequences), expected, atol=1e-7)


def test_a_case_by_hand():
    one, other = np.array([[0.0], [1.0], [3.0]]), np.array([[0.0], [3.0]])
    # 0-0, then 1 goes to 0 (1), then 3-3: sum 1 over 3 + 2 windows.
    np.testing.assert_allclose(dtw_distances([one, other]), [[0, 0.2], [0.2, 0]], atol=1e-7)


def test_distances_are_symmetric_and_zero_between_a_sequence_and_its_copy():
    sequences = sequences_of(6, 11, 8)
    distances = dtw_distances([*sequences, sequences[1].copy()])
    np.testing.assert_array_equal(distances, distances.T)
    np.testing.assert_array_equal(np.diag(distances), 0)
    assert distances[1, 3] < 1e-6 < 0.1 < distances[0, 1]


def test_a_movement_at_half_the_speed_is_no_other_movement():
    (sequence,) = sequences_of(10)
    slow = np.repeat(sequence, 2, axis=0)
    assert dtw_distances([sequence, slow, sequence[::-1].copy()])[0, 1] < 1e-6


def test_distances_do_not_depend_on_a_common_offset():
    sequences = sequences_of(4, 9, 6)
    moved = [values + 1e4 for values in sequences]
    np.testing.assert_allclose(dtw_distances(moved), dtw_distances(sequences), atol=1e-7)


def test_sequences_that_do_not_differ_lie_at_distance_zero():
    np.testing.assert_array_equal(dtw_distances([np.ones((3, 2)), np.ones((5, 2))]), 0)


def test_descriptors_are_means_over_whole_windows_in_units_of_their_spread():
    features = [np.array([[0.0], [2.0], [4.0], [6.0], [99.0]]), np.array([[8.0], [10.0]])]
    means = np.array([1.0, 5.0, 9.0])
    first, second = window_descriptors(features, [5, 2], window=2)
    np.testing.assert_allclose(first[:, 0], means[:2] / means.std())
    np.testing.assert_allclose(second[:, 0], means[2:] / means.std())


@pytest.mark.parametrize(("window", "windows"), [(1, 5), (4, 5), (8, 2)])
def test_windows_are_counted_in_frames_of_the_input(window, windows):
    """A layer that has a quarter of the frames: 20 give 5."""
    (descriptors,) = window_descriptors([np.arange(5.0)[:, None]], [20], window)
    assert len(descriptors) == windows


def test_a_layer_that_is_dead_has_descriptors_of_zero():
    (descriptors,) = window_descriptors([np.zeros((8, 3))], [8], 4)
    np.testing.assert_array_equal(descriptors, np.zeros((2, 3)))


def test_a_sequence_shorter_than_a_window_is_named():
    features = sequences_of(8, 3)
    with pytest.raises(DataError, match="sequence 1 has 3 frames .* fewer than a window of 4"):
        window_descriptors(features, [8, 3], window=4)


def test_lengths_are_given_for_each_sequence():
    with pytest.raises(DataError, match="2 sequences of features have 1 lengths"):
        window_descriptors(sequences_of(8, 8), [8], window=4)
