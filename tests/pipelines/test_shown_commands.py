"""Every command and file that the tutorials and how-to pages show exists as they say."""

import ast
import re
from importlib import import_module

import pytest
from helpers.projects import ROOT
from helpers.shown_commands import check, commands_in

PARTS = ("tutorials", "how_to", "reference")
PAGES = sorted(
    path
    for pattern in ("README.md", "docs/*.md", *(f"docs/{part}/*.md" for part in PARTS))
    for path in ROOT.glob(pattern)
    if path.name != "extending.md"  # its examples are carried out by tests/test_extending.py
)
COMMANDS = sorted({command for page in PAGES for command in commands_in(page.read_text())})


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_is_understood(command):
    check(command)


def test_every_tutorial_shows_commands():
    for page in ROOT.glob("docs/tutorials/*.md"):
        assert commands_in(page.read_text()), page.name


@pytest.mark.parametrize(
    "wrong",
    [
        "make rnu",
        "make run ENV=cmu68",
        "kedro run --pipelines clustring",
        "kedro run --params clustering.nubmer=3",
        "kedro run --load-versions prediction:<version>",
        "kedro run --pipelines embedding --load-versions models:<version>",
        "kedro rnu",
    ],
)
def test_a_command_that_would_fail_is_found(wrong):
    with pytest.raises((AssertionError, ValueError)):
        check(wrong)


def test_every_file_of_the_project_that_a_page_names_is_there():
    named = {
        name
        for page in PAGES
        for name in re.findall(r"`((?:notebooks|conf|tests)/[\w./-]+)`", page.read_text())
    }
    assert len(named) > 4
    assert [name for name in sorted(named) if not (ROOT / name).exists()] == []


def test_what_a_page_imports_of_the_library_is_there():
    blocks = [
        block
        for page in PAGES
        for block in re.findall(r"```python\n(.*?)```", page.read_text(), re.DOTALL)
    ]
    imports = [
        (found.module, alias.name)
        for block in blocks
        for found in ast.walk(ast.parse(block))
        if isinstance(found, ast.ImportFrom) and found.module.startswith("kinembed")
        for alias in found.names
    ]
    assert len(imports) > 4
    for module, name in imports:
        assert hasattr(import_module(module), name), f"{module}.{name}"
