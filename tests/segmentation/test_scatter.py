"""Scatter of rows in blocks beside what numpy and scikit-learn make of all at once."""

import numpy as np
import pytest

from kinembed.segmentation.principal_components import Axes
from kinembed.segmentation.scatter import Scatter


def rows():
    """Rows of unlike variances, far from 0."""
    return 50 + np.random.default_rng(0).normal(size=(90, 5)) * [5, 1, 3, 2, 4]


@pytest.mark.parametrize("size", [1, 40, 90])
def test_blocks_of_any_size_give_mean_and_scatter(size):
    found = Scatter.of(rows()[start : start + size] for start in range(0, 90, size))
    assert found.rows == 90
    np.testing.assert_allclose(found.mean, rows().mean(axis=0))
    np.testing.assert_allclose(found.matrix, 89 * np.cov(rows().T), atol=1e-9)


def test_deviations_are_those_of_groups_and_scale_with_them():
    scatter, variances = Scatter.of([rows()]), rows().var(axis=0)
    expected = np.sqrt([variances[:2].sum(), variances[2:].sum()])
    np.testing.assert_allclose(scatter.deviations([2, 3]), expected)
    factors = np.repeat(1 / expected, [2, 3])
    np.testing.assert_allclose(scatter.scaled(factors).deviations([2, 3]), 1)
    np.testing.assert_allclose(scatter.scaled(factors).mean, factors * rows().mean(axis=0))


def test_rows_that_are_all_alike_have_a_deviation_of_1():
    assert Scatter.of([np.full((9, 3), 0.1)] * 2).deviations([1, 2]).tolist() == [1, 1]


@pytest.mark.parametrize("components", [2, 4, 5])
def test_axes_are_those_of_the_rows(components):
    expected, found = (
        Axes.fit(rows(), components),
        Axes.of_scatter(Scatter.of([rows()]), components),
    )
    np.testing.assert_allclose(found.reduce(rows()), expected.reduce(rows()), atol=1e-9)
    assert found.coordinates == components
