"""A small Kedro project, `toy_project`, that uses this project's shell; run in this process."""

import shutil
from contextlib import chdir
from pathlib import Path
from typing import Any

import yaml
from click.testing import CliRunner, Result
from kedro.framework.cli.cli import KedroCLI

PROJECT = Path(__file__).parent / "toy_project"


def copy(folder: Path) -> Path:
    return Path(shutil.copytree(PROJECT, folder / "project"))


def configure(project: Path, file: str, **values: Any) -> None:
    """Change top-level keys of a file in conf/base."""
    path = project / "conf/base" / file
    path.write_text(yaml.safe_dump(yaml.safe_load(path.read_text()) | values))


def run(project: Path, *arguments: str) -> Result:
    """What `kedro run` does and prints; errors without a message of ours are raised."""
    with chdir(project):
        return CliRunner().invoke(KedroCLI(project), ["run", *arguments], catch_exceptions=False)
