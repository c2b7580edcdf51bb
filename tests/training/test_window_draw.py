import numpy as np
import pytest
import torch

from kinembed.core.errors import DataError
from kinembed.motion.windows import WindowLengths, all_starts
from kinembed.training.window_draw import make_draw

LENGTHS = WindowLengths(source=5, target=3)


def drawn(name, frame_count=60, cuts=(), seen=None, size=20_000):
    draw = make_draw(name, frame_count, LENGTHS, cuts, seen)
    return draw(size, torch.Generator().manual_seed(0))


def test_uniform_draws_are_those_of_earlier_releases():
    starts = torch.as_tensor(all_starts(60, LENGTHS, (20,)))
    earlier = torch.randint(len(starts), (20, 1), generator=torch.Generator().manual_seed(0))
    assert torch.equal(drawn("uniform", cuts=(20,), size=20)[:, None], starts[earlier])


def test_a_segment_comes_first_then_any_start_but_its_last():
    """Segments of 12 and 48 frames are drawn alike; of their 5 and 41 windows the last is not."""
    starts, counts = np.unique(drawn("segment", cuts=(12,)), return_counts=True)
    np.testing.assert_array_equal(starts, [*range(4), *range(12, 52)])
    shares = counts / counts.sum()
    np.testing.assert_allclose(shares[:4], 1 / 2 / 4, atol=0.015)
    np.testing.assert_allclose(shares[4:], 1 / 2 / 40, atol=0.005)


def test_a_segment_no_longer_than_a_window_is_not_drawn_from():
    starts = drawn("segment", cuts=(8, 17, 20))
    assert set(starts.tolist()) == {8, *range(20, 52)}


def test_what_was_not_seen_is_a_cut():
    seen = np.ones(60, dtype=bool)
    seen[10:40] = False
    assert set(drawn("segment", seen=seen).tolist()) == {0, 1, *range(40, 52)}


def test_without_a_longer_segment_there_is_nothing_to_draw():
    with pytest.raises(DataError, match=r"16 frames in 2 segments is longer than .* 5 \+ 3 frames"):
        drawn("segment", 16, cuts=(8,))
