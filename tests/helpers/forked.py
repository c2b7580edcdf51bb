"""Processes that begin with the libraries imported: each start of Kedro is seconds earlier.

A server without threads, started once for each worker of pytest, imports the slow libraries and
forks. Kedro and this project are not among them: they read the environment when imported.
"""

import multiprocessing
import os
import runpy
import sys
from pathlib import Path

LIBRARIES = [
    "cv2",
    "fastapi",
    "hmmlearn.hmm",
    "IPython",
    "matplotlib.pyplot",
    "mlflow.pyfunc",
    "mpl_toolkits.mplot3d",
    "pandas",
    "plotly.graph_objects",
    "pooch",
    "pyarrow.parquet",
    "ruptures",
    "scipy.stats",
    "sklearn.cluster",
    "sympy",
    "torch._dynamo",
    "xarray",
]
_forks = multiprocessing.get_context("forkserver")
_forks.set_forkserver_preload(LIBRARIES)


def run_module(
    name: str, arguments: list[str], folder: Path, environment: dict[str, str], written: Path
) -> int:
    """Run a module as the main program; its exit code.

    What it prints comes to be in the files `stdout` and `stderr` of the folder `written`.
    """
    process = _forks.Process(target=_run, args=(name, arguments, folder, environment, written))
    process.start()
    process.join()
    return process.exitcode


def _run(name, arguments, folder, environment, written):
    for stream, file in ((1, "stdout"), (2, "stderr")):
        os.dup2(os.open(written / file, os.O_CREAT | os.O_WRONLY), stream)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = arguments
    sys.path[0] = ""
    runpy.run_module(name, run_name="__main__", alter_sys=True)
