"""Are the labels the same whatever computes them?

::

    python benchmarks/same_labels.py

Three synthetic recordings, networks of 128 units, stages up to the labels of all frames: with one
and two threads, two seeds of Python's hashes, each engine with one, two and four workers, and a
worker that is killed while networks are trained. A row ends with the first digits of the sha256 of
all labels.
"""

import argparse
import hashlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
from forked_runs import open_project, start

from kinembed.io.synthetic.person import make_sample
from kinembed.motion.kinematics import forward_kinematics

STAGES = "ingestion,expmap,concatenation,training,embedding,clustering"
PARAMETERS = (
    "ingestion.source=folder,ingestion.folder.path={folder},training.network.units=128,"
    "training.steps=20,training.batch_size=32,training.checkpoint_every=5"
)
ENGINES = [
    *((engine, workers) for workers in (2, 1, 4) for engine in ("loky", "threading", "dask")),
    ("sequential", 1),
]
KILLED = [("loky", 2), ("dask", 2)]
STEP = 4
"""Every fourth frame of 120 Hz."""


def main() -> None:
    """One server of forks for each number of threads and seed of hashes."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--row", nargs=2, help="threads and seed of hashes, of this process alone")
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--hash-seeds", type=int, nargs="+", default=[0, 1])
    chosen = parser.parse_args()
    if chosen.row:
        _rows(*chosen.row)
        return
    print("threads  hash seed  engine      workers  worker killed  labels", flush=True)
    for threads, seed in product(chosen.threads, chosen.hash_seeds):
        row = [str(threads), str(seed)]
        variables = {"OMP_NUM_THREADS": row[0], "MKL_NUM_THREADS": row[0], "PYTHONHASHSEED": row[1]}
        command = [sys.executable, "-u", __file__, "--row", *row]
        subprocess.run(command, check=True, env=os.environ | variables)


def write_recordings(folder: Path) -> Path:
    """Synthetic persons, as tables of positions."""
    folder.mkdir()
    for seed in range(3):
        motion = make_sample(seed=seed, duration_s=20.0).motion
        positions = forward_kinematics(motion)[::STEP]
        columns = [f"{joint}_{axis}" for joint in motion.skeleton.joints for axis in "xyz"]
        table = pd.DataFrame(positions.reshape(len(positions), -1), columns=columns)
        table.insert(0, "time", np.arange(len(positions)) * STEP / motion.frame_rate)
        table.to_csv(folder / f"person_{seed}.csv", index=False)
    return folder


def labels(data: Path) -> str:
    """The sha256 of the labels of all frames of the latest version."""
    digest = hashlib.sha256()
    *_, latest = sorted(data.glob("07_model_output/test/predictions/*"))
    for file in sorted(latest.rglob("*.parquet")):
        for name, column in pd.read_parquet(file).select_dtypes("integer").items():
            digest.update(f"{file.stem} {name}".encode() + column.to_numpy().tobytes())
    return digest.hexdigest()


def _rows(threads: str, seed: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        project = open_project(Path(folder))
        write_recordings(project / "recordings")
        for killed, engines in ((False, ENGINES), (True, KILLED)):
            for engine, workers in engines:
                found = _run(project, f"{engine}_{workers}_{killed}", engine, workers, killed)
                how = {True: "yes", False: "no"}[killed]
                print(f"{threads:7}  {seed:9}  {engine:10}  {workers:7}  {how:13}  {found[:16]}")


def _run(project: Path, name: str, engine: str, workers: int, killed: bool) -> str:
    data, log = project / name, project / f"{name}.log"
    params = PARAMETERS.format(folder=project / "recordings")
    params += f",parallel.backend={engine},parallel.n_jobs={workers}"
    options = ["--env", "test", "--pipelines", STAGES, "--to-nodes", "label_frames"]
    options += ["--params", params]
    process = start(options, log, {"KINEMBED_DATA": str(data)})
    if killed:
        _kill_a_worker(process.pid, log)
    process.join()
    if killed and process.exitcode:  # the same command goes on
        process = start(options, log, {"KINEMBED_DATA": str(data)})
        process.join()
    if process.exitcode:
        sys.exit(log.read_text()[-3000:])
    return labels(data)


def _kill_a_worker(parent: int, log: Path) -> None:
    """The last child process while networks are trained."""
    while not log.exists() or "Running node: train_models" not in log.read_text():
        time.sleep(0.1)
    time.sleep(2)
    found = subprocess.run(["pgrep", "-P", str(parent)], capture_output=True, text=True)
    os.kill(int(found.stdout.split()[-1]), signal.SIGKILL)


if __name__ == "__main__":
    main()
