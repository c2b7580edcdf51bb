"""Flip one random bit in a stored file that later stages read, read it, and count what happens.

::

    python benchmarks/flipped_bits.py --flips 1000

runs the short sample (conf/test) in a fresh copy of the project, then flips bits of stored files
and of digests, one at a time, and loads the dataset through the catalog. It prints how many flips
gave one error of ours that names the file, an error of another kind, and none; and the share of
the run's processor time that its digests cost.
"""

import argparse
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from kedro.framework.project import pipelines
from kedro.framework.session import KedroSession
from kedro.framework.startup import bootstrap_project

from kinembed.core.digests import digest_path, read_local, write_local
from kinembed.core.errors import DamagedError
from kinembed.core.exception_chain import find_cause
from kinembed.datasets.paths import local_path

ROOT = Path(__file__).parents[1]
OUTCOMES = ("named", "other errors", "silent")
LEFT_OUT = {"KEDRO_LOGGING_CONFIG", "MLFLOW_TRACKING_URI", "KINEMBED_DATA", "KINEMBED_MODELS"}


def main() -> None:
    """Run the sample, flip bits, and say what was seen."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--flips", type=int, default=1000)
    flips = parser.parse_args().flips
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder)
        seconds = run_sample(project)
        cost = seconds_of_digests(project)
        print(f"digests: {cost:.3f} of {seconds:.1f} processor seconds, {cost / seconds:.2%}")
        bootstrap_project(project)
        with KedroSession.create(project, env="test") as session:
            seen = flip_bits(session.load_context().catalog, flips)
    print(f"{flips} flips:", ", ".join(f"{seen[one]} {one}" for one in OUTCOMES))
    sys.exit(seen["named"] != flips)


def run_sample(project: Path) -> float:
    """Processor seconds of a run in a copy of the project without data."""
    for name in ("conf", "src"):
        shutil.copytree(ROOT / name, project / name)
    for name in ("pyproject.toml", ".telemetry"):
        shutil.copy(ROOT / name, project)
    kept = {name: value for name, value in os.environ.items() if name not in LEFT_OUT}
    command = [sys.executable, "-m", "kedro", "run", "--env", "test"]
    environment = kept | {"PYTHONPATH": str(project / "src")}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, cwd=project, env=environment, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def seconds_of_digests(project: Path) -> float:
    """Processor seconds to write every stored file once more and to read it, digests and all."""
    files = [path for path in stored_files(project / "data") if path.suffix != ".sha256"]
    start = time.process_time()
    for path in files:
        write_local(path, read_local(path))
    return time.process_time() - start


def stored_files(folder: Path) -> Iterator[Path]:
    """Files that have a digest, and the digests."""
    for path in sorted(folder.rglob("*")):
        digest = Path(digest_path(path.as_posix()))
        if path.is_file() and digest.is_file() and "lineage" not in path.name:
            yield from (path, digest)


def flip_bits(catalog, flips: int) -> Counter[str]:
    """Flip bits of the inputs of all stages, one at a time."""
    names = {name for node in pipelines["__default__"].nodes for name in node.inputs}
    names = sorted(name for name in names if name in catalog and not name.startswith("param"))
    files = [
        (name, path)
        for name in names
        if (folder := local_path(catalog.get(name))) is not None
        for path in stored_files(folder.parent)
        if folder in path.parents or folder.name in {path.name, path.name[1:-7]}
    ]
    print(f"{len(files)} files of {len({name for name, _ in files})} datasets")
    chosen = random.Random(0)
    return Counter(outcome(catalog, *chosen.choice(files), chosen) for _ in range(flips))


def outcome(catalog, name: str, path: Path, chosen: random.Random) -> str:
    """What loading does with one flipped bit; the file is put right again."""
    whole = path.read_bytes()
    flipped = bytearray(whole)
    flipped[chosen.randrange(len(whole))] ^= 1 << chosen.randrange(8)
    path.write_bytes(flipped)
    try:
        loaded = catalog.load(name)
        for load in loaded.values() if isinstance(loaded, dict) else ():
            load() if callable(load) else None
    except Exception as error:
        damaged = find_cause(error, DamagedError)
        named = damaged is not None and digest_path(damaged.file) in {
            str(path), digest_path(str(path))
        }  # fmt: skip
        return "named" if named else "other errors"
    finally:
        path.write_bytes(whole)
    return "silent"


if __name__ == "__main__":
    main()
