"""What is built: the package with its configurations; ``make wheel-check`` installs it."""

import subprocess
import sys
import tomllib

import pytest
from helpers.projects import ROOT
from packaging.requirements import Requirement

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


@pytest.mark.slow
def test_configurations_are_built_into_the_package(tmp_path):
    subprocess.run(
        [sys.executable, "setup.py", "-q", "build_py", "--build-lib", str(tmp_path)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    built = {path.relative_to(tmp_path / "kinembed") for path in tmp_path.rglob("*.*")}
    names = {str(path) for path in built}
    shipped = [
        *ROOT.glob("conf/base/*"),
        *ROOT.glob("conf/sample/*"),
        *ROOT.glob("conf/recordings/*"),
    ]
    assert {str(path.relative_to(ROOT)) for path in shipped} <= names
    assert {"conf/logging.yml", "py.typed", "report/player/page/report.html"} <= names
    assert not any("cmu86" in name or "conf/test" in name for name in names)


def test_dependencies_are_ranges_that_hold_what_is_tested():
    lines = [*(ROOT / "requirements.lock").read_text().splitlines()]
    lines += (ROOT / "requirements-pose.lock").read_text().splitlines()
    locked = [Requirement(line.rstrip(" \\")) for line in lines if line[:1].isalnum()]
    versions = {one.name: str(one.specifier).removeprefix("==") for one in locked}
    versions["torch"] = (ROOT / "Makefile").read_text().split("torch==")[1].split()[0]
    extras = [one for some in PROJECT["optional-dependencies"].values() for one in some]
    for requirement in map(Requirement, [*PROJECT["dependencies"], *extras]):
        assert "==" not in str(requirement.specifier)
        assert versions[requirement.name] in requirement.specifier, requirement
