"""A run of the command, in this process and a project of its own."""

import logging
import shutil

import pytest
from click.testing import CliRunner

from kinembed.command import kinembed
from kinembed.command.runs import CHATTER
from kinembed.io.synthetic.person import write_sample

pytestmark = pytest.mark.slow


def levels():
    return [logging.getLogger(name).level for name in CHATTER]


def test_check_reads_a_folder_and_fails_with_one_message(tmp_path, monkeypatch, caplog):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("KINEMBED_TRACEBACK", raising=False)
    write_sample(tmp_path / "walks", seed=0, duration_s=4.0)
    arguments = ["check", "walks", "--params", "parallel.backend=sequential"]
    before = levels()
    result = CliRunner().invoke(kinembed, arguments)
    assert result.exit_code == 0, result.output
    assert "kedro run --env recordings --pipelines ingestion" in result.stderr
    assert "sample" in caplog.text
    assert levels() == before
    assert [path.name for path in tmp_path.iterdir()] == ["walks"]
    shutil.copy(tmp_path / "walks/sample.asf", tmp_path / "walks/broken.asf")
    (tmp_path / "walks/broken.amc").write_text("1\nnobody 1 2\n")
    result = CliRunner().invoke(kinembed, arguments)
    assert result.exit_code == 3
    assert "Left out, because it cannot be read" in result.stderr
    assert "broken.amc" in result.stderr
    assert caplog.text.count("What was read") == 2
    (tmp_path / "walks/broken.amc").unlink()
    (tmp_path / "walks/sample.amc").write_text("1\nnobody 1 2\n")
    result = CliRunner().invoke(kinembed, arguments)
    assert result.exit_code == 1
    assert "sample.amc" in result.stderr
    assert "Traceback" not in result.stderr
