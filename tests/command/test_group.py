"""What the command makes of its arguments; runs themselves are stood in for."""

import subprocess
import sys
import threading
import urllib.request
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner
from helpers.projects import ROOT

from kinembed.command import group
from kinembed.command.runs import shown
from kinembed.command.serve import find_report, server_of

LEAVE_OUT = "ingestion.damaged=leave_out"


@pytest.fixture
def runs(monkeypatch, tmp_path):
    """What would be run; the working directory is no clone."""
    seen = []
    monkeypatch.chdir(tmp_path)
    (tmp_path / "walks").mkdir()
    monkeypatch.setattr(
        group, "run_kedro", lambda *given, passing=False: seen.append((*given, passing)) or set()
    )
    return seen


def call(*arguments):
    return CliRunner().invoke(group.kinembed, [str(one) for one in arguments])


def test_discover_makes_a_project_and_runs_it(runs, tmp_path):
    result = call("discover", "walks", "--behaviours", 4, "--seed", 1, "--params", "a.b=2")
    assert result.exit_code == 0, result.output
    project = tmp_path / "walks_behaviours"
    options = ["--params", f"{LEAVE_OUT},clustering.number=4,seed=1,a.b=2"]
    recordings = {"KINEMBED_RECORDINGS": str(tmp_path / "walks")}
    assert runs == [(project, options, recordings, False)]
    assert "kinembed report walks_behaviours" in result.stderr


def test_a_project_keeps_what_was_changed_in_it(runs, tmp_path):
    call("discover", "walks", "--out", "found")
    changed = tmp_path / "found/conf/recordings/parameters.yml"
    changed.write_text("training: {steps: 5}")
    assert call("discover", "walks", "--out", "found").exit_code == 0
    assert changed.read_text() == "training: {steps: 5}"
    assert runs[0] == runs[1] == (tmp_path / "found", ["--params", LEAVE_OUT], runs[0][2], False)


def test_results_do_not_lie_among_the_recordings(runs):
    result = call("discover", "walks", "--out", "walks/results")
    assert result.exit_code == 2
    assert "name another folder: --out" in result.stderr
    assert runs == []


def test_a_folder_with_other_files_stays_as_it_is(runs, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/thesis.tex").touch()
    for arguments in (["discover", "walks", "--out", "mine"], ["new", "mine"]):
        result = call(*arguments)
        assert result.exit_code == 1
        assert "mine is not empty and no project of kinembed" in result.stderr
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["thesis.tex"]


def test_label_needs_a_model(runs, tmp_path):
    call("new", "found")
    result = call("label", "walks", "--model", "found")
    assert result.exit_code == 1
    assert f"kinembed discover FOLDER --out {tmp_path / 'found'} makes one" in result.stderr


def test_labels_lie_with_their_model_or_apart(runs, tmp_path):
    found, apart = tmp_path / "found", tmp_path / "labels"
    call("new", found)
    (found / "data/06_models/recordings/cluster_models").mkdir(parents=True)
    (found / "conf/recordings/parameters.yml").write_text("ingestion: {frame_rate: 7}")
    names = "data/08_reporting/recordings/names.yml"
    (found / names).parent.mkdir(parents=True)
    (found / names).write_text("walk_1: {}")
    call("label", "walks", "--model", "found")
    call("label", "walks", "--model", "found", "--out", "labels")
    options = ["--pipelines", "inference", "--params", LEAVE_OUT]
    recordings = {"KINEMBED_RECORDINGS": str(tmp_path / "walks")}
    models = {"KINEMBED_MODELS": str(found / "data/06_models")}
    assert runs == [
        (found, options, recordings, False),
        (apart, options, recordings | models, False),
    ]
    assert (apart / names).read_text() == "walk_1: {}"
    assert "7" in (apart / "conf/recordings/parameters.yml").read_text()


def test_check_keeps_nothing(runs, tmp_path):
    assert call("check", "walks").exit_code == 0
    ((project, options, _, passing),) = runs
    assert options == ["--pipelines", "ingestion", "--params", LEAVE_OUT]
    assert passing
    assert not project.exists()
    assert [path.name for path in tmp_path.iterdir()] == ["walks"]


def test_new_makes_a_project_of_the_shipped_configurations(runs, tmp_path):
    assert call("new", "mine").exit_code == 0
    for name in ("base/catalog.yml", "sample/parameters.yml", "logging.yml"):
        assert (tmp_path / "mine/conf" / name).read_bytes() == (ROOT / "conf" / name).read_bytes()
    assert not (tmp_path / "mine/conf/cmu86").exists()
    assert yaml.safe_load((tmp_path / "mine/.telemetry").read_text()) == {"consent": False}


@pytest.mark.parametrize(
    "arguments", [["discover", "nowhere"], ["discover"], ["label", "walks"], ["fly"]]
)
def test_wrong_usage_has_code_2(runs, arguments):
    assert call(*arguments).exit_code == 2


def test_a_run_is_shown_as_one_types_it():
    line = shown(Path("/a b"), ["--params", "x=1"], {"KINEMBED_RECORDINGS": "/my walks"})
    assert line == "cd '/a b' && KINEMBED_RECORDINGS='/my walks' kedro run --params x=1"


def test_the_newest_report_is_served(tmp_path):
    page = tmp_path / "data/08_reporting/recordings/report.html"
    page.parent.mkdir(parents=True)
    page.write_text("<p>found</p>")
    assert find_report(tmp_path) == find_report(page.parent) == page
    with server_of(page) as server:
        thread = threading.Thread(target=server.handle_request)
        thread.start()
        address = f"http://127.0.0.1:{server.server_port}/report.html"
        with urllib.request.urlopen(address) as answer:
            assert answer.read() == b"<p>found</p>"
        thread.join()


def test_a_folder_without_report_says_how_to_make_one(tmp_path):
    result = call("report", tmp_path)
    assert result.exit_code == 1
    assert f"kinembed discover FOLDER --out {tmp_path}" in result.stderr


def test_help_imports_nothing_heavy():
    script = (
        "import sys\nfrom kinembed.command import kinembed\n"
        "kinembed(['discover', '--help'], standalone_mode=False)\n"
        "print({'kedro', 'torch', 'pandas', 'numpy', 'mlflow'} & {*sys.modules})"
    )
    printed = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    ).stdout
    assert "--behaviours" in printed
    assert printed.endswith("set()\n")
