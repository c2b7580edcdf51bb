"""The tree of clusters, and labels merged by it."""

import numpy as np
import pytest

from kinembed.segmentation.behaviour_tree import behaviour_tree, merged_clusters

MEANS = np.array([[0.0, 0], [10, 0], [0, 1], [10, 3], [0, 2.5]])


def test_the_closest_are_joined_first():
    tree = behaviour_tree(MEANS)
    assert tree["number"].tolist() == [4, 3, 2, 1]
    assert list(zip(tree["first"], tree["second"], strict=True)) == [
        ("0", "2"), ("0 2", "4"), ("1", "3"), ("0 2 4", "1 3"),
    ]  # fmt: skip
    assert tree["height"].tolist()[:3] == pytest.approx([1, 2, 3])


@pytest.mark.parametrize(
    ("number", "merged"),
    [
        (None, [0, 1, 2, 3, 4]),
        (9, [0, 1, 2, 3, 4]),
        (5, [0, 1, 2, 3, 4]),
        (3, [0, 1, 0, 3, 0]),
        (2, [0, 1, 0, 1, 0]),
        (1, [0, 0, 0, 0, 0]),
    ],
)
def test_the_tree_is_cut_at_a_number_of_behaviours(number, merged):
    assert merged_clusters(behaviour_tree(MEANS), len(MEANS), number).tolist() == merged


def test_a_single_cluster_has_an_empty_tree():
    tree = behaviour_tree(MEANS[:1])
    assert tree.empty
    assert merged_clusters(tree, 1, 1).tolist() == [0]
