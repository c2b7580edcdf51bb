"""Segments and clusters found together, on cycles that come again."""

import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score

from kinembed.segmentation import kernel_segmentation as kernel_segmentation
from kinembed.segmentation.clustering import ClusteringParameters, cluster, fit_clusters
from kinembed.segmentation.embedding import Embeddings
from kinembed.segmentation.kernel_segmentation import (
    _judged,
    best_partitions,
    select_number_of_clusters,
)
from kinembed.segmentation.methods import Partition
from kinembed.segmentation.partition_cost import PartitionCost

BEHAVIOURS = (0, 1, 0, 2, 1)
RATE = 20.0


def cycles(seed=0, seconds=5.0):
    """Synthetic: three kinds of cycle, five segments; each is a loop that crosses the others."""
    generator = np.random.default_rng(seed)
    time = np.arange(round(seconds * RATE)) / RATE
    phase = 2 * np.pi * time
    loops = [
        np.stack([np.cos(phase), np.sin(phase), 0 * phase], 1),
        np.stack([np.cos(2 * phase), 0 * phase, np.sin(2 * phase)], 1),
        np.stack([0.3 * np.cos(phase), 2 + 0 * phase, 0.3 * np.sin(phase)], 1),
    ]
    values = np.vstack([loops[kind] for kind in BEHAVIOURS])
    return values + generator.normal(scale=0.05, size=values.shape)


def truth(seconds=5.0):
    return np.repeat(BEHAVIOURS, round(seconds * RATE))


def embedded(values, cuts=()):
    return Embeddings(values, np.arange(len(values)), len(values), RATE, cuts)


def found(values, number=3, cuts=(), **changes):
    settings = {"components": None, "minimum_duration_s": 0, "largest_number": 6} | changes
    parameters = ClusteringParameters(method="kernel_segmentation", **settings)
    return cluster(embedded(values, cuts), parameters, number).frame_labels


def judged(features, labels, penalty, rate=1.0):
    return _judged(PartitionCost(features, penalty, np.array([0, len(features)])), rate, labels)


@pytest.mark.slow
def test_cycles_that_come_again_are_found_with_their_boundaries():
    labels = found(cycles())
    assert adjusted_rand_score(truth(), labels) > 0.95
    assert np.count_nonzero(np.diff(labels)) == len(BEHAVIOURS) - 1
    changes = np.flatnonzero(np.diff(labels)) + 1
    np.testing.assert_allclose(changes, [100, 200, 300, 400], atol=6)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_the_number_is_found_where_it_is_not_given(seed):
    labels = found(cycles(seed, seconds=8.0), number=None)
    assert len(np.unique(labels)) == 3
    assert adjusted_rand_score(truth(8.0), labels) > 0.95


@pytest.mark.slow
def test_same_seed_same_labels():
    values = cycles()
    np.testing.assert_array_equal(found(values, seed=3), found(values, seed=3))


def test_a_dear_change_leaves_one_segment_and_a_high_threshold_one_cluster():
    assert np.ptp(found(cycles(), number=None, transition_penalty_s=500.0)) == 0
    assert np.ptp(found(cycles(), number=None, separation_threshold=1e5)) == 0


def test_fewer_clusters_than_asked_for_where_there_are_fewer_rows():
    values = np.array([[0.0], [0.0], [5.0], [5.0]])
    assert found(values, number=3).max() <= 2


def test_a_start_from_some_of_the_rows_finds_the_same(monkeypatch):
    monkeypatch.setattr(kernel_segmentation, "START_ROWS", 60)
    assert adjusted_rand_score(truth(), found(cycles())) > 0.95


def test_rows_that_are_all_alike_are_one_cluster():
    assert found(np.ones((50, 2)), number=2).tolist() == [0] * 50


def test_separation_of_a_partition_by_hand():
    """Ten rows a second; clusters of 3 and 2 rows, means 1 and 10, variances 2/3 and 1."""
    features = np.array([[0.0], [2.0], [9.0], [11.0], [1.0]])
    partition = judged(features, np.array([0, 0, 1, 1, 0]), 5.0, rate=10.0)
    distinction = 3 * 2 / 5 / 10 * 81**2 / ((2 / 3 + 1) / 2)
    assert partition.separation == pytest.approx(distinction * 5.0 / 10 / 80)
    assert partition.cost == pytest.approx((2 + 2) / 5 + 2)


