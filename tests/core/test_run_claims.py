import os
import shutil
import subprocess
import sys

import pytest

from kinembed.core import run_claims
from kinembed.core.errors import KinembedError
from kinembed.core.run_claims import Claim, claim_of, take

ELSEWHERE = {"host": "node7", "machine": "another", "pid": 4711, "since": "2026-01-01"}


def _writes(run, *paths):
    return claim_of(run, writes=frozenset(paths))


def test_a_second_run_on_the_same_data_is_refused_with_the_name_of_the_first(tmp_path):
    first = take(tmp_path, _writes("first", "report.html", "motions"))
    with pytest.raises(KinembedError, match=rf"run first \(process {os.getpid()} on .*motions"):
        take(tmp_path, _writes("second", "motions"))
    first.release()
    take(tmp_path, _writes("second", "motions")).release()
    assert [path.name for path in tmp_path.iterdir()] == ["lock"]


@pytest.mark.parametrize(
    ("mine", "theirs", "conflict"),
    [
        ({"writes": {"a"}}, {"writes": {"a"}}, True),
        ({"writes": {"a"}}, {"reads": {"a"}}, True),
        ({"reads": {"a"}}, {"writes": {"a"}}, True),
        ({"latest": {"a"}}, {"writes": {"a"}}, True),
        ({"writes": {"a"}}, {"latest": {"a"}}, False),  # it chose its version at its start
        ({"reads": {"a"}}, {"reads": {"a"}}, False),
        ({"writes": {"a"}}, {"writes": {"b"}}, False),
    ],
)
def test_runs_are_in_conflict_where_one_writes_what_the_other_uses(mine, theirs, conflict):
    one, other = Claim(run="1", **ELSEWHERE, **mine), Claim(run="2", **ELSEWHERE, **theirs)
    assert bool(one.conflicts(other)) is conflict


def test_a_run_that_was_killed_leaves_its_place(tmp_path, caplog):
    script = (
        "import os, sys; from pathlib import Path; from kinembed.core.run_claims import *;"
        "take(Path(sys.argv[1]), claim_of('dead', writes=frozenset({'a'}))); os._exit(9)"
    )
    assert (
        subprocess.run([sys.executable, "-c", script, str(tmp_path)], check=False).returncode == 9
    )
    assert (tmp_path / "dead.json").exists()
    take(tmp_path, _writes("next", "a")).release()
    assert "Run dead (process" in caplog.text
    assert [path.name for path in tmp_path.iterdir()] == ["lock"]


def test_on_another_machine_a_run_lives_while_its_heart_beats(tmp_path):
    claim = Claim(run="far", **ELSEWHERE, writes={"a"})
    (tmp_path / "far.json").write_text(claim.model_dump_json())
    with pytest.raises(KinembedError, match="run far \\(process 4711 on node7"):
        take(tmp_path, _writes("near", "a"))
    silent = (tmp_path / "far.json").stat().st_mtime - run_claims.SILENCE_S - 1
    os.utime(tmp_path / "far.json", (silent, silent))
    take(tmp_path, _writes("near", "a")).release()


def test_a_run_that_was_taken_for_dead_saves_nothing_more(tmp_path):
    held = take(tmp_path, _writes("asleep", "a"))
    held.check()
    (tmp_path / "asleep.json").unlink()
    with pytest.raises(KinembedError, match="run asleep gave no sign of life"):
        held.check()
    held.release()


def test_the_heart_beats(tmp_path, monkeypatch):
    monkeypatch.setattr(run_claims, "HEARTBEAT_S", 0.01)
    held = take(tmp_path, _writes("run", "a"))
    os.utime(held.file, (0, 0))
    for _ in range(500):
        if held.file.stat().st_mtime > 0:
            break
        held.ended.wait(0.01)
    assert held.file.stat().st_mtime > 0
    held.release()


def test_what_is_no_claim_is_named(tmp_path):
    (tmp_path / "x.json").write_text("{")
    with pytest.raises(KinembedError, match=r"x.json: not the claim of a run .*; delete it"):
        take(tmp_path, _writes("run", "a"))


def test_data_that_was_removed_meanwhile_does_not_hinder_the_end(tmp_path):
    held = take(tmp_path / "runs", _writes("run", "a"))
    shutil.rmtree(tmp_path / "runs")
    held.release()
    assert not held.lock.is_locked
