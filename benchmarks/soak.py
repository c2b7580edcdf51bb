"""Labelling again and again in one process: resident memory and open files must stay as they are.

::

    python benchmarks/soak.py --minutes 60

Each round writes, reads and labels recordings by a model that is loaded from its folder. Python's
and the libraries' memory grows while caches fill: what counts is the middle of the last third
against that of the second. Small leaks show in long runs alone: an hour has some 1,400 rounds.
"""

import argparse
import os
import sys
import tempfile
import time
from itertools import count
from pathlib import Path
from statistics import median

import kinembed
from kinembed.io.synthetic.person import write_sample

MOST_GROWTH, LEAST_ROUNDS = 1.05, 9
"""By which factor memory may grow: room for what allocators keep. In ten minutes it did not."""
TINY = {
    "training": {"steps": 5, "network": {"units": 8}, "windows": {"source": 10, "target": 10}},
    "embedding": {"stride": 20},
}


def main() -> None:
    """Label until time is up, and say how memory and descriptors went."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=60)
    end = time.monotonic() + 60 * parser.parse_args().minutes
    samples = []
    with tempfile.TemporaryDirectory() as folder:
        model = fitted(Path(folder))
        for number in count():
            label_once(model, Path(folder) / "further", number)
            samples.append((resident(), descriptors()))
            if time.monotonic() > end and len(samples) >= LEAST_ROUNDS:
                break
    sys.exit(judge(samples))


def fitted(folder: Path) -> Path:
    """Store a model of two short synthetic recordings."""
    for seed in (0, 1):
        write_sample(folder / f"known/{seed}", seed=seed, duration_s=4.0)
    found = kinembed.BehaviourDiscovery(behaviours=3, **TINY).fit(kinembed.read(folder / "known"))
    found.save(folder / "model")
    return folder / "model"


def label_once(model: Path, folder: Path, number: int) -> None:
    """Label a recording that was not there before."""
    write_sample(folder, seed=number % 20, duration_s=4.0)
    recordings = kinembed.read(folder)
    labels = kinembed.BehaviourDiscovery.load(model).predict(recordings)
    assert len(labels) == sum(map(len, recordings.values()))


def resident() -> int:
    """Bytes in memory now."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def descriptors() -> int:
    """Open files, pipes and sockets."""
    return len(list(Path("/proc/self/fd").iterdir()))


def judge(samples: list[tuple[int, int]]) -> int:
    """Compare the last third with the second; 1 where memory or descriptors grew."""
    third = len(samples) // 3
    second, last = samples[third : 2 * third], samples[2 * third :]
    before, after = (median(memory for memory, _ in part) for part in (second, last))
    opened, left = (max(files for _, files in part) for part in (second, last))
    print(
        f"{len(samples)} rounds: {before / 2**20:.0f} -> {after / 2**20:.0f} MB of memory, "
        f"{opened} -> {left} descriptors"
    )
    return int(after > MOST_GROWTH * before or left > opened)


if __name__ == "__main__":
    main()
