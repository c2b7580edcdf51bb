import numpy as np
import pytest

from kinembed.analysis.state_dynamics import average_trajectories, fit_pod


@pytest.fixture(scope="module")
def stretched():
    """States that vary by 3, 2 and 1 along known directions, and not along others."""
    generator = np.random.default_rng(1)
    directions = np.linalg.qr(generator.normal(size=(6, 3)))[0].T
    amounts = generator.normal(size=(40, 25, 3))
    amounts = (amounts - amounts.mean(axis=(0, 1))) * [3.0, 2.0, 1.0]
    return (amounts @ directions + 5.0).astype(np.float32), directions


def test_modes_are_the_directions_of_variance_in_order(stretched):
    states, directions = stretched
    pod = fit_pod(states, 3)
    aligned = np.abs(pod.modes @ directions.T)
    np.testing.assert_allclose(aligned, np.eye(3), atol=0.1)
    np.testing.assert_allclose(pod.deviations, [3.0, 2.0, 1.0], rtol=0.1)
    np.testing.assert_allclose(pod.explained_variance.sum(), 1.0, atol=1e-6)
    np.testing.assert_allclose(pod.explained_variance, pod.deviations**2 / 14, rtol=0.1)


def test_projections_are_centred_and_lead_back(stretched):
    states, _ = stretched
    pod = fit_pod(states, 3)
    projections = pod.project(states)
    assert projections.shape == (40, 25, 3)
    np.testing.assert_allclose(projections.mean(axis=(0, 1)), 0, atol=1e-5)
    np.testing.assert_allclose(projections.std(axis=(0, 1), ddof=1), pod.deviations, rtol=1e-4)
    np.testing.assert_allclose(projections @ pod.modes + pod.mean, states, atol=1e-4)


def test_there_are_no_more_components_than_units(stretched):
    assert fit_pod(stretched[0], 20).modes.shape == (6, 6)


def test_averages_are_taken_step_by_step_over_the_windows_of_a_cluster(random_states):
    states, clusters = random_states
    averages = average_trajectories(states.both.astype(float), clusters)
    assert list(averages) == [0, 2]
    for cluster, average in averages.items():
        windows = [states.both[i] for i in range(12) if clusters[i] == cluster]
        np.testing.assert_allclose(average, sum(windows) / len(windows), atol=1e-6)
