"""What is freed is kept: large blocks are not mapped anew."""

import platform
import subprocess
import sys

import pytest

from kinembed.core.allocator import keep_freed_memory

pytestmark = pytest.mark.slow

STEPS, BLOCKS, BYTES = 20, 2, 16 * 2**20
PAGE = 4096
FAULTS = f"""
import resource, torch
from kinembed.core.allocator import keep_freed_memory
assert keep_freed_memory()
def step():
    first = torch.ones({BYTES // 4})
    second = first + 1
for _ in range(5):
    step()
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
for _ in range({STEPS}):
    step()
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="mallopt is of glibc")
def test_memory_that_is_kept_is_not_mapped_again():
    command = [sys.executable, "-c", FAULTS]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    assert int(run.stdout) < 0.1 * STEPS * BLOCKS * BYTES / PAGE


def test_elsewhere_nothing_happens(monkeypatch):
    monkeypatch.setattr(sys, "platform", "darwin")
    assert not keep_freed_memory()
