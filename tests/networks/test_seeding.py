"""Draws of torch that a seed decides, in several threads at once too."""

import threading
from concurrent.futures import ThreadPoolExecutor

import torch

from kinembed.networks.seeding import seeded


def drawn(seed: int, barrier: threading.Barrier) -> list[float]:
    barrier.wait()
    with seeded(seed):
        return torch.cat([torch.randn(1000) for _ in range(200)]).tolist()


def test_threads_that_draw_at_once_do_not_mix():
    seeds = range(4)
    alone = [drawn(seed, threading.Barrier(1)) for seed in seeds]
    barrier = threading.Barrier(len(seeds))
    with ThreadPoolExecutor(len(seeds)) as threads:
        together = list(threads.map(lambda seed: drawn(seed, barrier), seeds))
    assert together == alone


def test_draws_outside_do_not_change():
    torch.manual_seed(3)
    expected = torch.rand(2)
    torch.manual_seed(3)
    with seeded(5):
        torch.rand(7)
    assert torch.equal(torch.rand(2), expected)
