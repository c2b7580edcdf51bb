from itertools import combinations

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.spatial.distance import cdist

from kinembed.analysis.layer_geometry.dtw import dtw_distances
from kinembed.analysis.layer_geometry.graphs import RIDGE, dataset_graph
from kinembed.core.errors import DataError


def distances_of(points):
    points = np.asarray(points, dtype=float)
    return cdist(points, points)


def random_distances(count=30, seed=0):
    return distances_of(np.random.default_rng(seed).normal(size=(count, 3)))


def active_sets(local, towards):
    """The minimum over theta >= 0 by trying every set of weights that are not zero."""
    best, found = 0.0, np.zeros(len(towards))
    for size in range(1, len(towards) + 1):
        for chosen in map(list, combinations(range(len(towards)), size)):
            theta = np.linalg.solve(local[np.ix_(chosen, chosen)], towards[chosen])
            value = -0.5 * theta @ towards[chosen]
            if (theta >= 0).all() and value < best:
                best, found = value, np.zeros(len(towards))
                found[chosen] = theta
    return found


def bounded_descent(local, towards):
    """The same minimum by a general solver with bounds."""
    result = minimize(
        lambda theta: (
            0.5 * theta @ local @ theta - theta @ towards,
            local @ theta - towards,
        ),
        np.full(len(towards), 0.1),
        jac=True,
        bounds=[(0, None)] * len(towards),
        options={"ftol": 1e-15, "gtol": 1e-12, "maxiter": 5000},
    )
    return result.x


def reference_nnk(distances, k, solve):
    """Weights by the definition, one sequence and one edge at a time."""
    count = len(distances)
    nearest = np.array(
        [[j for j in np.argsort(row) if j != i][:k] for i, row in enumerate(distances)]
    )
    width = np.mean([distances[i, nearest[i, -1]] for i in range(count)]) / 3
    kernel = np.exp(-(distances**2) / (2 * width**2))
    directed, errors = np.zeros((count, count)), np.zeros(count)
    for i, chosen in enumerate(nearest):
        local = kernel[np.ix_(chosen, chosen)]
        local = local + (max(0, -np.linalg.eigvalsh(local)[0]) + RIDGE) * np.eye(k)
        theta = solve(local, kernel[chosen, i])
        theta[theta < 1e-6] = 0
        directed[i, chosen] = theta
        errors[i] = 1 - 2 * theta @ kernel[chosen, i] + theta @ local @ theta
    weights = np.zeros((count, count))
    for i in range(count):
        for j in range(count):
            one, other = directed[i, j], directed[j, i]
            if one > 0 and other > 0:
                weights[i, j] = one if errors[i] <= errors[j] else other
            else:
                weights[i, j] = max(one, other)
    return weights


@pytest.mark.parametrize(
    ("solve", "k", "tolerance"), [(active_sets, 6, 1e-8), (bounded_descent, 9, 1e-4)]
)
def test_nnk_equals_independent_solvers(solve, k, tolerance):
    distances = random_distances()
    graph = dataset_graph(distances, k)
    np.testing.assert_allclose(graph.weights, reference_nnk(distances, k, solve), atol=tolerance)
    assert graph.repaired == 0


def test_a_neighbour_hidden_behind_another_has_no_weight():
    """On a line the next one hides all that follow; beside the line one stays in sight."""
    points = [[0, 0], [1, 0], [2, 0], [3.1, 0], [0, 1.2]]
    nnk = dataset_graph(distances_of(points), 3).weights
    assert nnk[0, 1] > 0
    assert nnk[0, 4] > 0
    assert nnk[0, 2] == nnk[0, 3] == 0
    assert (dataset_graph(distances_of(points), 3, kind="knn").weights[0, [1, 2, 4]] > 0).all()


def test_nnk_keeps_fewer_neighbours_than_it_chooses_from():
    distances = random_distances(100)
    nnk, knn = (dataset_graph(distances, 15, kind=kind) for kind in ("nnk", "knn"))
    assert nnk.degree < 15 <= knn.degree
    assert not nnk.weights[knn.weights == 0].any()


