import numpy as np

from kinembed.analysis.state_dynamics.similarity import self_similarity
from kinembed.segmentation.embedding import Embeddings


def test_times_of_which_nothing_was_seen_are_empty_and_the_axis_stays_even():
    index = np.r_[0:100:5, 200:300:5]
    values = np.random.default_rng(0).normal(size=(len(index), 3))
    seen = np.ones(300, dtype=bool)
    seen[100:200] = False
    found = self_similarity(Embeddings(values, index, 300, 50.0, (100, 200), seen=seen))
    np.testing.assert_allclose(np.diff(found.times), 0.1)
    empty = np.isnan(found.distances).all(axis=0)
    np.testing.assert_array_equal(empty, (found.times > 1.95) & (found.times < 3.95))
    known = found.distances[~empty][:, ~empty]
    assert np.isfinite(known).all()
    assert (np.diag(known) == 0).all()


def test_where_all_was_seen_distances_are_those_of_the_rows():
    index = np.arange(0, 300, 5)
    found = self_similarity(
        Embeddings(np.random.default_rng(0).normal(size=(60, 3)), index, 300, 50.0)
    )
    np.testing.assert_array_equal(found.times, index / 50)
