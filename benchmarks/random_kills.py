"""Runs that are killed at random moments: is the result of the next run the same, what stays?

::

    python benchmarks/random_kills.py --env test --kills 100

Two unbroken runs give the reference. Then a run is killed (SIGKILL) at a moment drawn uniformly
between its start and its usual end, and the same command is run to its end: whatever is stored is
compared with the reference, byte by byte but for run ids, moments and the folder's own name.
Every other kill falls on an empty folder, the others where a run has ended before. With
``--in-a-row 5`` five runs are killed one after another before one may go to its end.
"""

import argparse
import hashlib
import os
import random
import re
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from forked_runs import open_project, start

from kinembed.pipeline_registry import STAGES, register_pipelines

VERSION = re.compile(r"\d{4}-\d\d-\d\dT[\d.]+Z")
LINEAGE = re.compile(r"(^|\.)lineage\.json$")
STRAY = re.compile(r"\.(partial|earlier|tmp|\d+)$|-fresh-|-broken-|-journal$")
OWN = (
    (VERSION, "VERSION"),
    (re.compile(r"(model_uuid|utc_time_created): .*"), r"\1"),
    (re.compile(r'DATE="[^"]*"'), "DATE"),
)
"""What differs between two unbroken runs."""
RECORDS = {"mlflow.db", "mlflow.db-lock", "mlartifacts"}


@dataclass
class Place:
    """A project, and the folder of the data in it that a run uses."""

    project: Path
    env: str
    params: str
    usual_s: float = 0.0

    @property
    def data(self) -> Path:
        """Folder of the data."""
        return self.project / "data_of_runs"

    def renew(self) -> None:
        """Begin with a folder in which nothing but the record of earlier runs lies."""
        for path in self.data.iterdir() if self.data.exists() else ():
            if path.name not in RECORDS:
                shutil.rmtree(path)

    def run(self, killed_after_s: float | None = None) -> int:
        """Exit code of a run; -9 if it was killed."""
        began = time.monotonic()
        options = ["--env", self.env, *(["--params", self.params] if self.params else [])]
        variables = {"KINEMBED_DATA": str(self.data), "TMPDIR": str(self.temporary)}
        process = start(options, self.log, variables)
        process.join(killed_after_s)
        if process.exitcode is None:
            os.kill(process.pid, signal.SIGKILL)
            process.join()
        elif process.exitcode == 0:
            self.usual_s = time.monotonic() - began
        return process.exitcode

    @property
    def log(self) -> Path:
        """What the latest run has printed."""
        return self.project / "run.log"

    @property
    def temporary(self) -> Path:
        """The system's folder for temporary files, as runs see it."""
        folder = self.project / "temporary"
        folder.mkdir(exist_ok=True)
        return folder


def main() -> None:
    """Kill, run again, compare, and say what was seen."""
    chosen = _arguments()
    draws = random.Random(chosen.seed)
    with tempfile.TemporaryDirectory() as folder:
        place = Place(open_project(Path(folder)), chosen.env, chosen.params)
        reference = _reference(place)
        seen: Counter[str] = Counter()
        stages: Counter[str] = Counter()
        while seen["kills"] < chosen.kills:
            if seen["ends"] % 2 == 0:
                place.renew()
            fell = [_kill(place, draws) for _ in range(chosen.in_a_row)]
            stages.update(fell)
            seen["kills"] += len(fell)
            seen += _end(place, reference)
            print(f"{_sentence(seen)}; killed in {', '.join(fell)}", flush=True)
    print(f"stages: {', '.join(f'{stages[stage]} {stage}' for stage in ('start', *STAGES))}")
    sys.exit(seen["ends"] != seen["identical"] or bool(seen["stray"]))


def stored(data: Path) -> dict[str, set[str]]:
    """Digests of each stored file's content by its path without a version, of all its versions."""
    found: dict[str, set[str]] = {}
    for path in sorted(data.rglob("*")):
        parts = path.relative_to(data).parts
        if path.is_file() and parts[0] not in {".runs", *RECORDS}:
            name = VERSION.sub("VERSION", "/".join(parts))
            found.setdefault(name, set()).add(_digest(path, data))
    return found


def stray_files(place: Place) -> list[str]:
    """What should have been cleared up, apart from the system's folder for temporary files."""
    claims = [path for path in place.data.glob(".runs/*") if path.name != "lock"]
    others = [path for path in place.data.rglob("*") if STRAY.search(path.name)]
    versions = [path for path in place.data.rglob("*T*Z") if VERSION.fullmatch(path.name)]
    empty = [path for path in versions if not any(path.iterdir())]
    return sorted({str(path.relative_to(place.data)) for path in (*claims, *others, *empty)})


def _digest(path: Path, data: Path) -> str:
    text = path.read_bytes().decode("latin-1").replace(str(data), "DATA")
    for pattern, name in OWN:
        text = pattern.sub(name, text)
    return hashlib.sha256(text.encode("latin-1")).hexdigest()


def _reference(place: Place) -> dict[str, set[str]]:
    """Of two unbroken runs; a file that differs between them can tell nothing."""
    found = []
    for _ in range(2):
        place.renew()
        if place.run() != 0:
            sys.exit(place.log.read_text())
        found.append(stored(place.data))
    same = {name: digests for name, digests in found[0].items() if found[1].get(name) == digests}
    apart = sorted(found[0].keys() ^ found[1].keys() | found[0].keys() - same.keys())
    print(f"{len(same)} files, {place.usual_s:.0f} s; not compared: {', '.join(apart) or 'none'}")
    return same


def _kill(place: Place, draws: random.Random) -> str:
    """Stage in which the kill fell; a run that was faster than its usual is started again."""
    while True:
        if place.run(draws.uniform(0, place.usual_s)) == -signal.SIGKILL:
            return _stage(place.log.read_text())


def _stage(log: str) -> str:
    nodes = re.findall(r"Running node: (\w+):", log)
    if not nodes:
        return "start"
    pipelines = register_pipelines()
    return next(
        name for name in STAGES if nodes[-1] in {node.name for node in pipelines[name].nodes}
    )


def _end(place: Place, reference: dict[str, set[str]]) -> Counter[str]:
    """Run to the end, and compare."""
    code = place.run()
    found = stored(place.data) if code == 0 else {}
    differing = [name for name, digests in reference.items() if found.get(name) != digests]
    strays = stray_files(place)
    left = list(place.temporary.iterdir())
    for path in left:
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    for name in differing if code == 0 else [place.log.read_text()[-3000:]]:
        print(f"  differs: {name}")
    for name in strays:
        print(f"  stray: {name}")
    for path in left:
        print(f"  temporary: {path.name}")
    same = not differing
    return Counter(
        {"ends": 1, "identical": same, "different": not same, "stray": len(strays),
         "temporary": len(left)}
    )  # fmt: skip


def _sentence(seen: Counter[str]) -> str:
    return (
        f"{seen['kills']} kills, {seen['ends']} runs to the end: {seen['identical']} identical, "
        f"{seen['different']} different, {seen['stray']} stray files, "
        f"{seen['temporary']} left in the system's temporary folder"
    )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--env", default="test")
    parser.add_argument("--params", default="")
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--in-a-row", type=int, default=1)
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args()


if __name__ == "__main__":
    main()
