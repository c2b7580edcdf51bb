"""The cost of a partition, by hand."""

import numpy as np
import pytest

from kinembed.segmentation.partition_cost import PartitionCost, cluster_means


def cost_of(features, penalty, cuts=(), whole=False):
    return PartitionCost(features, penalty, np.array([0, *cuts, len(features)]), whole)


def test_squares_and_changes_are_counted():
    """Clusters of 3 and 2 rows, means 1 and 10, two changes."""
    features = np.array([[0.0], [2.0], [9.0], [11.0], [1.0]])
    labels = np.array([0, 0, 1, 1, 0])
    np.testing.assert_allclose(cluster_means(features, labels), [[1.0], [10.0]])
    assert cost_of(features, 5.0).of(labels) == pytest.approx((2 + 2) / 5 + 2)


def test_a_change_at_a_cut_costs_nothing():
    features = np.array([[0.0], [0.0], [1.0], [1.0], [0.0]])
    labels, means = np.array([0, 0, 1, 1, 0]), np.array([[0.0], [1.0]])
    assert cost_of(features, 5.0, cuts=(2,)).of(labels) == pytest.approx(1.0)
    assert cost_of(features, 5.0).cheapest_labels(means).tolist() == [0] * 5
    assert cost_of(features, 5.0, cuts=(2, 4)).cheapest_labels(means).tolist() == labels.tolist()


def test_intervals_may_be_kept_whole():
    features, means = np.array([[0.0], [0.1], [1.0], [1.0], [1.0]]), np.array([[0.0], [1.0]])
    wholes = cost_of(features, 0.01, cuts=(3,), whole=True)
    assert wholes.cheapest_labels(means).tolist() == [0, 0, 0, 1, 1]


@pytest.mark.parametrize("cuts", [(), (4,)])
def test_joining_raises_the_cost_by_what_is_said(cuts):
    generator = np.random.default_rng(0)
    labels = generator.integers(0, 3, 40)
    cost = cost_of(generator.normal(size=(40, 2)), 0.7, cuts)
    rise = cost.rise(labels)
    assert np.isinf(np.diag(rise)).all()
    for one, other in ((0, 1), (0, 2), (1, 2)):
        joined = np.unique(np.where(labels == other, one, labels), return_inverse=True)[1]
        expected = (cost.of(joined) - cost.of(labels)) * 0.7
        assert rise[one, other] == pytest.approx(expected)


def test_of_equal_pairs_those_that_change_most_are_cheapest_to_join():
    even = np.array([[0.0], [1.0], [0.0], [1.0], [2.0], [2.0]])
    rise = cost_of(even, 5.0).rise(np.array([0, 1, 0, 1, 2, 2]))
    assert np.unravel_index(rise.argmin(), rise.shape) == (0, 1)


def test_the_cost_of_a_part_is_that_of_its_rows_and_a_change_across_left_out_rows_is_free():
    features = np.arange(8.0)[:, None]
    some = PartitionCost(features, 2.0, np.array([0, 5, 8]), True).of_rows_alone(
        np.array([1, 2, 4, 5, 7])
    )
    assert some.features.ravel().tolist() == [1, 2, 4, 5, 7]
    assert some.edges.tolist() == [0, 2, 3, 4, 5]
    assert some.penalty == 2.0
    assert some.whole
    assert some.of(np.array([0, 0, 1, 1, 1])) == pytest.approx((0.5 + 14 / 3) / 2)
    assert some.of(np.array([0, 1, 1, 1, 1])) == pytest.approx((0 + 13) / 2 + 1)
