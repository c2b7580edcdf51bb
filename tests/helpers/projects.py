"""Running the project as a user does, in a copy of it that holds no data."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from helpers.forked import start_module

ROOT = Path(__file__).parents[2]


def copy_of_project(folder, database=None):
    """A copy without data; in environment `test` runs are tracked in the copy of a database."""
    shutil.copytree(ROOT / "conf", folder / "conf")
    for name in ("pyproject.toml", ".telemetry"):
        shutil.copy(ROOT / name, folder)
    shutil.copytree(ROOT / "src", folder / "src")  # with its bytecode: each start is faster
    if database is not None:
        shutil.copy(database, folder / "mlflow.db")
        (folder / "conf/test/mlflow.yml").unlink()
    return folder


def environment():
    """Logging as a user has it, and tracking where the project says (mlflow sets the variable)."""
    ours = {"KEDRO_LOGGING_CONFIG", "MLFLOW_TRACKING_URI"}
    return {name: value for name, value in os.environ.items() if name not in ours}


def start(folder, written, *options, env="test"):
    """`kedro run` in a process of its own that need not import the libraries again."""
    arguments = ["kedro", "run", *(["--env", env] if env else []), *options]
    return start_module("kedro", arguments, folder, environment(), written)


def kedro_run(folder, *options, env="test"):
    """`kedro run` in such a process, to its end."""
    with tempfile.TemporaryDirectory() as written:
        process = start(folder, Path(written), *options, env=env)
        process.join()
        said = [(Path(written) / name).read_text() for name in ("stdout", "stderr")]
    return subprocess.CompletedProcess(["kedro", *options], process.exitcode, *said)
