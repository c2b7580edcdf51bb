import errno
import os
import re
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from click.testing import CliRunner
from helpers import toy_runs
from kedro.framework.cli.project import run as kedro_run

from kinembed.cli import explanation, run
from kinembed.core.errors import DataError

pytestmark = pytest.mark.slow

UNVERSIONED = {"type": "json.JSONDataset", "filepath": "data/nowhere.json"}


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DO_NOT_TRACK", "1")
    monkeypatch.delenv("KINEMBED_TRACEBACK", raising=False)
    return toy_runs.copy(tmp_path)


def _happens(what: str) -> str:
    return f"--params=toy.what.happens={what}"


def test_a_run_succeeds(project: Path) -> None:
    result = toy_runs.run(project)
    assert result.exit_code == 0
    assert (project / "data/report.html").read_text() == "<p>2 sequences</p>"


def test_every_option_of_kedro_is_kept() -> None:
    assert {option.name for option in kedro_run.params} <= {option.name for option in run.params}
    text = CliRunner().invoke(run, ["--help"]).output
    assert "--load-versions" in text
    assert "--only-missing-outputs" in text
    assert "Run the pipeline." in text


def test_options_reach_kedro(project: Path) -> None:
    assert toy_runs.run(project, "--pipelines", "counting").exit_code == 0
    assert not (project / "data/report.html").exists()
    version = next((project / "data/numbers").iterdir()).name
    toy_runs.run(project, "--pipelines=counting", "--params=toy.rate=2")
    judged = toy_runs.run(project, "--pipelines=judging", f"-lv=numbers:{version}")
    assert judged.exit_code == 0
    assert (project / "data/report.html").exists()


def test_an_error_of_ours_is_one_message(project: Path) -> None:
    result = toy_runs.run(project, _happens("no data"), "--pipelines=judging", "-n", "look")
    assert result.exit_code == 1
    assert result.stderr == "Error: there are no recordings\n(in node look)\n"


def test_an_error_inside_a_dataset_is_found(project: Path) -> None:
    result = toy_runs.run(project, _happens("too short"))
    assert result.exit_code == 1
    assert result.stderr == "Error: 86_02: the sequence is too short\n"
    assert not (project / "data/numbers").exists() or not list((project / "data/numbers").iterdir())


def test_an_error_is_not_logged_as_well(project: Path, caplog: pytest.LogCaptureFixture) -> None:
    toy_runs.run(project, _happens("no data"), "--pipelines=judging", "-n", "look")
    toy_runs.run(project, "--env=broken")
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []


def test_nobody_is_bid_repeat_a_command_that_failed(
    project: Path, caplog: pytest.LogCaptureFixture
) -> None:
    toy_runs.run(project, _happens("no data"))
    assert "No nodes ran" not in caplog.text


def test_wrong_parameters_are_listed_by_key(project: Path) -> None:
    result = toy_runs.run(project, "--env=broken")
    assert result.exit_code == 1
    assert result.stderr.splitlines() == [
        "Error: wrong parameters",
        "  toy.rate: Input should be greater than 0 (it is -1)",
        "  toy.stepps: Extra inputs are not permitted (it is 3); did you mean 'toy.steps'?",
        "  parallel.n_jobs: Value error, 0 workers can do nothing; -1 means one per core (it is 0)",
    ]


def test_an_environment_changes_single_keys(project: Path) -> None:
    (project / "conf/broken/parameters.yml").write_text("toy: {rate: 3}")
    assert toy_runs.run(project, "--env=broken").exit_code == 0


def test_wrong_settings_are_listed_by_key(project: Path) -> None:
    result = toy_runs.run(project, _happens("bad settings"))
    assert result.exit_code == 1
    assert "wrong settings (Toy)\n  rate: Input should be a valid number" in result.stderr
    assert "  what.happens: Field required" in result.stderr


@pytest.mark.parametrize(
    ("what", "kept"),
    [
        ("full", "This run stored nothing; what earlier runs"),
        ("no data", "This run stored, and keeps, numbers; what earlier runs"),
        ("bug", "This run stored, and keeps, numbers; what earlier runs"),
    ],
)
def test_a_failed_run_says_what_is_safe_and_how_to_go_on(
    project: Path, caplog: pytest.LogCaptureFixture, what: str, kept: str
) -> None:
    with suppress(ZeroDivisionError):
        toy_runs.run(project, _happens(what), "--to-nodes=judge,count,look")
    assert kept in caplog.text
    assert "training" not in caplog.text  # the pipeline has none


