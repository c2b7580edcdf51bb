"""More clusters than stand clearly apart: short behaviours are separated, long ones stay whole."""

import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score

from kinembed.segmentation.further_splits import Split, further_partitions
from kinembed.segmentation.kernel_segmentation import KernelSegmentation, best_partitions
from kinembed.segmentation.methods import Partition, Rows
from kinembed.segmentation.partition_cost import PartitionCost

RATE, PENALTY_S, LARGEST = 10.0, 0.7, 8


def person(seed):
    """Synthetic: two long noisy behaviours, in two styles each, and two pairs of short ones.

    The long ones last 80 s each, each of the four short ones 4 s; the short ones of a pair are
    alike, but less so than they vary.
    """
    draw, unit = np.random.default_rng(seed), np.eye(8)
    means = np.stack([unit[0], -unit[0], unit[1], unit[1], -unit[1], -unit[1]]) * 3
    means[2:] += np.stack([unit[2], -unit[2], unit[3], -unit[3]])
    rows, kinds = [], []
    for turn, short in enumerate((2, 3, 4, 5, 2, 3, 4, 5)):
        long, style = turn % 2, 0.7 * unit[4 + turn % 2] * (-1) ** (turn // 2)
        rows += [means[long] + style + draw.normal(size=(200, 8))]
        rows += [means[short] + 0.3 * draw.normal(size=(20, 8))]
        kinds += [long] * 200 + [short] * 20
    return _of_variance_1(np.vstack(rows)), np.array(kinds)


def _of_variance_1(values):
    values = values - values.mean(axis=0)
    return values / np.sqrt(values.var(axis=0).sum())


def rows_of(features):
    return Rows(features, np.zeros(len(features)), RATE, np.array([0, len(features)]))


def method(whole=False):
    return KernelSegmentation(PENALTY_S, 0.31, whole, LARGEST)


def cost_of(features, penalty=7.0):
    return PartitionCost(features, penalty, np.array([0, len(features)]))


def halve(cost):
    return best_partitions(cost, RATE, 2)


def settle(labels):
    return Partition(labels, 0.0, 0.0)


@pytest.fixture(scope="module", params=[0, 1])
def found(request):
    features, kinds = person(request.param)
    return kinds, method().fit(rows_of(features), [6, None, 4])


def test_with_the_number_given_short_behaviours_are_separated_and_no_long_one_is_split(found):
    kinds, fitted = found
    given = fitted.labels[0]
    assert given.max() + 1 == 6
    for long in (0, 1):
        shares = np.bincount(given[kinds == long]) / np.count_nonzero(kinds == long)
        assert shares.max() > 0.98
    assert adjusted_rand_score(kinds, given) > 0.98


@pytest.mark.parametrize("seed", [0, 1])
def test_the_partition_of_least_cost_splits_the_long_ones(seed):
    features, kinds = person(seed)
    least = best_partitions(cost_of(features), RATE, 6)[6]
    assert adjusted_rand_score(kinds, least.labels) < 0.6


def test_the_estimated_number_and_a_given_one_as_large_are_left_as_they_are(found):
    _, fitted = found
    assert fitted.labels[1].max() + 1 == 4
    np.testing.assert_array_equal(fitted.labels[1], fitted.labels[2])


def test_a_split_gives_the_next_number_to_the_rows_that_move():
    labels = np.array([0, 0, 1, 1, 0])
    assert Split(0.5, np.array([1, 4])).of(labels).tolist() == [0, 2, 1, 1, 2]
    assert labels.tolist() == [0, 0, 1, 1, 0]


def test_the_cluster_is_split_that_saves_the_larger_share_not_the_larger_cost():
    """A minute of loose rows about two means saves more cost, 4 s of tight ones a larger share."""
    draw = np.random.default_rng(0)
    loose = np.repeat([-1.0, 1.0], 300) + draw.normal(size=600)
    tight = 50 + np.repeat([-0.9, 0.9], 20) + 0.01 * draw.normal(size=40)
    features = np.concatenate([loose, tight])[:, None]
    start = settle(np.repeat([0, 1], [600, 40]))
    three = next(further_partitions(start, cost_of(features), halve, settle))
    np.testing.assert_array_equal(np.unique(three.labels[:600]), [0])
    assert np.bincount(three.labels).tolist() == [600, 20, 20]
    cost = cost_of(features)
    halves = np.where(np.arange(640) < 300, 2, start.labels)
    assert cost.of(halves) < cost.of(three.labels)


def test_a_split_that_does_not_last_is_passed_over_and_the_search_ends_where_none_does():
    features = np.repeat([[0.0], [1.0], [5.0], [7.0]], 5, axis=0)
    start, cost = settle(np.repeat([0, 1], 10)), cost_of(features, 0.1)

    def settle_first(labels):
        """The better split, of the second cluster, comes to nothing."""
        return start if labels[10] != labels[15] else settle(labels)

    best = next(further_partitions(start, cost, halve, settle))
    second = next(further_partitions(start, cost, halve, settle_first))
    assert [np.bincount(one.labels).tolist() for one in (best, second)] == [[10, 5, 5], [5, 10, 5]]
    assert list(further_partitions(start, cost, halve, lambda _: start)) == []


def test_rows_that_are_all_alike_and_single_rows_are_not_split():
    features = np.array([[0.0], [0.0], [0.0], [9.0]])
    start = settle(np.array([0, 0, 0, 1]))
    assert list(further_partitions(start, cost_of(features), halve, settle)) == []


def test_intervals_stay_whole():
    features, kinds = person(0)
    edges = np.flatnonzero(np.diff(kinds, prepend=-1, append=-1))
    rows = Rows(features, np.zeros(len(features)), RATE, edges)
    labels = method(whole=True).fit(rows, [6]).labels[0]
    assert adjusted_rand_score(kinds, labels) == 1.0


def test_as_many_clusters_as_there_are_segments_and_no_more():
    features = np.repeat([[0.0], [4.0], [9.0]], 30, axis=0)
    assert method().fit(rows_of(_of_variance_1(features)), [7]).labels[0].max() + 1 == 3


def test_the_number_is_estimated_anew_where_splits_separate_more_than_least_cost_does():
    """Synthetic: two pairs of short behaviours that differ more than those of `person`."""
    unit = np.eye(8)
    features, kinds = person(0)
    for kind, sign in ((2, 1), (3, -1), (4, 1), (5, -1)):
        features[kinds == kind] += sign * 0.15 * unit[6 + kind // 4]
    fitted = method().fit(rows_of(features), [None])
    assert fitted.labels[0].max() + 1 == 6
    assert adjusted_rand_score(kinds, fitted.labels[0]) > 0.98
    least = best_partitions(cost_of(features), RATE, LARGEST)
    assert least[6].separation < 0.31 / 3.5 < fitted.tried[6].separation


def test_splits_replace_partitions_of_least_cost_only_where_clusters_are_not_separated(monkeypatch):
    """The first estimate is 2; 0.31 / 3.5 is the least separation that counts."""
    three, four = np.repeat([0, 1, 2], [4, 2, 2]), np.repeat(np.arange(4), 2)
    least = {
        1: Partition(np.zeros(8, dtype=int), 9.0, np.inf),
        2: Partition(np.repeat([0, 1], 4), 6.0, 2.0),
        3: Partition(three, 4.0, 0.09),
        4: Partition(four, 3.0, 0.08),
    }
    by_splits = {
        3: Partition(three[::-1].copy(), 5.0, 0.3),
        4: Partition(four[::-1].copy(), 5.0, 0.2),
    }
    monkeypatch.setattr(KernelSegmentation, "_partitions", lambda *_: least)
    monkeypatch.setattr(KernelSegmentation, "_further", lambda *_: by_splits)
    found = method().fit(rows_of(np.zeros((8, 1))), [3, 4])
    assert found.labels[0] is least[3].labels
    assert found.labels[1] is by_splits[4].labels
