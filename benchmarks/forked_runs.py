"""Runs of `kedro run` that begin with all libraries imported, for benchmarks that start hundreds.

A server without threads imports them once and forks; it must start in the project, whose logging
Kedro reads when it is imported.
"""

import multiprocessing
import os
import runpy
import shutil
import sys
from multiprocessing.process import BaseProcess
from pathlib import Path

ROOT = Path(__file__).parents[1]
LIBRARIES = [
    "kedro.framework.cli.project",
    "kinembed.cli",
    "kinembed.settings",
    *(f"kinembed.pipelines.{stage}" for stage in ("ingestion", "expmap", "concatenation")),
    *(f"kinembed.pipelines.{stage}" for stage in ("training", "embedding", "clustering")),
    *(f"kinembed.pipelines.{stage}" for stage in ("evaluation", "reporting")),
    "kinembed.datasets",
    "matplotlib.backends.backend_agg",
    "mlflow.pyfunc",
    "mlflow.store.tracking.sqlalchemy_store",
    "mpl_toolkits.mplot3d",
    "plotly.graph_objects",
    "torch._dynamo",
]
LEFT_OUT = {"KEDRO_LOGGING_CONFIG", "MLFLOW_TRACKING_URI", "KINEMBED_DATA", "KEDRO_ENV"}
_forks = multiprocessing.get_context("forkserver")


def open_project(folder: Path) -> Path:
    """Make a copy of the project without data, in which runs are tracked, and go there."""
    for name in ("conf", "src"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", ".telemetry"):
        shutil.copy(ROOT / name, folder)
    (folder / "conf/test/mlflow.yml").unlink()
    for name in LEFT_OUT & set(os.environ):
        del os.environ[name]
    os.environ["PYTHONPATH"] = str(folder / "src")
    os.chdir(folder)
    _forks.set_forkserver_preload(LIBRARIES)
    return folder


def start(options: list[str], log: Path, variables: dict[str, str]) -> BaseProcess:
    """Start ``kedro run`` in the current folder; what it prints comes to be in `log`."""
    process = _forks.Process(target=_run, args=(options, log, variables))
    process.start()
    return process


def _run(options: list[str], log: Path, variables: dict[str, str]) -> None:
    file = os.open(log, os.O_CREAT | os.O_WRONLY | os.O_TRUNC)
    for stream in (1, 2):
        os.dup2(file, stream)
    os.environ.update(variables)
    sys.argv = ["kedro", "run", *options]
    sys.path[0] = ""
    try:
        runpy.run_module("kedro", run_name="__main__", alter_sys=True)
    finally:  # a fork waits for loky's workers, which wait for further work for five minutes
        for worker in multiprocessing.active_children():
            worker.terminate()
