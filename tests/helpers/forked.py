"""Processes that begin with the libraries imported: each start of Kedro is seconds earlier.

A server without threads, started once for each worker of pytest, imports what is slow to import
(`helpers.preloaded`) and forks.
"""

import multiprocessing
import os
import runpy
import sys
from multiprocessing import forkserver
from multiprocessing.process import BaseProcess
from pathlib import Path
from unittest.mock import patch

TESTS = Path(__file__).parents[1]
_forks = multiprocessing.get_context("forkserver")
_forks.set_forkserver_preload(["helpers.preloaded"])


def start_module(
    name: str, arguments: list[str], folder: Path, environment: dict[str, str], written: Path
) -> BaseProcess:
    """Start a module as the main program.

    What it prints comes to be in the files `stdout` and `stderr` of the folder `written`.
    """
    # Python before 3.14 does not tell the server where the tests lie.
    path = os.pathsep.join(filter(None, [str(TESTS), os.environ.get("PYTHONPATH")]))
    with patch.dict(os.environ, PYTHONPATH=path):
        forkserver.ensure_running()
    process = _forks.Process(target=_run, args=(name, arguments, folder, environment, written))
    process.start()
    return process


def _run(name, arguments, folder, environment, written):
    for stream, file in ((1, "stdout"), (2, "stderr")):
        os.dup2(os.open(written / file, os.O_CREAT | os.O_WRONLY), stream)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = arguments
    sys.path[0] = ""
    runpy.run_module(name, run_name="__main__", alter_sys=True)
