"""The fitted space beside the one that discovery computes in one go."""

import numpy as np
import pytest
from scipy.spatial.distance import cdist

from kinembed.segmentation.kernel_features import KernelSpace
from kinembed.segmentation.kernel_segmentation import _features


@pytest.fixture(scope="module")
def values():
    """Synthetic: three cycles in turns, 20 rows a second."""
    time = np.arange(600) / 20
    centre = np.repeat([0.0, 5.0, -4.0], 200)
    cycle = np.column_stack([np.sin(7 * time), np.cos(7 * time), 0.3 * np.sin(14 * time)])
    noise = np.random.default_rng(0).normal(scale=0.1, size=(600, 3))
    return centre[:, None] + cycle + noise


@pytest.mark.parametrize("cuts", [(), (200, 400)])
def test_its_own_rows_lie_where_discovery_puts_them(values, cuts):
    space = KernelSpace.fit(values, 20.0, cuts, seed=3)
    places = space.places(values, 20.0, cuts)
    np.testing.assert_allclose(places.features, _features(values, 20.0, cuts, 3), atol=1e-9)


def test_a_part_of_the_rows_lies_where_it_lay_in_the_whole(values):
    space = KernelSpace.fit(values, 20.0, (), seed=3)
    whole, part = space.places(values, 20.0, ()), space.places(values[100:300], 20.0, ())
    inner = slice(20, -20)  # summaries of two seconds reach over the edges
    np.testing.assert_allclose(part.features[inner], whole.features[100:300][inner], atol=1e-9)


def test_rows_that_are_like_no_other_lie_outside(values):
    space = KernelSpace.fit(values, 20.0, (), seed=3)
    own, foreign = space.places(values, 20.0, ()), space.places(values + 40, 20.0, ())
    mean = own.features.mean(axis=0)
    assert own.outside.max() < 0.1 * foreign.outside.min()
    near = np.square(cdist(own.features, mean[None]))[:, 0] + own.outside
    far = np.square(cdist(foreign.features, mean[None]))[:, 0] + foreign.outside
    assert near.max() < far.min()


def test_rows_that_are_all_alike_have_a_space_too():
    places = KernelSpace.fit(np.ones((30, 3)), 20.0, (), seed=0).places(np.ones((9, 3)), 20.0, ())
    assert np.isfinite(places.features).all()
    np.testing.assert_allclose(np.ptp(places.features, axis=0), 0, atol=1e-9)
