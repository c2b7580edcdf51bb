"""Running the project as a user does, in a copy of it that holds no data."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from helpers.forked import run_module

ROOT = Path(__file__).parents[2]


def copy_of_project(folder, tracked=False):
    """A copy without data; in environment `test` runs are tracked if a test asks for it."""
    shutil.copytree(ROOT / "conf", folder / "conf")
    for name in ("pyproject.toml", ".telemetry"):
        shutil.copy(ROOT / name, folder)
    shutil.copytree(ROOT / "src", folder / "src")  # with its bytecode: each start is faster
    if tracked:
        (folder / "conf/test/mlflow.yml").unlink()
    return folder


def command(*options, env="test"):
    return [sys.executable, "-m", "kedro", "run", "--env", env, *options]


def environment():
    """Logging as a user has it, and tracking where the project says (mlflow sets the variable)."""
    ours = {"KEDRO_LOGGING_CONFIG", "MLFLOW_TRACKING_URI"}
    return {name: value for name, value in os.environ.items() if name not in ours}


def kedro_run(folder, *options, env="test"):
    """`kedro run` in a process of its own that need not import the libraries again."""
    arguments = ["kedro", *command(*options, env=env)[3:]]
    with tempfile.TemporaryDirectory() as written:
        code = run_module("kedro", arguments, folder, environment(), Path(written))
        said = [(Path(written) / name).read_text() for name in ("stdout", "stderr")]
    return subprocess.CompletedProcess(arguments, code, *said)