def test_two_clusters_do_not_differ_more_surely_in_an_hour_than_in_sixteen_seconds_each():
    def separation(seconds):
        spread = np.tile([[-1.0], [1.0]], (seconds, 1))
        labels = np.repeat([0, 1], 2 * seconds)
        return judged(np.vstack([spread, spread + 5]), labels, 1.4, rate=2.0).separation

    assert separation(16) == pytest.approx(0.7 / 80 * 8 * 25**2)
    assert separation(8) == pytest.approx(separation(16) / 2)
    assert separation(1800) == pytest.approx(separation(16))


@pytest.mark.parametrize(
    ("separations", "expected"),
    [
        ({1: np.inf, 2: 50.0, 3: 20.0, 4: 1.0}, 3),
        ({1: np.inf, 2: 90.0, 3: 80.0, 4: 11.0, 5: 9.0}, 3),  # a fall of more than half from 80
        ({1: np.inf, 2: 900.0, 3: 40.0, 4: 25.0, 5: 11.0, 6: 1.0}, 5),  # 900 is as good as 30
        ({1: np.inf, 2: 4.0, 3: 0.1}, 1),  # 4 is as good as none
        ({1: np.inf, 2: 50.0, 4: 45.0}, 4),  # none behind the last
        ({1: np.inf}, 1),
    ],
)
def test_the_number_is_the_one_after_which_separation_falls_most(separations, expected):
    assert select_number_of_clusters(separations, 10.0) == expected


def test_intervals_between_cuts_may_be_kept_whole():
    """One interval holds a change: it is of one cluster nonetheless."""
    cuts = (100, 200, 300, 400)
    whole = found(cycles(), number=None, cuts=cuts, one_cluster_per_interval=True)
    assert adjusted_rand_score(truth(), whole) == 1.0
    fewer = found(cycles(), number=2, cuts=cuts[1:], one_cluster_per_interval=True)
    assert np.ptp(fewer[:200]) == 0
    assert np.ptp(fewer) == 1


def test_an_interval_of_one_row_counts():
    labels = found(cycles(), cuts=(1, 3, 250))
    assert adjusted_rand_score(truth(), labels) > 0.9


def test_of_partitions_into_as_many_clusters_cost_less_separation_decides(monkeypatch):
    """The cheaper one has two clusters that hardly differ; the dearer one does not."""
    kinds = [np.array([0, 0, 1, 1]), np.array([0, 1, 1, 1]), np.array([0, 1, 2, 2])]
    cheap, sure, other = (
        Partition(labels, cost, separation)
        for labels, cost, separation in zip(
            kinds, (5.0, 5.5, 1.0), (20.0, 400.0, 20.0), strict=True
        )
    )
    monkeypatch.setattr(kernel_segmentation, "_partitions", lambda *_: [cheap, sure, other])
    cost = PartitionCost(np.zeros((4, 1)), 1.0, np.array([0, 4]))
    costs = {number: best.cost for number, best in best_partitions(cost, 1.0, 3).items()}
    assert costs == {2: sure.cost, 3: other.cost}
    assert list(best_partitions(cost, 1.0, 2)) == [2]


@pytest.mark.slow
def test_it_clusters_an_embedding_with_a_row_for_each_frame():
    """At 100 Hz every fourth row is looked at; labels come back for all frames."""
    values = np.repeat(cycles(), 5, axis=0)
    embeddings = Embeddings(values, np.arange(len(values)) + 10, len(values) + 20, 100.0)
    parameters = ClusteringParameters(method="kernel_segmentation", minimum_duration_s=0)
    clusters = cluster(embeddings, parameters, 3)
    assert clusters.number == 3
    assert len(clusters.frame_labels) == len(values) + 20
    inner = clusters.frame_labels[10:-10]
    assert adjusted_rand_score(np.repeat(truth(), 5), inner) > 0.95


@pytest.mark.slow
def test_one_search_serves_all_numbers_also_above_the_largest_that_is_tried():
    parameters = ClusteringParameters(
        method="kernel_segmentation", components=None, minimum_duration_s=0, largest_number=3
    )
    values = cycles()
    seven, sought = fit_clusters(embedded(values), parameters, [7, None]).clusters
    assert seven.number > 3
    assert sought.number == 3
    np.testing.assert_array_equal(
        sought.frame_labels, cluster(embedded(values), parameters, None).frame_labels
    )


@pytest.mark.slow
def test_what_speaks_for_each_number():
    parameters = ClusteringParameters(method="kernel_segmentation", components=None)
    tried = fit_clusters(embedded(cycles()), parameters, [None]).tried
    assert list(tried)[:4] == [1, 2, 3, 4]
    assert tried[1].separation == np.inf
    assert tried[3].separation > 0.31 > 0.31 / 3.5 > tried[4].separation
