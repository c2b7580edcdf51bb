"""Workflows, hooks, forms and the FAQ hold what the project has: targets, files, messages."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest
import yaml
from helpers.projects import ROOT

WORKFLOWS = sorted(ROOT.glob(".github/workflows/*.yml"))
FORMS = sorted(
    set(ROOT.glob(".github/ISSUE_TEMPLATE/*.yml")) - {ROOT / ".github/ISSUE_TEMPLATE/config.yml"}
)
HOOKS = ROOT / ".pre-commit-config.yaml"
LEAST_LITERAL = 15
RAISING = (
    "cli.py",
    "configuration.py",
    "core",
    "datasets",
    "evaluation",
    "io",
    "motion",
    "pipeline_registry.py",
    "report",
    "segmentation",
    "tracking",
    "training",
)


def steps_of(workflow):
    return [step for job in workflow["jobs"].values() for step in job["steps"]]


@pytest.mark.parametrize("path", [*WORKFLOWS, *FORMS, HOOKS], ids=lambda path: path.name)
def test_a_file_is_yaml(path):
    assert isinstance(yaml.safe_load(path.read_text()), dict)


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_a_workflow_makes_targets_that_exist(path):
    commands = "\n".join(step.get("run", "") for step in steps_of(yaml.safe_load(path.read_text())))
    called = re.findall(r"^\s*make ([\w-]+)", commands, re.MULTILINE)
    assert called
    targets = re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert set(called) <= set(targets)


def test_workflows_cover_systems_and_versions():
    jobs = {
        name: job
        for path in WORKFLOWS
        for name, job in yaml.safe_load(path.read_text())["jobs"].items()
    }
    matrix = jobs["fast"]["strategy"]["matrix"]
    assert matrix == {"os": ["ubuntu-latest", "macos-latest"], "python": ["3.11", "3.12", "3.13"]}
    assert {"lint", "full", "wheel", "docs"} <= set(jobs)


@pytest.mark.parametrize("path", [*WORKFLOWS, HOOKS], ids=lambda path: path.name)
def test_no_package_index_is_named(path):
    assert not re.search(r"index-url|find-links|pypi|https?://", path.read_text())


def test_hooks_are_local_and_their_programs_belong_to_the_project():
    (repository,) = yaml.safe_load(HOOKS.read_text())["repos"]
    assert repository["repo"] == "local"
    for hook in repository["hooks"]:
        words = [word for word in hook["entry"].split() if "=" not in word and word != "env"]
        assert words[0].startswith(".venv/bin/")
        assert all((ROOT / word).is_file() for word in words[1:] if word.endswith(".py"))


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.name)
def test_a_form_asks_for_something(path):
    form = yaml.safe_load(path.read_text())
    assert {"name", "description", "body"} <= set(form)
    assert any(part.get("validations", {}).get("required") for part in form["body"])
    named = re.findall(r"docs/\w+\.md", path.read_text())
    assert [name for name in named if not (ROOT / name).is_file()] == []


@cache
def templates():
    """What the program says, with what it fills in left open."""
    found = []
    for path in sorted(path for part in RAISING for path in _python(ROOT / "src/kinembed" / part)):
        for node in ast.walk(ast.parse(path.read_text())):
            parts = node.values if isinstance(node, ast.JoinedStr) else [node]
            literals = [
                literal
                for part in parts
                if isinstance(part, ast.Constant) and isinstance(part.value, str)
                for literal in re.split(r"%[sdgr]", part.value)
            ]
            if sum(map(len, literals)) >= LEAST_LITERAL:
                found.append([literal for literal in literals if literal])
    return found


def _python(path: Path):
    return path.rglob("*.py") if path.is_dir() else [path]


def said(message):
    """Whether one of them, in its order, is in a message."""
    return any(_in_order(template, message) for template in templates())


def _in_order(literals, message):
    start = 0
    for literal in literals:
        start = message.find(literal, start)
        if start < 0:
            return False
        start += len(literal)
    return True


MESSAGES = re.findall(r"```text\n(.*?)```", (ROOT / "docs/faq.md").read_text(), re.DOTALL)


def test_the_faq_has_messages():
    assert len(MESSAGES) >= 15
    assert not said("the moon is made of cheese, as everybody knows")


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: message[:40])
def test_a_message_of_the_faq_is_one_of_the_program(message):
    assert said(message)
