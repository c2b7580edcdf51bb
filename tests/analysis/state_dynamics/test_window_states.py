import numpy as np
import pytest
import torch

from kinembed.analysis.state_dynamics import MIXED, window_clusters, window_states
from kinembed.core.errors import DataError
from kinembed.motion.windows import WindowLengths, window_starts
from kinembed.segmentation.predictions import NOT_SEEN

LENGTHS = WindowLengths(source=3, target=2)


def test_states_are_those_of_the_network_one_window_at_a_time(untrained, toy_motion):
    starts = np.array([0, 7, 100, 286])
    states = window_states(untrained, toy_motion, starts)
    inputs = untrained.inputs(toy_motion)
    for row, start in enumerate(starts):
        with torch.inference_mode():
            alone = untrained.network(inputs[None, start : start + 8], 6)
        np.testing.assert_allclose(states.encoder[row], alone.encoder_states[0], atol=1e-6)
        np.testing.assert_allclose(states.decoder[row], alone.decoder_states[0], atol=1e-6)
    np.testing.assert_array_equal(states.starts, starts)


def test_both_parts_follow_each_other(untrained, toy_motion):
    states = window_states(untrained, toy_motion, np.array([0, 50]))
    assert states.both.shape == (2, 14, 10)
    assert states.steps == 14
    np.testing.assert_array_equal(states.both[:, :8], states.encoder)
    np.testing.assert_array_equal(states.both[:, 8:], states.decoder)


def test_some_of_the_windows(random_states):
    states, clusters = random_states
    some = states.only(clusters == 0)
    np.testing.assert_array_equal(some.starts, [25, 30, 35])
    np.testing.assert_array_equal(some.both, states.both[5:8])


def test_a_window_has_the_cluster_of_all_its_frames_or_none():
    frames = np.repeat([4, 1], [7, 6])
    starts = window_starts(13, LENGTHS, 1)
    expected = [
        frames[start] if len(set(frames[start : start + 5])) == 1 else MIXED for start in starts
    ]
    np.testing.assert_array_equal(window_clusters(starts, LENGTHS, frames), expected)
    assert expected.count(MIXED) == 4


def test_clusters_of_a_shorter_sequence_are_refused():
    with pytest.raises(DataError, match="windows reach frame 12, but 10 frames have a cluster"):
        window_clusters(np.array([0, 8]), LENGTHS, np.zeros(10, dtype=int))


def test_a_window_of_frames_that_were_not_seen_has_no_cluster():
    frames = np.repeat([4, NOT_SEEN], [7, 6])
    starts = np.array([0, 2, 4, 7, 8])
    found = window_clusters(starts, LENGTHS, frames)
    np.testing.assert_array_equal(found, [4, 4, MIXED, MIXED, MIXED])
