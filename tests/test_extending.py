"""The examples of docs/extending.md, carried out in a copy of the project; files are counted."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from helpers.projects import ROOT, copy_of_project

pytestmark = pytest.mark.project

CHANGE = re.compile(r"`([^`]+)`, (?:a new file|after `([^`]+)`):\n\n```\w*\n(.*?)```", re.DOTALL)


def changes(heading: str) -> list[tuple[str, str, str]]:
    """Path, line before the change ("" for a new file) and text, below a heading of the page."""
    page = (ROOT / "docs/extending.md").read_text(encoding="utf-8")
    section = page.split(f"## {heading}\n")[1].split("\n## ")[0]
    return CHANGE.findall(section)


def carry_out(project: Path, heading: str) -> set[str]:
    """Change a copy as the page says; return the paths that were opened."""
    for name, before, text in changes(heading):
        path = project / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if before:
            whole = path.read_text(encoding="utf-8")
            assert whole.count(f"{before}\n") == 1, f"{name}: {before!r} stands there once"
            text = whole.replace(f"{before}\n", f"{before}\n{text}")
        path.write_text(text, encoding="utf-8")
    return {name for name, _, _ in changes(heading)}


@pytest.fixture
def project(tmp_path):
    copy_of_project(tmp_path)
    shutil.copy(ROOT / "tests/logging.yml", tmp_path)
    return tmp_path


def python(project, *arguments):
    found = subprocess.run(
        [sys.executable, *arguments], cwd=project, capture_output=True, text=True, check=False
    )
    assert found.returncode == 0, found.stdout + found.stderr
    return found.stdout


def test_a_format_takes_its_parser_a_table_and_its_test(project):
    opened = carry_out(project, "Add a format")
    assert opened == {
        "src/kinembed/io/formats/position_json.py",
        "src/kinembed/io/formats/table.py",
        "tests/io/formats/test_position_json.py",
    }
    options = ("-m", "pytest", "-q", "-o", "pythonpath=src", "tests/io/formats")
    assert "1 passed" in python(project, *options)


def test_a_measure_takes_one_place(project):
    assert carry_out(project, "Add a measure") == {"src/kinembed/evaluation/measures.py"}
    program = """
import sys; sys.path.insert(0, "src")
from kinembed.evaluation.scores import score_table
from kinembed.evaluation.results import MEASURES
print("clusters_per_behaviour" in score_table([]).columns)
"""
    assert python(project, "-c", program) == "True\n"


def test_a_pipeline_takes_its_folder_its_catalog_a_line_and_its_test(project):
    folder = "src/kinembed/pipelines/usage"
    assert carry_out(project, "Add a pipeline") == {
        *(f"{folder}/{name}.py" for name in ("__init__", "nodes", "pipeline")),
        "conf/base/catalog_usage.yml",
        "src/kinembed/pipeline_registry.py",
        "tests/pipelines/test_usage_pipeline.py",
    }
    options = ("-m", "pytest", "-q", "-o", "pythonpath=src", "tests/pipelines")
    assert "2 passed" in python(project, *options)
    program = """
import sys; sys.path.insert(0, "src")
from kedro.config import OmegaConfigLoader
from kinembed.settings import CONFIG_LOADER_ARGS
print(OmegaConfigLoader("conf", env="sample", **CONFIG_LOADER_ARGS)["catalog"]["usage"]["filepath"])
"""
    assert python(project, "-c", program) == "data/08_reporting/sample/usage.csv\n"
