"""Running the project as a user does, in a copy of it that holds no data."""

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def copy_of_project(folder):
    shutil.copytree(ROOT / "conf", folder / "conf")
    for name in ("pyproject.toml", ".telemetry"):
        shutil.copy(ROOT / name, folder)
    shutil.copytree(ROOT / "src", folder / "src", ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def command(*options, env="test"):
    return [sys.executable, "-m", "kedro", "run", "--env", env, *options]


def kedro_run(folder, *options, env="test"):
    return subprocess.run(command(*options, env=env), cwd=folder, capture_output=True, text=True)
