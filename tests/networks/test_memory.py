"""Networks at small widths keep to their memory: the C library checks it at every allocation."""

import os
import subprocess
import sys

import pytest

pytestmark = pytest.mark.slow

CHECKER = "libc_malloc_debug.so.0"
SKELETONS = """
import numpy as np
import torch
from kinembed.networks.skeleton_graph import SkeletonGraph
from kinembed.networks.stgcn import StGcn, StgcnParameters

graph = SkeletonGraph(("hips", "chest", "head"), np.arange(3), (-1, 0, 1))
for widths in ((4, 6, 8), (8, 8, 16)):
    network = StGcn(graph, 2, StgcnParameters(widths=widths))
    for _ in range(5):
        network(torch.randn(2, 3, 40, 3)).sum().backward()
"""
TWO_STREAMS = """
import torch
from kinembed.networks.two_stream import TwoStream, TwoStreamNetworkParameters

network = TwoStream(2, TwoStreamNetworkParameters(widths=(3, 4, 5), fused=6))
for layout in (torch.contiguous_format, torch.channels_last_3d):
    for _ in range(5):
        pair = (torch.randn(2, number, 5, 16, 16) for number in (1, 2))
        pair = (one.contiguous(memory_format=layout).requires_grad_() for one in pair)
        network(*pair).sum().backward()
"""


def checked(program: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {
        "LD_PRELOAD": CHECKER,
        "MALLOC_CHECK_": "3",
        "OMP_NUM_THREADS": "1",
    }
    return subprocess.run(
        [sys.executable, "-c", f"{program}\nprint('done')"],
        capture_output=True,
        text=True,
        env=environment,
        check=False,
    )


@pytest.fixture(scope="module")
def checker() -> None:
    if CHECKER in checked("").stderr:
        pytest.skip(f"{CHECKER} is missing: it belongs to the C library glibc")


@pytest.mark.usefixtures("checker")
@pytest.mark.parametrize("program", [SKELETONS, TWO_STREAMS], ids=["skeletons", "two streams"])
def test_networks_keep_to_their_memory(program):
    found = checked(program)
    assert (found.returncode, found.stdout) == (0, "done\n"), found.stderr
