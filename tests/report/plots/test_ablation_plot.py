import pandas as pd
import pytest

from kinembed.report.plots.ablation import ablation_overview

FACTORS = {"kinembed": "", "wide": "network", "ward": "clustering", "lstm": "network", "idle": "x"}


@pytest.fixture
def scores():
    rows = [
        (row, "a", 0, given, 0.5) for row in FACTORS if row != "idle" for given in (True, False)
    ]
    columns = ["method", "sequence", "seed", "clusters_given", "accuracy"]
    return pd.DataFrame(rows, columns=columns)


def lines(ax):
    """What stands at each place, from top to bottom: rows and (in capitals) headings."""
    rows = dict(zip(ax.get_yticks(), [t.get_text() for t in ax.get_yticklabels()], strict=True))
    italic = [text for text in ax.texts if text.get_style() == "italic"]
    headings = {text.get_position()[1]: text.get_text().upper() for text in italic}
    both = rows | headings
    assert len(both) == len(rows) + len(headings)
    return [both[place] for place in sorted(both)]


def test_rows_of_one_factor_stand_together_below_its_name(scores):
    given, estimated = ablation_overview(scores, FACTORS, highlighted="kinembed").axes
    assert lines(given) == ["kinembed", "NETWORK", "wide", "lstm", "CLUSTERING", "ward"]
    assert given.get_title(loc="left") == "number of clusters given"
    assert estimated.get_title(loc="left") == "number of clusters estimated"
    assert "frame accuracy" in given.get_xlabel()


def test_one_way_of_counting_is_one_panel(scores):
    figure = ablation_overview(
        scores[scores["clusters_given"]], FACTORS, "kinembed", note="synthetic"
    )
    assert len(figure.axes) == 1
    assert [text.get_text() for text in figure.texts] == ["synthetic"]


def test_nothing_annotated_is_said(scores):
    (ax,) = ablation_overview(scores.iloc[:0], FACTORS, highlighted="kinembed").axes
    assert [text.get_text() for text in ax.texts] == ["no sequence is annotated"]