def test_knn_weights_by_hand():
    graph = dataset_graph(distances_of([[0.0], [1.0], [3.0]]), 1, kind="knn")
    width = (1 + 1 + 2) / 3 / 3
    near, far = np.exp(-0.5 / width**2), np.exp(-2 / width**2)
    np.testing.assert_allclose(graph.weights, [[0, near, 0], [near, 0, far], [0, far, 0]])
    assert graph.degree == pytest.approx(4 / 3)


@pytest.mark.parametrize("kind", ["nnk", "knn"])
def test_weights_are_symmetric_and_do_not_depend_on_scale_or_order(kind):
    distances = random_distances()
    weights = dataset_graph(distances, 5, kind=kind).weights
    np.testing.assert_array_equal(weights, weights.T)
    np.testing.assert_allclose(dataset_graph(7 * distances, 5, kind=kind).weights, weights)
    order = np.random.default_rng(1).permutation(len(distances))
    mixed = dataset_graph(distances[np.ix_(order, order)], 5, kind=kind).weights
    np.testing.assert_allclose(mixed, weights[np.ix_(order, order)], atol=1e-9)


@pytest.mark.parametrize("kind", ["nnk", "knn"])
def test_sequences_of_one_group_are_never_neighbours(kind):
    generator = np.random.default_rng(0)
    trials = np.repeat(np.arange(10), 4)
    points = generator.normal(size=(10, 2))[trials] + generator.normal(scale=0.01, size=(40, 2))
    groups = [f"trial {trial}" for trial in trials]
    weights = dataset_graph(distances_of(points), 5, groups, kind).weights
    same = trials[:, None] == trials
    assert not weights[same].any()
    assert weights.any(axis=1).all()
    assert dataset_graph(distances_of(points), 3, kind="knn").weights[~same].max() < 1e-6


def test_indefinite_local_kernels_are_repaired_and_counted():
    """1 and 3 are near 2 and far from one another, which no kernel can say; 0 sees all three."""
    distances = np.ones((4, 4)) - np.eye(4)
    distances[[1, 2, 2, 3], [2, 1, 3, 2]] = 0.1
    distances[[1, 3], [3, 1]] = 2.0
    graph = dataset_graph(distances, 3)
    assert graph.repaired == 1
    np.testing.assert_allclose(graph.weights, reference_nnk(distances, 3, active_sets), atol=1e-8)


def test_warped_distances_need_repair_and_get_it():
    """Waves of many speeds: warping brings a long slow one near to short fast ones."""
    generator = np.random.default_rng(0)
    waves = [
        np.sin(np.arange(length) * generator.uniform(0.2, 1.5) + generator.uniform(0, 6))[:, None]
        for length in generator.integers(3, 20, 60)
    ]
    graph = dataset_graph(dtw_distances(waves), 15)
    assert 0 < graph.repaired < 60
    assert np.isfinite(graph.weights).all()
    assert graph.weights.any(axis=1).all()


def test_copies_of_a_sequence_are_no_indefinite_kernel():
    points = np.repeat(np.random.default_rng(0).normal(size=(8, 2)), 2, axis=0)
    assert dataset_graph(distances_of(points), 5).repaired == 0


@pytest.mark.parametrize(
    ("k", "groups", "message"),
    [
        (4, None, "4 neighbours were asked for, but sequence 0 of 4 has 3 outside its own group"),
        (2, list("aabb"), None),
        (3, list("aaab"), "sequence 0 of 4 has 1 outside its own group; ask for 1 to 1"),
        (0, None, "0 neighbours were asked for"),
        (2, list("aab"), "4 sequences have 3 groups"),
    ],
)
def test_too_many_neighbours_are_refused(k, groups, message):
    distances = random_distances(4)
    if message is None:
        dataset_graph(distances, k, groups)
        return
    with pytest.raises(DataError, match=message):
        dataset_graph(distances, k, groups)


def test_sequences_that_do_not_differ_have_no_graph():
    with pytest.raises(DataError, match="all their distances are zero"):
        dataset_graph(np.zeros((4, 4)), 2)
