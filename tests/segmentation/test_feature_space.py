"""Which row that is clustered stands for each row of an embedding."""

import numpy as np
import pytest

from kinembed.segmentation.embedding import Embeddings
from kinembed.segmentation.feature_space import FeatureSpace


@pytest.mark.parametrize(
    ("cuts", "expected"),
    [
        ((), 5 * [0] + 5 * [1] + 4 * [2]),
        ((7,), 5 * [0] + 2 * [1] + 7 * [2]),  # row 10 is the first of the new interval
        ((5,), 5 * [0] + 5 * [1] + 4 * [2]),
        ((6, 9), 5 * [0] + 4 * [1] + 5 * [2]),  # between the cuts no row is clustered
        ((11,), 5 * [0] + 5 * [1] + 4 * [2]),  # nor after this one
    ],
)
def test_no_row_is_stood_for_by_one_of_the_interval_before(cuts, expected):
    """Every fifth row is clustered."""
    values = np.random.default_rng(0).normal(size=(14, 3))
    embeddings = Embeddings(values, np.arange(14), 14, 120.0, cuts)
    space, rows = FeatureSpace.fit(embeddings, None, 0)
    assert len(rows.features) == 3
    np.testing.assert_array_equal(space.clustered_rows(embeddings), expected)
