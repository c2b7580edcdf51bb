"""The page on programs of others says what the table beside it says."""

import pandas as pd
import pytest
from benchmarks.compare_peers import COLUMNS, TABLE, summary

PAGE = TABLE.with_suffix(".md")
SCORES = pd.read_csv(TABLE)
NAMES = {
    "kinembed": "**kinembed**",
    "changepoints_window_5": "change points + Ward",
    "window_ward": "window statistics, Ward",
    "aligned_cluster_analysis": "aligned cluster analysis",
    "e2usd": "E2USD",
    "tw_finch": "TW-FINCH",
    "motion_words": "motion words, compact",
}
"""Methods of the table: those that all test recordings have, with the number of clusters given."""
DATA = ("subject 86", "subject 86, four channels")


def cells(method, data):
    """AMI, kinembed's lead in it, accuracy, covering, SMS and boundary F1 on test recordings."""
    found = summary(SCORES).set_index(["data", "part", "given", "method"])
    row = found.loc[(data, "test", True, method)]
    lead = f"{row['lead']:+.3f} [{row['low']:.3f}, {row['high']:.3f}]"
    names = ("accuracy", "covering", "sms", "boundary_f1")
    others = [f"{row[name]:.3f}" for name in names] if data == DATA[0] else [f"{row['sms']:.3f}"]
    return [f"{row['ami']:.3f}", "" if method == "kinembed" else lead, *others]


def line(method):
    return f"| {NAMES[method]} | {' | '.join(cells(method, DATA[0]) + cells(method, DATA[1]))} |"


@pytest.mark.parametrize("method", NAMES)
def test_a_row_of_the_page_follows_from_the_table(method):
    assert line(method).replace("|  |", "| |") in PAGE.read_text(encoding="utf-8")


def test_the_table_has_its_columns_and_every_row_a_status():
    assert SCORES.columns.tolist() == COLUMNS
    assert SCORES["status"].str.match(r"ok$|failed: .+|exceeded \d+ s$").all()
    assert (SCORES["accuracy"].notna() == (SCORES["status"] == "ok")).all()
