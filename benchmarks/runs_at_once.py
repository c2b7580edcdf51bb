"""Several runs at once in one empty folder: what is mixed, what fails, what stays behind.

::

    python benchmarks/runs_at_once.py --rounds 20

does 20 rounds each of two, three and four runs, which start within a second. Rounds alternate: all
runs share one experiment (one runs, the others are refused with its name), or each has its own (all
run, with one database of MLflow). Run k asks for k + 2 clusters, so results of another run show.
The stages after clustering would only make rounds longer.
"""

import argparse
import random
import re
import shutil
import sys
import tempfile
import time
from collections import Counter
from multiprocessing.process import BaseProcess
from pathlib import Path

import pandas as pd
from forked_runs import open_project, start
from mlflow import MlflowClient

from kinembed.datasets.lineage import Lineage

LEAST = "training.steps=5,training.checkpoint_every=2,embedding.steps=1"
STAGES = "ingestion,expmap,concatenation,training,embedding,clustering"
STRAY = re.compile(r"\.(partial|earlier|\d+)$|-fresh-|-broken-|-journal$")


def main() -> None:
    """Do the rounds, and say what was seen."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=20, help="for each number of runs")
    parser.add_argument("--runs", type=int, nargs="+", default=[2, 3, 4])
    chosen = parser.parse_args()
    total: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        project = open_project(Path(folder))
        _add_experiments(project, max(chosen.runs))
        for number in range(chosen.rounds * len(chosen.runs)):
            runs = chosen.runs[number % len(chosen.runs)]
            shared = number // len(chosen.runs) % 2 == 0
            seen = one_round(project, project / f"data_{number}", runs, shared)
            total += seen
            kind = "one experiment" if shared else "an experiment each"
            print(f"round {number + 1}: {runs} runs, {kind}: {_sentence(seen)}", flush=True)
    print(f"all: {_sentence(total)}")
    sys.exit(bool(total["mixed"] + total["failed"] + total["stray files"]))


def one_round(project: Path, data: Path, runs: int, shared: bool) -> Counter[str]:
    """Start runs together on a new folder: MLflow keeps open what this process once looked at."""
    environments = ["test" if shared else f"test_{k}" for k in range(runs)]
    started = [_start(project, data, env, k) for k, env in enumerate(environments)]
    for process in started:
        process.join()
    seen: Counter[str] = Counter({"started": runs})
    for k, process in enumerate(started):
        seen[_outcome(process.exitcode, _log(project, k).read_text())] += 1
    seen["mixed"] = mixed_runs(data, seen["finished"])
    seen["stray files"] = len(stray_files(data))
    shutil.rmtree(data)
    return seen


def _add_experiments(project: Path, runs: int) -> None:
    """Copies of environment `test` with names of their own."""
    for k in range(runs):
        copy = Path(shutil.copytree(project / "conf/test", project / f"conf/test_{k}"))
        settings = copy / "globals.yml"
        text = settings.read_text().replace("experiment: test", f"experiment: test_{k}")
        settings.write_text(text)


def mixed_runs(data: Path, finished: int) -> int:
    """Runs whose stored results or record are not their own, or that have no record."""
    client = MlflowClient(f"sqlite:///{data / 'mlflow.db'}")
    experiments = [one.experiment_id for one in client.search_experiments()]
    runs = [run for run in client.search_runs(experiments) if run.info.status == "FINISHED"]
    wrong = [run for run in runs if not _is_own(data, run)]
    return len(wrong) + abs(finished - len(runs))


def stray_files(data: Path) -> list[Path]:
    """What a run should have cleared up."""
    claims = [path for path in data.glob(".runs/*") if path.name != "lock"]
    return claims + [path for path in data.rglob("*") if STRAY.search(path.name)]


def _is_own(data: Path, run) -> bool:
    """As many clusters as the run asked for, and nothing made of another run's results."""
    version, experiment = run.data.tags["kedro.run_id"], run.data.tags["kedro.env"]
    folder = data / f"07_model_output/{experiment}/predictions/{version}/predictions"
    tables = [pd.read_parquet(file) for file in folder.glob("*.parquet")]
    clusters = [
        table[column].nunique() for table in tables for column in table if column == "given"
    ]
    asked = int(run.data.params["clustering.number"])
    lineages = [
        Lineage.model_validate_json(path.read_text())
        for path in data.glob(f"0[2-8]*/{experiment}/**/*lineage.json")
    ]
    own = [one for one in lineages if one.run == version]
    sources = {source for one in own for source in one.inputs.values()}
    return bool(tables) and all(n <= asked for n in clusters) and sources <= {version, "unknown"}


def _start(project: Path, data: Path, env: str, number: int) -> BaseProcess:
    """At a moment of its own, so that starts meet in every order."""
    time.sleep(random.uniform(0, 0.3))
    params = f"{LEAST},clustering.number={number + 2}"
    options = ["--env", env, "--pipelines", STAGES, "--to-nodes", "label_frames"]
    options += ["--params", params]
    return start(options, _log(project, number), {"KINEMBED_DATA": str(data)})


def _log(project: Path, number: int) -> Path:
    return project / f"run_{number}.log"


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
