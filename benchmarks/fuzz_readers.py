"""Mutants of small recordings in every format: each is read within the limits, or refused clearly.

::

    PYTHONPATH=tests python benchmarks/fuzz_readers.py --mutants 10000
    PYTHONPATH=tests python benchmarks/fuzz_readers.py --minutes 60 --first 10000

A process of its own reads them, one after the other; a new one goes on where it dies. Scripts that
a run starts in a process of their own (C3D, HDF5, MATLAB before 7.3) are forks of a third. A mutant
is named by its seed and its number: the same again in each run.
"""

import argparse
import logging
import multiprocessing
import resource
import shutil
import sys
import tempfile
import time
import traceback
import warnings
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from helpers.fuzzing import COSTS, SEEDS, Seed, fork_children, outcome, script_server
from helpers.mutations import mutant

FINDINGS = Path(tempfile.gettempdir()) / "kinembed_fuzz"
ROUND = 2500
"""Mutants of a format before the next one's turn, each round in a fresh process."""
MOST_SECONDS, MOST_BYTES, SPARE_BYTES, HANGS_S = 5.0, 500 << 20, 4 << 30, 60
SAID = ("read", "refused")
HANGS, DIES = "it hangs", "the process dies"
forks = multiprocessing.get_context("fork")


@dataclass
class Tally:
    """What became of the mutants of a format."""

    outcomes: Counter[str] = field(default_factory=Counter)
    slowest: float = 0.0
    largest: int = 0

    def row(self, kind: str) -> str:
        """The format's row of the table."""
        read, refused, total = *(self.outcomes[one] for one in SAID), self.outcomes.total()
        return (
            f"{kind:40} {total:8} {read:8} {refused:8} {total - read - refused:9} "
            f"{self.slowest:9.2f} {self.largest >> 20:5}"
        )


def main() -> None:
    """Read mutants in rounds, until there are enough or time is up."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--mutants", type=int, default=sys.maxsize, help="of each format")
    parser.add_argument("--minutes", type=float, default=float("inf"))
    parser.add_argument("--format", default="", help="formats whose names hold this")
    parser.add_argument("--first", type=int, default=0, help="number of the first mutant")
    chosen = parser.parse_args()
    end = time.monotonic() + 60 * chosen.minutes
    kinds: dict[str, list[Seed]] = defaultdict(list)
    for seed in SEEDS:
        if chosen.format.lower() in seed.kind.lower():
            kinds[seed.kind].append(seed)
    script_server()  # before the forks: one for all
    tallies = {kind: Tally() for kind in kinds}
    for start in range(0, chosen.mutants, ROUND):
        for kind, seeds in kinds.items():
            if time.monotonic() < end:
                stop = min(start + ROUND, chosen.mutants)
                one_round(seeds, chosen.first + start, chosen.first + stop, tallies[kind])
        say(tallies)
        if time.monotonic() > end:
            break
    sys.exit(any(set(tally.outcomes) - set(SAID) for tally in tallies.values()))


def say(tallies: dict[str, Tally]) -> None:
    """Print the table as it stands."""
    print(f"{'format':40}  mutants     read  refused  findings slowest s    MB")
    print("\n".join(tally.row(kind) for kind, tally in tallies.items()), flush=True)


def one_round(seeds: list[Seed], start: int, stop: int, tally: Tally) -> None:
    """Read mutants of the seeds in turn; a process that dies is followed by another."""
    while start < stop:
        start = one_process(seeds, start, stop, tally)


def one_process(seeds: list[Seed], start: int, stop: int, tally: Tally) -> int:
    """Read mutants until they are done or their process ends; the number of the next one."""
    with tempfile.TemporaryDirectory() as folder:
        here, there = forks.Pipe(duplex=False)
        worker = forks.Process(target=read_all, args=(seeds, start, stop, Path(folder), there))
        worker.start()
        there.close()
        for number in range(start, stop):
            seed = seeds[number % len(seeds)]
            said, seconds, memory = answer(here)
            tally.outcomes[said] += 1
            tally.slowest = max(tally.slowest, seconds)
            tally.largest = max(tally.largest, memory)
            if said not in SAID:
                tell(seed, number, said, Path(folder))
            if said in (HANGS, DIES) or "of memory" in said:
                break
        worker.kill()
        worker.join()
    return number + 1


def answer(here) -> tuple[str, float, int]:
    """What the process says of a mutant."""
    try:
        return here.recv() if here.poll(HANGS_S) else (HANGS, 0.0, 0)
    except EOFError:
        return DIES, 0.0, 0


def tell(seed: Seed, number: int, said: str, folder: Path) -> None:
    """Print a finding, and keep its file."""
    kept = FINDINGS / f"{number}_{seed.name}"
    FINDINGS.mkdir(exist_ok=True)
    shutil.copytree(folder / str(seeds_place(seed)), kept, dirs_exist_ok=True)
    print(f"{seed}, mutant {number}: {said}; {kept}", flush=True)


def seeds_place(seed: Seed) -> int:
    """Name of a seed's folder: several seeds share a file's name."""
    return SEEDS.index(seed)


def read_all(seeds: list[Seed], start: int, stop: int, folder: Path, there) -> None:
    """Read mutants in this process, and say of each what came of it, its seconds and bytes."""
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    contents = {seed: written(seed, folder) for seed in seeds}
    limit_memory()
    fork_children()
    before = peak()
    for number in range(start, stop):
        seed = seeds[number % len(seeds)]
        path = folder / str(seeds_place(seed)) / seed.name
        path.write_bytes(mutant(contents[seed], Random(f"{seed} {number}")))
        begun = time.process_time()
        COSTS.clear()
        said = what_comes_of(seed, path)
        seconds = time.process_time() - begun + sum(cost for cost, _ in COSTS)
        memory = max(peak() - before, *(cost for _, cost in COSTS), 0)
        if said in SAID and seconds > MOST_SECONDS:
            said = f"it takes {seconds:.1f} s"
        if said in SAID and memory > MOST_BYTES:
            said = f"it takes {memory >> 20} MB of memory"
        there.send((said, seconds, memory))


def written(seed: Seed, folder: Path) -> bytes:
    """Content of a seed, whose file and neighbours lie in a folder of their own."""
    place = folder / str(seeds_place(seed))
    place.mkdir()
    seed.write(place / seed.name)
    assert outcome(seed, place / seed.name) == "read"
    return (place / seed.name).read_bytes()


def what_comes_of(seed: Seed, path: Path) -> str:
    """Whether it is read or refused, or the foreign error with its place in kinembed."""
    try:
        return outcome(seed, path)
    except BaseException as problem:
        steps = traceback.extract_tb(problem.__traceback__)
        ours = [one for one in steps if "kinembed" in one.filename] or steps
        place = f"{Path(ours[-1].filename).name}:{ours[-1].lineno}"
        return f"{type(problem).__name__} {str(problem)[:200]!r} at {place}"


def limit_memory() -> None:
    """Let the process take 4 GiB more than it has."""
    has = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    most, hard = has + SPARE_BYTES, resource.getrlimit(resource.RLIMIT_AS)[1]
    resource.setrlimit(resource.RLIMIT_AS, (most, hard))


def peak() -> int:
    """Bytes that the process had at most."""
    return 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


if __name__ == "__main__":
    main()
