import pandas as pd
import pytest

from kinembed.report.plots.results import results_overview


@pytest.fixture
def scores():
    rows = [
        ("published_annotated_cuts", True, "ward", 0.9),
        ("continuous", False, "kinembed", 0.4),
        ("continuous", True, "kinembed", 0.8),
        ("continuous", True, "ward", 0.7),
        ("continuous", True, "best", 0.85),
    ]
    table = pd.DataFrame(rows, columns=["protocol", "clusters_given", "method", "accuracy"])
    return table.assign(sequence="a", seed=0)


def test_a_panel_for_each_protocol_and_way_of_counting_says_which_it_is(scores):
    titles = [ax.get_title(loc="left") for ax in results_overview(scores, "kinembed").axes]
    assert titles == [
        "continuous: number of clusters given",
        "continuous: number of clusters estimated",
        "published_annotated_cuts (reads the annotation): number of clusters given",
    ]


def test_the_best_method_of_a_panel_is_on_top(scores):
    ax, *_ = results_overview(scores, "kinembed").axes
    assert [label.get_text() for label in ax.get_yticklabels()] == ["best", "kinembed", "ward"]
    assert ax.yaxis_inverted()


def test_nothing_annotated_is_said(scores):
    (ax,) = results_overview(scores.iloc[:0], "kinembed", note="synthetic").axes
    assert [text.get_text() for text in ax.texts] == ["no sequence is annotated"]
