import pandas as pd
import pytest
from matplotlib.colors import to_hex

from kinembed.report.plots.comparison import HIGHLIGHT, OTHER, comparison_overview


@pytest.fixture
def scores():
    """Two methods on two sequences: one is better with a given number, the other without."""
    rows = [
        ("a", "simple", True, 0.5),
        ("b", "simple", True, 0.7),
        ("a", "ours", True, 0.8),
        ("b", "ours", True, 0.9),
        ("a", "simple", False, 0.65),
        ("b", "simple", False, 0.75),
        ("a", "ours", False, 0.6),
        ("b", "ours", False, 0.6),
    ]
    return pd.DataFrame(rows, columns=["sequence", "method", "clusters_given", "accuracy"])


def bars(ax):
    return [bar.get_width() for bar in ax.patches]


def methods(ax):
    return [label.get_text() for label in ax.get_yticklabels()]


def test_bars_are_means_and_the_best_with_a_given_number_is_on_top(scores):
    given, estimated = comparison_overview(scores, highlighted="ours").axes
    assert methods(given) == ["ours", "simple"]
    assert given.yaxis_inverted()
    assert bars(given) == pytest.approx([0.85, 0.6])
    assert bars(estimated) == pytest.approx([0.6, 0.7])
    assert "given" in given.get_title(loc="left")
    assert "estimated" in estimated.get_title(loc="left")


def test_every_sequence_is_a_dot_on_the_bar_of_its_method(scores):
    given, _ = comparison_overview(scores, highlighted="ours").axes
    dots = given.collections[0].get_offsets().tolist()
    assert dots == [[0.5, 1], [0.7, 1], [0.8, 0], [0.9, 0]]


def test_one_method_stands_out(scores):
    ax = comparison_overview(scores, highlighted="ours").axes[0]
    colours = [to_hex(bar.get_facecolor()) for bar in ax.patches]
    assert colours == [HIGHLIGHT.lower(), OTHER.lower()]
    weights = [label.get_fontweight() for label in ax.get_yticklabels()]
    assert weights == ["bold", "normal"]


def test_without_a_given_number_there_is_one_panel(scores):
    (ax,) = comparison_overview(scores[~scores["clusters_given"]], highlighted="ours").axes
    assert methods(ax) == ["simple", "ours"]


def test_nothing_annotated_is_said(scores):
    (ax,) = comparison_overview(scores.iloc[:0], highlighted="ours", note="synthetic").axes
    assert [text.get_text() for text in ax.texts] == ["no sequence is annotated"]
