"""Partitions beside those of the plain search that is kept among the helpers."""

import numpy as np
import pytest
from helpers import plain_kernel_segmentation as plain
from sklearn.metrics import adjusted_rand_score

from kinembed.segmentation.kernel_segmentation import best_partitions
from kinembed.segmentation.partition_cost import PartitionCost, cluster_means
from kinembed.segmentation.separation import smallest_separation

RATE, PENALTY, LARGEST = 10.0, 7.0, 6


def walk(seed, rows=300):
    """Synthetic: four behaviours in segments of 1 to 6 s, in six dimensions of variance 1."""
    draw = np.random.default_rng(seed)
    kinds = np.repeat(draw.integers(0, 4, rows), draw.integers(10, 60, rows))[:rows]
    features = 2 * draw.normal(size=(4, 6))[kinds] + draw.normal(size=(rows, 6))
    return (features - features.mean(axis=0)) / np.sqrt(features.var(axis=0).sum())


def levels():
    """Rows of few values, many of them equal."""
    draw = np.random.default_rng(0)
    return np.repeat(draw.integers(0, 3, (12, 2)), draw.integers(10, 40, 12), axis=0).astype(float)


@pytest.mark.parametrize(
    ("features", "cuts", "whole"),
    [
        (walk(0), (), False),
        (walk(1), (), False),
        (walk(2), (1, 80, 190), False),
        (walk(3), tuple(range(20, 300, 20)), True),
        (levels(), (), False),
        (walk(0, rows=5), (), False),
    ],
    ids=["one", "another", "cuts", "wholes", "ties", "few"],
)
def test_partitions_are_those_of_the_plain_search(features, cuts, whole):
    edges = np.array([0, *cuts, len(features)])
    expected = plain.best_partitions(
        plain.PlainCost(features, PENALTY, edges, whole, RATE), LARGEST
    )
    found = best_partitions(PartitionCost(features, PENALTY, edges, whole), RATE, LARGEST)
    assert list(found) == list(expected)
    for number, partition in found.items():
        assert adjusted_rand_score(expected[number].labels, partition.labels) == 1.0
        assert partition.cost == pytest.approx(expected[number].cost)
        assert partition.separation == pytest.approx(expected[number].separation)


@pytest.mark.parametrize("seed", range(3))
def test_separation_is_that_of_all_rows(seed):
    features, labels = walk(seed), np.random.default_rng(seed).integers(0, 4, 300)
    means = cluster_means(features, labels)
    expected = plain.smallest_separation(features, RATE, labels)
    assert smallest_separation(features, means, RATE, labels) == pytest.approx(expected)


def test_means_from_running_sums_are_those_of_rows():
    features, labels = walk(0), np.random.default_rng(1).integers(0, 4, 300)
    cost = PartitionCost(features, PENALTY, np.array([0, 300]))
    np.testing.assert_allclose(cost.means(labels), cluster_means(features, labels), atol=1e-12)
