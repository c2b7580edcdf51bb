"""The page on the shared vocabulary says what the table beside it says."""

import pandas as pd
import pytest
import yaml
from helpers.projects import ROOT

from kinembed.evaluation.scores import NETWORK
from kinembed.evaluation.shared import COLUMNS
from kinembed.evaluation.shared_results import summarise_shared

RESULTS = ROOT / "docs/results"
NAMES = {
    "kinembed": "**kinembed**",
    "window_as_states": "window statistics instead of states",
    "pose_as_states": "pose instead of states",
    "untrained": "untrained network",
    "changepoints_window_5": "change points + joint Ward",
    "window_spectral": "window statistics, spectral",
    "window3_kmeans": "window statistics (3 s), k-means",
    "sticky_hmm": "sticky HMM",
}


def scores():
    return pd.read_csv(RESULTS / "shared.csv")


@pytest.fixture(scope="module")
def summary():
    settings = yaml.safe_load((ROOT / "conf/cmu86/parameters.yml").read_text())
    found = summarise_shared(scores(), settings["results"]["held_out"])
    return found.set_index(["method", "clusters_given", "part"])


def cell(row):
    """Accuracy, and by how much kinembed is better."""
    if row.name[0] == NETWORK:
        return f"{row['accuracy']:.3f}"
    low, high = f"{row['low']:.3f}", f"{row['high']:.3f}"
    return f"{row['accuracy']:.3f}; {row['difference']:+.3f} [{low}, {high}]"


def line(summary, method):
    settings = [(given, part) for given in (True, False) for part in ("tuning", "held_out")]
    cells = [cell(summary.loc[method, given, part]) for given, part in settings]
    clusters = summary.loc[method, False, "tuning"]["clusters"]
    return f"| {NAMES[method]} | {' | '.join(cells)} | {clusters:.0f} |"


@pytest.mark.parametrize("method", NAMES)
def test_a_row_of_the_page_follows_from_the_table(summary, method):
    page = (RESULTS / "shared.md").read_text(encoding="utf-8")
    assert line(summary, method) in page


def test_the_table_has_a_row_for_each_recording_and_one_of_all():
    table = scores()
    assert table.columns.tolist() == COLUMNS
    groups = table.groupby(["method", "clusters_given", "seed"])["sequence"]
    recordings = [f"86_{number:02d}" for number in (1, 3, 5, 7, 9, 10, 12)]
    assert all(sorted(names) == [*recordings, "all"] for _, names in groups)
