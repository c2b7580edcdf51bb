import getpass
import json
import platform
import subprocess
from pathlib import Path

import pytest

from kinembed.core import provenance as machine
from kinembed.core.provenance import (
    CodeState,
    code_state,
    made_with,
    versions_and_processor,
    write_made_with,
)

AUTHOR = ["-c", "user.name=a", "-c", "user.email=a@b.c", "-c", "commit.gpgsign=false"]


@pytest.fixture
def checkout(tmp_path):
    (tmp_path / "file").write_text("one")
    for command in (["init", "-q"], ["add", "."], [*AUTHOR, "commit", "-qm", "x"]):
        subprocess.run(["git", *command], cwd=tmp_path, check=True)
    return tmp_path


def test_the_commit_and_whether_files_differ_from_it(checkout):
    clean = code_state(checkout)
    head = ["git", "rev-parse", "HEAD"]
    commit = subprocess.run(head, cwd=checkout, capture_output=True, text=True, check=True).stdout
    assert clean == CodeState(commit.strip(), dirty=False)
    (checkout / "file").write_text("two")
    assert code_state(checkout) == CodeState(clean.commit, dirty=True)


def test_without_git_there_is_no_state(tmp_path, checkout, monkeypatch):
    assert code_state(Path("/")) is None
    monkeypatch.setenv("PATH", "")
    assert code_state(checkout) is None


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (CodeState("abc", dirty=False), "abc"),
        (CodeState("abc", dirty=True), "abc and changes that are not committed"),
        (None, "unknown (not a checkout of git)"),
    ],
)
def test_the_commit_is_described(state, expected, monkeypatch):
    monkeypatch.setattr(machine, "code_state", lambda folder: state)
    assert made_with()["commit"] == expected


def test_versions_and_processors_are_told_but_not_whose_they_are():
    found = made_with()
    assert found["Python"] == platform.python_version()
    assert {"kinembed", "torch", "scikit-learn", "processor", "accelerator"} <= set(found)
    text = " ".join(found.values())
    assert platform.node() not in text
    assert getpass.getuser() not in text
    assert "/" not in text


def test_what_a_table_was_made_with_lies_beside_it(tmp_path):
    write_made_with(tmp_path / "speed.csv")
    stored = json.loads((tmp_path / "speed.made_with.json").read_text())
    assert stored == made_with()
    assert versions_and_processor().items() <= stored.items()


def test_the_processor_is_the_one_that_linux_names(tmp_path, monkeypatch):
    (tmp_path / "cpuinfo").write_text(
        "processor\t: 0\nmodel name\t: Fast: 9\nmodel name\t: Other\n"
    )
    monkeypatch.setattr(machine, "CPU_INFO", tmp_path / "cpuinfo")
    assert made_with()["processor"].endswith(" cores, Fast: 9")
    monkeypatch.setattr(machine, "CPU_INFO", tmp_path / "absent")
    assert made_with()["processor"].endswith(platform.processor() or platform.machine())


@pytest.mark.parametrize(
    ("cuda", "mps", "expected"),
    [(True, False, "A GPU (CUDA 12.8)"), (False, True, "Apple GPU (MPS)"), (False, False, "none")],
)
def test_the_accelerator_is_named(cuda, mps, expected, monkeypatch):
    import torch

    monkeypatch.setattr(torch.cuda, "is_available", lambda: cuda)
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda: "A GPU")
    monkeypatch.setattr(torch.version, "cuda", "12.8")
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: mps)
    assert made_with()["accelerator"] == expected
