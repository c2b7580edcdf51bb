"""Probabilities of labels: against all paths one by one, and against a truth that is known."""

from itertools import product

import numpy as np
import pytest
from sklearn.metrics.pairwise import euclidean_distances

from kinembed.segmentation.frame_probabilities import label_probabilities
from kinembed.segmentation.partition_cost import cluster_means
from kinembed.segmentation.temperature import temperature_of
from kinembed.segmentation.viterbi import cheapest_labels

pytestmark = pytest.mark.slow


def by_all_paths(costs, penalties, temperature):
    """Sums over every series of labels, each weighted by its cost."""
    rows, labels = costs.shape
    sums = np.zeros_like(costs)
    for path in product(range(labels), repeat=rows):
        changes = [t for t in range(1, rows) if path[t] != path[t - 1]]
        cost = costs[np.arange(rows), path].sum() + penalties[changes].sum()
        sums[np.arange(rows), path] += np.exp(-cost / temperature)
    return sums / sums.sum(axis=1, keepdims=True)


@pytest.mark.parametrize("seed", range(4))
def test_probabilities_are_sums_over_all_paths(seed):
    generator = np.random.default_rng(seed)
    costs, penalties = generator.random((6, 3)), 2 * generator.random(6)
    penalties[3], penalties[4] = 0.0, np.inf  # a free change, and one that is forbidden
    found = label_probabilities(costs, penalties, 0.4)
    np.testing.assert_allclose(found, by_all_paths(costs, penalties, 0.4), rtol=1e-10)


def test_very_unlike_rows_still_sum_to_one():
    costs = 1e5 * np.array([[0.0, 1, 2], [2, 1, 0], [2, 0, 2]])
    found = label_probabilities(costs, np.full(3, 1e3), 0.01)
    np.testing.assert_allclose(found, np.eye(3)[[0, 2, 1]])


def test_one_label_is_certain():
    assert (label_probabilities(np.ones((5, 1)), np.full(5, np.inf), 1.0) == 1).all()


def test_a_chain_changes_as_often_as_its_labels():
    labels = np.repeat([0, 1, 2, 0, 1], 20)
    temperature = temperature_of(labels, 7.0, np.array([0, 40, 100]))
    change = 2 * np.exp(-7.0 / temperature)
    # Of four changes one is where an interval begins; so there are three in 98 pairs of rows.
    assert change / (1 + change) == pytest.approx(3 / 98)


@pytest.mark.parametrize("labels", [[0, 0, 0, 0], [0, 1, 0, 1]])
def test_labels_that_never_or_always_change_have_a_temperature_too(labels):
    assert temperature_of(np.array(labels), 7.0, np.array([0, 4])) == pytest.approx(7.0)


def moving(seed, correlation, rows=3000, clusters=5, dimensions=12):
    """Rows of total variance 1 about means that last some seconds each, and their clusters."""
    generator = np.random.default_rng(seed)
    means, labels = 0.3 * generator.normal(size=(clusters, dimensions)), []
    while len(labels) < rows:
        labels += [int(generator.integers(clusters))] * int(12 + 96 * generator.exponential())
    noise = generator.normal(size=(rows, dimensions)) / np.sqrt(np.arange(1, dimensions + 1))
    for row in range(1, rows):
        noise[row] = correlation * noise[row - 1] + np.sqrt(1 - correlation**2) * noise[row]
    values = means[labels[:rows]] + noise
    values -= values.mean(axis=0)
    return values / np.sqrt(np.square(values).sum(axis=1).mean()), np.array(labels[:rows])


@pytest.mark.parametrize("correlation", [0.0, 0.9])
def test_labels_are_right_as_often_as_they_are_probable(correlation):
    probability, right = [], []
    for seed in range(4):
        values, truth = moving(seed, correlation)
        costs = euclidean_distances(values, cluster_means(values, truth), squared=True)
        penalties = np.full(len(costs), 0.7 * 24)
        labels = cheapest_labels(costs, penalties)
        temperature = temperature_of(labels, penalties[0], np.array([0, len(costs)]))
        found = label_probabilities(costs, penalties, temperature)
        probability.append(found[np.arange(len(labels)), labels])
        right.append(labels == truth)
    assert calibration_error(np.concatenate(probability), np.concatenate(right)) < 0.05


def calibration_error(probability, right, bins=10):
    """Mean difference of probability and share right, over bins of equal width."""
    number = np.minimum((bins * probability).astype(int), bins - 1)
    members = [number == one for one in np.unique(number)]
    return sum(abs((probability[of] - right[of]).sum()) for of in members) / len(probability)
