"""Ward's tree of weighted points beside scikit-learn's of repeated ones."""

import numpy as np
import pytest
from sklearn.cluster import AgglomerativeClustering
from sklearn.metrics import adjusted_rand_score

from kinembed.segmentation.ward_tree import WardTree


@pytest.mark.parametrize("seed", range(3))
def test_a_weight_is_as_many_equal_points(seed):
    draw = np.random.default_rng(seed)
    points, weights = draw.normal(size=(40, 3)), draw.integers(1, 9, 40)
    tree = WardTree.of(points, weights)
    for number in (1, 2, 5, 12, 39):
        counted = AgglomerativeClustering(number).fit_predict(np.repeat(points, weights, axis=0))
        expected = counted[np.cumsum(weights) - 1]
        assert adjusted_rand_score(expected, tree.cut(number)) == 1.0


def test_points_by_hand():
    """A heavy point is dearer to join than a light one that is farther away."""
    points, weights = np.array([[0.0], [2.0], [4.5]]), np.array([100, 100, 1])
    tree = WardTree.of(points, weights)
    assert tree.cut(2).tolist() == [0, 1, 1]
    assert tree.cut(1).tolist() == [0, 0, 0]


def test_equal_points_are_joined_first():
    tree = WardTree.of(np.array([[0.0], [3.0], [0.0], [3.0]]), np.ones(4, dtype=np.int64))
    assert tree.cut(2).tolist() == [0, 1, 0, 1]


@pytest.mark.parametrize("points", [1, 2])
def test_fewer_points_than_clusters_are_a_cluster_each(points):
    tree = WardTree.of(np.arange(points)[:, None].astype(float), np.ones(points, dtype=np.int64))
    assert tree.cut(5).tolist() == list(range(points))
