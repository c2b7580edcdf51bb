import pandas as pd
import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from kinembed.report.plots.method_dots import HIGHLIGHT, OTHER, method_dots

ROWS = [
    ("ours", "a", 0, 0.5),
    ("ours", "b", 0, 0.7),
    ("ours", "a", 1, 0.9),
    ("ours", "b", 1, 0.7),
    ("other", "a", 0, 0.4),
    ("hidden", "a", 0, 0.1),
]


@pytest.fixture
def ax():
    scores = pd.DataFrame(ROWS, columns=["method", "sequence", "seed", "accuracy"])
    ax = Figure().subplots()
    method_dots(ax, scores, {"other": 0.0, "ours": 2.0}, highlighted="ours")
    return ax


def test_a_method_is_its_mean_its_seeds_range_and_its_sequences(ax):
    sequences, ranges, means = ax.collections
    assert sorted(map(tuple, sequences.get_offsets().tolist())) == [
        (0.4, 0),
        (pytest.approx(0.7), 2),
        (pytest.approx(0.7), 2),
    ]
    lines = [segment.tolist() for segment in ranges.get_segments()]
    assert lines == [[[0.4, 0], [0.4, 0]], [[pytest.approx(0.6), 2], [pytest.approx(0.8), 2]]]
    assert means.get_offsets().tolist() == [[0.4, 0], [pytest.approx(0.7), 2]]
    assert [text.get_text() for text in ax.texts] == ["0.400", "0.700"]


def test_one_method_stands_out(ax):
    assert [to_hex(colour).upper() for colour in ax.collections[2].get_facecolor()] == [
        OTHER,
        HIGHLIGHT,
    ]
    weights = {label.get_text(): label.get_fontweight() for label in ax.get_yticklabels()}
    assert weights == {"other": "normal", "ours": "bold"}
    (line,) = ax.lines
    assert line.get_xdata() == pytest.approx([0.7, 0.7])


def test_the_first_place_is_on_top(ax):
    assert ax.yaxis_inverted()
    assert ax.get_xlim() == (0, 1)
