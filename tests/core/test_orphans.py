import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

PARENT = """
import os, sys, time
from pathlib import Path
from kinembed.core.parallel import ParallelConfig, loaders_of_seeds, map_partitions

def work(seed):
    Path(sys.argv[1] if len(sys.argv) > 1 else os.environ["PIDS"], str(os.getpid())).touch()
    time.sleep(60)

if __name__ == "__main__":
    config = ParallelConfig(n_jobs=2)
    map_partitions(work, loaders_of_seeds([1, 2]), config=config, description="work").collect()
"""


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_workers_end_soon_after_their_parent(tmp_path, number):
    script, pids = tmp_path / "parent.py", tmp_path / "pids"
    script.write_text(PARENT)
    pids.mkdir()
    environment = os.environ | {"PIDS": str(pids)}
    with subprocess.Popen([sys.executable, str(script)], env=environment) as parent:
        _until(lambda: len(list(pids.iterdir())) == 2)
        parent.send_signal(number)
    workers = [int(path.name) for path in pids.iterdir()]
    _until(lambda: not any(_works(worker) for worker in workers))


def _works(worker):
    """One that has ended may wait for somebody to notice."""
    status = Path(f"/proc/{worker}/stat")
    try:
        return status.read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def _until(condition):
    end = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)
