"""The feature space of kernel segmentation, fitted on some rows and applied to others."""

from functools import partial

import numpy as np
import pytest
from helpers.plain_kernel_features import plain_features
from scipy.ndimage import uniform_filter1d
from scipy.spatial.distance import cdist

from kinembed.segmentation import kernel_features
from kinembed.segmentation.kernel_features import KernelSpace


@pytest.fixture(scope="module")
def values():
    """Synthetic: three cycles in turns, 20 rows a second."""
    time = np.arange(600) / 20
    centre = np.repeat([0.0, 5.0, -4.0], 200)
    cycle = np.column_stack([np.sin(7 * time), np.cos(7 * time), 0.3 * np.sin(14 * time)])
    noise = np.random.default_rng(0).normal(scale=0.1, size=(600, 3))
    return centre[:, None] + cycle + noise


@pytest.mark.parametrize("cuts", [(), (200, 400)])
def test_its_own_rows_lie_where_they_lay_when_it_was_fitted(values, cuts):
    space, fitted = KernelSpace.fit(values, 20.0, cuts, seed=3)
    again = space.map(values, 20.0, cuts)
    np.testing.assert_allclose(again.features, fitted.features, atol=1e-9)
    np.testing.assert_allclose(again.outside, fitted.outside, atol=1e-9)


@pytest.mark.parametrize("cuts", [(), (200, 400)])
def test_rows_in_blocks_lie_where_all_at_once_lie(values, cuts, monkeypatch):
    monkeypatch.setattr(kernel_features, "BLOCK_ROWS", 64)
    _, found = KernelSpace.fit(values, 20.0, cuts, seed=3)
    expected = plain_features(values, 20.0, cuts, seed=3)
    products = found.features @ found.features.T
    np.testing.assert_allclose(products, expected @ expected.T, atol=1e-9)


def test_distances_are_those_of_both_kernels_together(values):
    """Where hardly anything is left out, |x - y|^2 = 2 (1 - k) over the scale."""
    space, fitted = KernelSpace.fit(values, 20.0, (), seed=3)
    exact = 0.0
    window = partial(uniform_filter1d, size=40, axis=0, mode="nearest")
    mean = window(values)
    spread = np.sqrt(np.maximum(window(values**2) - mean**2, 0))
    summaries = np.hstack([mean / space.scales[0], spread / space.scales[1]])
    for share, rows, kernel in ((2 / 3, values, space.rows), (1 / 3, summaries, space.summaries)):
        similar = np.exp(-kernel.gamma * cdist(rows[::50], rows[::50], "sqeuclidean"))
        exact = exact + share * 2 * (1 - similar) / kernel.scale**2
    found = cdist(fitted.features[::50], fitted.features[::50], "sqeuclidean")
    np.testing.assert_allclose(found, exact, atol=0.02)
    assert fitted.features.var(axis=0).sum() == pytest.approx(1, abs=0.01)


def test_a_part_of_the_rows_lies_where_it_lay_in_the_whole(values):
    space, whole = KernelSpace.fit(values, 20.0, (), seed=3)
    part = space.map(values[100:300], 20.0, ())
    inner = slice(20, -20)  # summaries of two seconds reach over the edges
    np.testing.assert_allclose(part.features[inner], whole.features[100:300][inner], atol=1e-9)


def test_rows_that_are_like_no_other_lie_outside(values):
    space, own = KernelSpace.fit(values, 20.0, (), seed=3)
    foreign = space.map(values + 40, 20.0, ())
    mean = own.features.mean(axis=0)
    assert own.outside.max() < 0.1 * foreign.outside.min()
    near = np.square(cdist(own.features, mean[None]))[:, 0] + own.outside
    far = np.square(cdist(foreign.features, mean[None]))[:, 0] + foreign.outside
    assert near.max() < far.min()


def test_rows_that_are_all_alike_have_a_space_too():
    space, _ = KernelSpace.fit(np.ones((30, 3)), 20.0, (), seed=0)
    mapped = space.map(np.ones((9, 3)), 20.0, ())
    assert np.isfinite(mapped.features).all()
    np.testing.assert_allclose(np.ptp(mapped.features, axis=0), 0, atol=1e-9)
