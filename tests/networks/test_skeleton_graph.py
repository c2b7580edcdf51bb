from fractions import Fraction

import numpy as np
import pytest

from kinembed.io.formats.reader import read_motion
from kinembed.motion.layouts.skeletons import cmu_asf_skeleton, cmu_bvh_skeleton, h36m_skeleton
from kinembed.motion.skeleton import Skeleton
from kinembed.networks.skeleton_graph import SkeletonGraph, partition


def skeleton_of(parents, offsets=None, names="abcdefgh"):
    count = len(parents)
    offsets = (
        np.arange(3.0 * count).reshape(count, 3) if offsets is None else np.array(offsets, float)
    )
    axes = np.tile(np.eye(3), (count, 1, 1))
    return Skeleton(tuple(names[:count]), tuple(parents), offsets, axes, ("zyx",) * count)


def fractions(rows):
    return np.array([[float(Fraction(entry)) for entry in row.split()] for row in rows])


# a - b - c - d, and e beside b.
TREE = SkeletonGraph.of(skeleton_of([-1, 0, 1, 2, 0]))


def test_hops_count_bones():
    expected = [
        [0, 1, 2, 3, 1],
        [1, 0, 1, 2, 2],
        [2, 1, 0, 1, 3],
        [3, 2, 1, 0, 4],
        [1, 2, 3, 4, 0],
    ]
    np.testing.assert_array_equal(TREE.hops(), expected)


def test_spatial_partition_of_a_tree_by_hand():
    self_and_equal, nearer, farther = partition(TREE.hops(), 0, "spatial")
    np.testing.assert_allclose(self_and_equal, np.diag([1 / 3, 1 / 3, 1 / 3, 1 / 2, 1 / 2]))
    # Rows give, columns take: b and e take from a, c from b, d from c.
    np.testing.assert_allclose(
        nearer, fractions(["0 1/3 0 0 1/2", "0 0 1/3 0 0", "0 0 0 1/2 0", "0 0 0 0 0", "0 0 0 0 0"])
    )
    np.testing.assert_allclose(
        farther,
        fractions(["0 0 0 0 0", "1/3 0 0 0 0", "0 1/3 0 0 0", "0 0 1/3 0 0", "1/3 0 0 0 0"]),
    )


def test_spatial_partition_counts_from_the_centre_chosen():
    _, nearer, farther = partition(TREE.hops(), 3, "spatial")
    assert {(v, w) for v, w in np.argwhere(nearer)} == {(3, 2), (2, 1), (1, 0), (0, 4)}
    assert {(v, w) for v, w in np.argwhere(farther)} == {(2, 3), (1, 2), (0, 1), (4, 0)}


def test_neighbours_as_far_from_the_centre_are_with_the_node_itself():
    triangle = np.ones((3, 3), dtype=int) - np.eye(3, dtype=int)
    equal, nearer, farther = partition(triangle, 0, "spatial")
    np.testing.assert_allclose(equal, fractions(["1/3 0 0", "0 1/3 1/3", "0 1/3 1/3"]))
    assert np.argwhere(nearer).tolist() == [[0, 1], [0, 2]]
    assert np.argwhere(farther).tolist() == [[1, 0], [2, 0]]


def test_uniform_and_distance_partitions_by_hand():
    uniform = partition(TREE.hops(), 0, "uniform")
    adjacency = fractions(
        ["1/3 1/3 0 0 1/2", "1/3 1/3 1/3 0 0", "0 1/3 1/3 1/2 0", "0 0 1/3 1/2 0", "1/3 0 0 0 1/2"]
    )
    np.testing.assert_allclose(uniform, adjacency[None])
    itself, neighbours = partition(TREE.hops(), 0, "distance")
    np.testing.assert_allclose(itself, np.diag(np.diag(adjacency)))
    np.testing.assert_allclose(neighbours, adjacency - itself)


@pytest.mark.parametrize("name", ["spatial", "uniform", "distance"])
@pytest.mark.parametrize("make", [cmu_asf_skeleton, cmu_bvh_skeleton, h36m_skeleton])
def test_subsets_of_any_skeleton_share_the_bones_among_them(name, make):
    graph = SkeletonGraph.of(make())
    subsets = partition(graph.hops(), 0, name)
    np.testing.assert_allclose(subsets.sum(axis=(0, 1)), 1)
    assert np.count_nonzero(subsets, axis=0).max() == 1
    assert np.count_nonzero(subsets) == len(graph.joints) + 2 * (len(graph.joints) - 1)


def test_spatial_subsets_do_not_collapse_far_from_the_centre():
    graph = SkeletonGraph.of(cmu_asf_skeleton())
    equal, nearer, farther = partition(graph.hops(), 0, "spatial")
    assert np.count_nonzero(equal - np.diag(np.diag(equal))) == 0
    assert np.count_nonzero(nearer) == np.count_nonzero(farther) == len(graph.joints) - 1


def test_joints_in_one_place_are_one_node_that_keeps_all_their_children():
    offsets = [[0, 0, 0], [0, 0, 0], [0, 1, 0], [0, 1, 0], [0, 1, 0], [1, 0, 0], [2, 0, 0]]
    # b lies on a; c hangs on b; d and e hang on a in one place, but b's frame is not a's.
    graph = SkeletonGraph.of(skeleton_of([-1, 0, 1, 0, 0, 3, 4], offsets))
    assert graph.joints == ("a", "c", "d", "f", "g")
    assert graph.kept.tolist() == [0, 2, 3, 5, 6]
    assert graph.parents == (-1, 0, 0, 2, 2)


def test_rounding_in_a_file_does_not_part_joints():
    graph = SkeletonGraph.of(skeleton_of([-1, 0, 0], [[0, 0, 0], [0, 5, 0], [0, 5, 4e-7]]))
    assert graph.joints == ("a", "b")


def test_a_skeleton_of_one_joint_has_one_subset_with_anything_in_it():
    graph = SkeletonGraph.of(skeleton_of([-1]))
    np.testing.assert_array_equal(partition(graph.hops(), 0, "spatial").ravel(), [1, 0, 0])


def test_real_skeletons_have_the_expected_number_of_places(mirror):
    path = next((mirror / "bvh_cmu").rglob("*.bvh*"))
    bvh = read_motion(str(path), trial="bvh").skeleton
    assert len(bvh.joints) == 38
    assert len(SkeletonGraph.of(bvh).joints) == 28
