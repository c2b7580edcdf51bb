"""Distances against naive loops, and on loops whose geometry is known."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kinembed.analysis.state_dynamics import WindowStates, cluster_distances, settling
from kinembed.core.errors import DataError

WINDOWS, SOURCE, TARGET = 10, 6, 8
LENGTH = SOURCE + TARGET


def rings(radius, centre, approach):
    """States that come from the centre and then go round a ring, at another phase per window."""
    phases = np.arange(WINDOWS)[:, None] * 0.7 + np.arange(LENGTH) * 2 * np.pi / TARGET
    ring = np.stack([np.cos(phases), np.sin(phases), np.zeros_like(phases)], axis=-1)
    reach = np.minimum(np.arange(LENGTH) / approach, 1)[:, None]
    return (centre + radius * reach * ring).astype(np.float32)


@pytest.fixture(scope="module")
def two_rings():
    """Two rings of radius 5, the second 1 above the first; windows share no frame."""
    both = np.concatenate([rings(5.0, [0, 0, 0], 4), rings(5.0, [0, 0, 1], 4)])
    starts = np.arange(2 * WINDOWS) * LENGTH
    states = WindowStates(both[:, :SOURCE], both[:, SOURCE:], starts)
    return states, np.repeat([0, 1], WINDOWS)


def naive_distances(states, clusters):
    """Pair by pair: {(cluster, other): (mean, nearest)}."""
    decoder = [
        (clusters[w], states.starts[w], step, states.decoder[w, step].astype(float))
        for w in range(len(clusters))
        for step in range(states.decoder.shape[1])
        if clusters[w] >= 0
    ]
    names = sorted({cluster for cluster, *_ in decoder})
    found = {}
    for a in names:
        for b in names:
            pairs, nearest = [], []
            for cluster, start, step, state in decoder:
                if cluster != a:
                    continue
                others = [row for row in decoder if row[0] == b]
                pairs += [
                    np.linalg.norm(state - other)
                    for _, other_start, other_step, other in others
                    if (start, step) != (other_start, other_step)
                ]
                apart = [
                    np.linalg.norm(state - other)
                    for _, other_start, _, other in others
                    if abs(start - other_start) >= states.steps
                ]
                nearest += [min(apart)] if apart else []
            found[a, b] = (np.mean(pairs), np.mean(nearest) if nearest else np.nan)
    return found


def test_distances_equal_those_of_a_loop_over_pairs(random_states):
    table = cluster_distances(*random_states)
    expected = naive_distances(*random_states)
    assert list(zip(table["cluster"], table["other"], strict=True)) == list(expected)
    np.testing.assert_allclose(table[["mean", "nearest"]], list(expected.values()), rtol=1e-5)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 1000), shift=st.floats(-50, 50))
def test_distances_do_not_depend_on_where_states_lie_or_how_clusters_are_numbered(seed, shift):
    generator = np.random.default_rng(seed)
    states = WindowStates(
        generator.normal(size=(9, 2, 3)), generator.normal(size=(9, 3, 3)), np.arange(9) * 5
    )
    clusters = generator.integers(0, 3, size=9)
    renumbered = np.array([7, 1, 4])[clusters]
    moved = WindowStates(states.encoder + shift, states.decoder + shift, states.starts)
    before = cluster_distances(states, clusters)
    after = cluster_distances(moved, renumbered)
    before = before.replace({"cluster": {0: 7, 2: 4}, "other": {0: 7, 2: 4}})
    merged = before.merge(after, on=["cluster", "other"], validate="1:1")
    assert len(merged) == len(before)
    np.testing.assert_allclose(merged["mean_x"], merged["mean_y"], atol=1e-6)
    np.testing.assert_allclose(merged["nearest_x"], merged["nearest_y"], atol=1e-6)


def test_loops_that_lie_close_are_apart_by_their_nearest_states_alone(two_rings):
    table = cluster_distances(*two_rings).set_index(["cluster", "other"])
    np.testing.assert_allclose(table.loc[(0, 1), "nearest"], 1.0, rtol=0.2)
    assert table.loc[(0, 0), "nearest"] < 0.8
    assert table.loc[(0, 0), "mean"] == pytest.approx(table.loc[(0, 1), "mean"], rel=0.05)


def test_a_transient_falls_and_the_decoder_stays_low(two_rings):
    table = settling(*two_rings)
    assert table["step"].tolist() == list(range(LENGTH))
    assert table["part"].tolist() == ["encoder"] * SOURCE + ["decoder"] * TARGET
    distances = table["distance"].to_numpy()
    assert (np.diff(distances[:5]) < 0).all()
    assert distances[0] == pytest.approx(1.0, rel=1e-3)  # the centre is one spread away
    assert distances[4:].max() < 0.15


def test_settling_equals_a_loop_over_states(random_states):
    states, clusters = random_states
    steps = []
    for step in range(states.steps):
        found = []
        for cluster in (0, 2):
            inside = np.flatnonzero(clusters == cluster)
            attractor = states.decoder[inside].reshape(-1, 5).astype(float)
            spread = np.sqrt(np.mean(np.sum((attractor - attractor.mean(0)) ** 2, axis=1)))
            for w in inside:
                apart = [o for o in inside if abs(states.starts[o] - states.starts[w]) >= 7]
                if apart:
                    others = states.decoder[apart].reshape(-1, 5)
                    nearest = np.linalg.norm(others - states.both[w, step], axis=1).min()
                    found.append(nearest / spread)
        steps.append(np.mean(found))
    np.testing.assert_allclose(settling(states, clusters)["distance"], steps, rtol=1e-5)


def test_a_cluster_without_two_separate_windows_has_no_nearest_distance(random_states):
    states, _ = random_states
    clusters = np.array([0, 0, 1] + [-1] * 3 + [1] * 6)
    table = cluster_distances(states, clusters).set_index(["cluster", "other"])
    assert np.isnan(table.loc[(0, 0), "nearest"])
    assert table.drop((0, 0))["nearest"].notna().all()


@pytest.mark.parametrize("clusters", [[-1] * 12, [0, 0, *[-1] * 10]])
def test_without_windows_to_compare_nothing_settles(random_states, clusters):
    with pytest.raises(DataError, match="of 12 windows no two lie wholly within one cluster"):
        settling(random_states[0], np.array(clusters))


def test_without_a_window_of_one_cluster_there_are_no_distances(random_states):
    with pytest.raises(DataError, match="of 12 windows none lies wholly within one cluster"):
        cluster_distances(random_states[0], np.full(12, -1))


def test_the_result_does_not_depend_on_the_size_of_chunks(random_states, monkeypatch):
    whole = cluster_distances(*random_states)
    monkeypatch.setattr("kinembed.analysis.state_dynamics.attractors.MEGABYTES", 0.0005)
    np.testing.assert_allclose(cluster_distances(*random_states), whole, rtol=1e-12)
