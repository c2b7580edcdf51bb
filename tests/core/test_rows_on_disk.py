import errno
from unittest.mock import MagicMock

import numpy as np
import pytest

from kinembed.core.errors import DataError
from kinembed.core.rows_on_disk import RowsOnDisk


def test_blocks_become_one_array():
    blocks = [np.arange(6.0).reshape(3, 2), np.ones((1, 2)), np.zeros((2, 4))[:, ::2]]
    rows = RowsOnDisk()
    for block in blocks:
        rows.append(block)
    array = rows.array()
    assert rows.counts == [3, 1, 2]
    np.testing.assert_array_equal(array, np.concatenate(blocks))
    array[0] = 7.0
    np.testing.assert_array_equal(rows.array(), np.concatenate(blocks))


def test_the_array_outlives_what_made_it(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    rows = RowsOnDisk()
    rows.append(np.full((1000, 3), 2.0, dtype=np.float32))
    array = rows.array()
    del rows
    assert array.sum() == 6000
    assert array.dtype == np.float32
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("fails", ["write", "flush"])
def test_a_full_disk_is_named(monkeypatch, fails):
    rows = RowsOnDisk()
    file = MagicMock()
    getattr(file, fails).side_effect = OSError(errno.ENOSPC, "No space left on device")
    monkeypatch.setattr(rows, "_file", file)
    with pytest.raises(DataError, match=r"do not fit on this disk \(No space.*set TMPDIR"):
        rows.append(np.zeros((1, 1)))


@pytest.mark.parametrize("shape", [(0, 3), (3, 0)])
def test_nothing_is_an_empty_array(shape):
    rows = RowsOnDisk()
    rows.append(np.zeros(shape))
    assert rows.array().shape == shape
