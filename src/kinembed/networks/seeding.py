"""torch's generators, seeded for a while and then as before.

All threads of a process share them, so that threads wait for one another here.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import torch

_ONE_AT_A_TIME = threading.RLock()
_CPU = torch.device("cpu")


@contextmanager
def seeded(seed: int, device: torch.device = _CPU) -> Iterator[None]:
    """What torch draws inside is a function of the seed, and nothing outside changes.

    Parameters
    ----------
    seed : int
        Any seed, also a negative one.
    device : torch.device, default CPU
        Device that draws, beside the CPU.

    Yields
    ------
    None
        Inside, torch's generators are seeded; those of CPU and CUDA device are restored at the end.
    """
    devices = [device] if device.type == "cuda" else []
    with _ONE_AT_A_TIME, torch.random.fork_rng(devices):
        torch.manual_seed(seed)
        yield
