"""Each table of the results pages has a row that `make results-check` computes, or a reason."""

import pandas as pd
import pytest
from benchmarks import results_check
from benchmarks.results_check import CHECKS, NOT_CHECKED, RESULTS, Check, report, the_row


def test_every_table_is_checked_or_has_a_reason():
    tables = {path.stem for path in RESULTS.glob("*.csv")}
    checked = {check.table for check in CHECKS}
    assert checked | set(NOT_CHECKED) == tables
    assert not checked & set(NOT_CHECKED)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.table)
def test_a_check_names_one_row_and_columns_of_its_table(check):
    row = the_row(pd.read_csv(RESULTS / f"{check.table}.csv"), check.row)
    assert row[[*check.tolerances]].notna().all()


@pytest.mark.parametrize(("found", "told"), [(0.5, "same"), (0.7, "score is 0.7000, not 0.5000")])
def test_a_row_that_differs_is_told(found, told, tmp_path, monkeypatch, capsys):
    pd.DataFrame({"name": ["a", "b"], "score": [0.5, 0.9]}).to_csv(tmp_path / "t.csv", index=False)
    monkeypatch.setattr(results_check, "RESULTS", tmp_path)
    again = pd.DataFrame({"name": ["b", "a"], "score": [0.9, found]})
    same = report(Check("t", {"name": "a"}, {"score": 0.1}, lambda: again))
    assert same == (found == 0.5)
    assert f"t: a: {told}" in capsys.readouterr().out


def test_a_row_without_its_recordings_is_skipped(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("KINEMBED_MIRROR", str(tmp_path))
    assert report(Check("t", {"name": "a"}, {}, pd.DataFrame, needs="mice_3d"))
    assert "t: a: skipped" in capsys.readouterr().out