def test_missing_permission_names_the_file(project: Path) -> None:
    result = toy_runs.run(project, _happens("no permission"))
    assert result.exit_code == 1
    assert "Error: Permission denied: data/numbers/86_01.json" in result.stderr
    assert "Earlier results are untouched." in result.stderr


def test_a_full_disk_names_the_dataset(project: Path) -> None:
    result = toy_runs.run(project, _happens("full"))
    assert result.exit_code == 1
    assert "Error: No space left on device: numbers: Failed while saving" in result.stderr
    assert "data/numbers" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--pipelines=judgin"], r"Failed to find the pipeline named 'judgin'(.|\n)*judging"),
        (["--env=nowhere"], r"no environment 'nowhere' in .*conf; there are broken"),
        (["--env=skeleton"], "the experiment skeleton is now part of cmu_actions: --env cmu_act"),
        (["--pipelines=judging"], "data/numbers: nothing is stored here yet; run the stage"),
        (["--pipelines=judging", "-lv=numbers:v9"], "no version v9; versions stored: none"),
        (["--from-nodes=nobody"], "Pipeline does not contain nodes named"),
    ],
)
def test_misuse_is_one_message(project: Path, arguments: list[str], message: str) -> None:
    result = toy_runs.run(project, *arguments)
    assert result.exit_code == 1
    assert result.stderr.startswith("Error: ")
    assert re.search(message, result.stderr)


def test_a_configuration_file_that_is_no_yaml_is_one_message(project: Path) -> None:
    (project / "conf/base/parameters.yml").write_text("toy: {")
    result = toy_runs.run(project)
    assert result.exit_code == 1
    assert "parameters.yml" in result.stderr


def test_a_file_that_a_dataset_does_not_find_is_one_message(project: Path) -> None:
    arguments = ["--from-nodes=write", "--to-nodes=write"]
    toy_runs.configure(project, "catalog.yml", scores=UNVERSIONED)
    result = toy_runs.run(project, *arguments)
    assert result.exit_code == 1
    assert "Error: scores: Failed while loading data" in result.stderr
    assert "No such file or directory" in result.stderr


def test_a_misspelt_catalog_entry_is_one_message(project: Path) -> None:
    toy_runs.configure(project, "catalog.yml", scores={"type": "json.JSONDataset", "filepat": "x"})
    result = toy_runs.run(project)
    assert result.exit_code == 1
    assert "Dataset 'scores' must only contain arguments valid for" in result.stderr
    assert "'filepat'" in result.stderr


def test_other_errors_keep_their_traceback(project: Path) -> None:
    with pytest.raises(ZeroDivisionError, match="a bug"):
        toy_runs.run(project, _happens("bug"))


def test_tracebacks_can_be_asked_for(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KINEMBED_TRACEBACK", "1")
    with pytest.raises(DataError, match="there are no recordings"):
        toy_runs.run(project, _happens("no data"))


def test_an_interrupt_says_how_to_go_on(project: Path) -> None:
    result = toy_runs.run(project, _happens("SIGINT"))
    assert result.exit_code == 130
    assert "a training that has reached a checkpoint" in result.stderr


def test_the_command_prints_the_message_once(project: Path) -> None:
    failed = subprocess.run(
        [sys.executable, "-m", "kedro", "run", _happens("no data"), "-n", "look"],
        cwd=project,
        env={**os.environ, "DO_NOT_TRACK": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert failed.returncode == 1
    assert failed.stderr.endswith("Error: there are no recordings\n(in node look)\n")
    assert (failed.stdout + failed.stderr).count("there are no recordings") == 1
    assert "Traceback" not in failed.stdout + failed.stderr


def test_storage_errors_are_those_of_storage() -> None:
    assert explanation(OSError(errno.EROFS, "Read-only file system", "/data")) == (
        "Read-only file system: /data\nEarlier results are untouched."
    )
    full = OSError(errno.ENOSPC, "No space left on device", "/src/a.py", None, "/data/a.py")
    assert (
        explanation(full) == "No space left on device: /data/a.py\nEarlier results are untouched."
    )
    assert explanation(OSError(errno.ECONNRESET, "Connection reset by peer")) is None


def test_bugs_have_no_explanation() -> None:
    assert explanation(AttributeError("no attribute")) is None
    assert explanation(ValueError("raised here, not by Kedro")) is None
