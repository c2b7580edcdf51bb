"""Several runs at once in one fresh clone: what is mixed, what fails, what stays behind.

::

    python benchmarks/runs_at_once.py --minutes 10

Rounds alternate: all runs share one experiment (one runs, the others are refused with its name), or
each has its own (all run, with one database of MLflow). Run k asks for k + 2 clusters, so
results of another run show. The stages after clustering would only make rounds longer.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from itertools import count, cycle
from pathlib import Path

import pandas as pd
from mlflow import MlflowClient

from kinembed.datasets.lineage import Lineage

ROOT = Path(__file__).parents[1]
LEAST = "training.steps=5,training.checkpoint_every=2,embedding.steps=1"
STAGES = "ingestion,expmap,concatenation,training,embedding,clustering"
STRAY = re.compile(r"\.(partial|earlier|\d+)$|-fresh-|-broken-|-journal$")
LEFT_OUT = {"KEDRO_LOGGING_CONFIG", "MLFLOW_TRACKING_URI", "KINEMBED_DATA"}


def main() -> None:
    """Do rounds of 2, 3 and 4 runs until time is up, and say what was seen."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--runs", type=int, nargs="+", default=[2, 3, 4])
    chosen = parser.parse_args()
    end = time.monotonic() + 60 * chosen.minutes
    total: Counter[str] = Counter()
    kinds = cycle([(runs, shared) for runs in chosen.runs for shared in (True, False)])
    for number, (runs, shared) in zip(count(1), kinds, strict=False):
        seen = one_round(runs, shared)
        total += seen
        kind = "one experiment" if shared else "an experiment each"
        print(f"round {number}: {runs} runs, {kind}: {_sentence(seen)}", flush=True)
        if time.monotonic() > end:
            break
    print(f"all: {_sentence(total)}")
    sys.exit(bool(total["mixed"] + total["failed"] + total["stray files"]))


def one_round(runs: int, shared: bool) -> Counter[str]:
    """Start runs together in a fresh clone."""
    with tempfile.TemporaryDirectory() as folder:
        project = fresh_clone(Path(folder), runs, shared)
        environments = ["test" if shared else f"test_{k}" for k in range(runs)]
        started = [_start(project, env, k + 2) for k, env in enumerate(environments)]
        outputs = [process.communicate()[0] for process in started]
        seen: Counter[str] = Counter({"started": runs})
        for process, output in zip(started, outputs, strict=True):
            seen[_outcome(process.returncode, output)] += 1
        seen["mixed"] = mixed_runs(project, seen["finished"])
        seen["stray files"] = len(stray_files(project))
        return seen


def fresh_clone(folder: Path, runs: int, shared: bool) -> Path:
    """A copy of the project without data, in which environment `test` is tracked."""
    for name in ("conf", "src"):
        shutil.copytree(ROOT / name, folder / name)
    for name in ("pyproject.toml", ".telemetry"):
        shutil.copy(ROOT / name, folder)
    (folder / "conf/test/mlflow.yml").unlink()
    for k in range(0 if shared else runs):
        copy = Path(shutil.copytree(folder / "conf/test", folder / f"conf/test_{k}"))
        settings = copy / "globals.yml"
        settings.write_text(
            settings.read_text().replace("experiment: test", f"experiment: test_{k}")
        )
    return folder


def mixed_runs(project: Path, finished: int) -> int:
    """Runs whose stored results or record are not their own, or that have no record."""
    client = MlflowClient(f"sqlite:///{project / 'mlflow.db'}")
    experiments = [one.experiment_id for one in client.search_experiments()]
    runs = [run for run in client.search_runs(experiments) if run.info.status == "FINISHED"]
    wrong = [run for run in runs if not _is_own(project, run)]
    return len(wrong) + abs(finished - len(runs))


def stray_files(project: Path) -> list[Path]:
    """What a run should have cleared up."""
    claims = [path for path in project.glob("data/.runs/*") if path.name != "lock"]
    return claims + [path for path in project.rglob("*") if STRAY.search(path.name)]


def _is_own(project: Path, run) -> bool:
    """As many clusters as the run asked for, and nothing made of another run's results."""
    version, experiment = run.info.run_name, run.data.tags["kedro.env"]
    folder = project / f"data/07_model_output/{experiment}/predictions/{version}/predictions"
    tables = [pd.read_parquet(file) for file in folder.glob("*.parquet")]
    clusters = [
        table[column].nunique() for table in tables for column in table if column == "given"
    ]
    asked = int(run.data.params["clustering.number"])
    lineages = [
        Lineage.model_validate_json(path.read_text())
        for path in project.glob(f"data/0[2-8]*/{experiment}/**/*lineage.json")
    ]
    own = [one for one in lineages if one.run == version]
    sources = {source for one in own for source in one.inputs.values()}
    return bool(tables) and all(n <= asked for n in clusters) and sources <= {version, "unknown"}


def _start(project: Path, env: str, clusters: int) -> subprocess.Popen[str]:
    params = f"{LEAST},clustering.number={clusters}"
    environment = {name: value for name, value in os.environ.items() if name not in LEFT_OUT}
    return subprocess.Popen(
        [sys.executable, "-m", "kedro", "run", "--env", env, "--pipelines", STAGES,
         "--params", params],
        cwd=project, env=environment | {"PYTHONPATH": str(project / "src")}, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip


def _outcome(code: int, output: str) -> str:
    if code == 0:
        return "finished"
    if re.search(r"run \S+ \(process \d+ on", output):
        return "refused"
    print(output[-3000:])
    return "failed"


def _sentence(seen: Counter[str]) -> str:
    kinds = ("started", "finished", "refused", "failed", "mixed", "stray files")
    return ", ".join(f"{seen[kind]} {kind}" for kind in kinds)


if __name__ == "__main__":
    main()
