"""Pages on shared vocabularies say what the tables beside them say."""

from functools import cache

import pandas as pd
import pytest
import yaml
from helpers.projects import ROOT

from kinembed.evaluation.scores import NETWORK
from kinembed.evaluation.shared import COLUMNS
from kinembed.evaluation.shared_results import summarise_shared

RESULTS = ROOT / "docs/results"
GROUP = ["method", "clusters_given", "seed"]
PAGES = {"shared": "cmu86", "hdm05_shared": "hdm05_shared", "cmu_actions_shared": "cmu_actions"}
"""Page -> experiment."""
NAMES = {
    "kinembed": "**kinembed**",
    "window_as_states": "window statistics instead of states",
    "pose_as_states": "pose instead of states",
    "untrained": "untrained network",
    "changepoints_window_5": "change points + joint Ward",
    "changepoints_window_3": "change points (penalty 3 ln T) + joint Ward",
    "changepoints_pose_5": "change points of the pose + joint Ward",
    "window_spectral": "window statistics, spectral",
    "window3_kmeans": "window statistics (3 s), k-means",
    "sticky_hmm": "sticky HMM",
}


def scores(page):
    return pd.read_csv(RESULTS / f"{page}.csv")


@cache
def summary(page):
    file = ROOT / f"conf/{PAGES[page]}/parameters.yml"
    results = yaml.safe_load(file.read_text("utf-8")).get("results", {})
    found = summarise_shared(scores(page), results.get("held_out", []))
    return found.set_index(["method", "clusters_given", "part"])


def cell(row):
    """Accuracy, and by how much kinembed is better."""
    if row.name[0] == NETWORK:
        return f"{row['accuracy']:.3f}"
    # No minus before a zero.
    difference, low, high = (round(row[key], 3) + 0.0 for key in ("difference", "low", "high"))
    return f"{row['accuracy']:.3f}; {difference:+.3f} [{low:.3f}, {high:.3f}]"


def line(summary, method):
    parts = ["all"] if "all" in summary.index.levels[2] else ["tuning", "held_out"]
    settings = [(given, part) for given in (True, False) for part in parts]
    cells = [cell(summary.loc[method, given, part]) for given, part in settings]
    clusters = summary.loc[method, False, parts[0]]["clusters"]
    return f"| {NAMES[method]} | {' | '.join(cells)} | {clusters:.0f} |"


@pytest.mark.parametrize("page", PAGES)
def test_rows_of_a_page_follow_from_its_table(page):
    text = (RESULTS / f"{page}.md").read_text(encoding="utf-8")
    shown = [method for method, name in NAMES.items() if f"| {name} |" in text]
    assert len(shown) == 8
    for method in shown:
        assert line(summary(page), method) in text


@pytest.mark.parametrize(
    ("page", "count"), [("shared", 7), ("hdm05_shared", 41), ("cmu_actions_shared", 20)]
)
def test_a_table_has_a_row_for_each_recording_and_one_of_all(page, count):
    table = scores(page)
    assert table.columns.tolist() == COLUMNS
    groups = [set(names) for _, names in table.groupby(GROUP)["sequence"]]
    assert all(names == groups[0] for names in groups)
    assert len(groups[0]) == count + 1
    assert "all" in groups[0]
