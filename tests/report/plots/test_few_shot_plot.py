import pandas as pd
import pytest

from kinembed.core.errors import DataError
from kinembed.report.plots.few_shot import few_shot_curves

TABLE = pd.DataFrame(
    [
        ("pretrained", 1, 0.6),
        ("pretrained", 1, 0.8),
        ("pretrained", 10, 0.9),
        ("pretrained", 10, 0.9),
        ("scratch", 1, 0.5),
        ("scratch", 1, 0.5),
        ("scratch", 10, 0.8),
        ("scratch", 10, 1.0),
    ],
    columns=["start", "labelled", "accuracy"],
)


def test_means_over_draws_for_both_starts():
    ax = few_shot_curves(TABLE, "synthetic").axes[0]
    pretrained, scratch = ax.lines
    assert pretrained.get_ydata().tolist() == pytest.approx([0.7, 0.9])
    assert scratch.get_ydata().tolist() == pytest.approx([0.5, 0.9])
    assert [label.get_text() for label in ax.get_xticklabels()] == ["1", "10"]
    assert ax.figure.texts[-1].get_text() == "synthetic"


def test_nothing_to_draw_is_refused():
    with pytest.raises(DataError, match="no accuracy to draw"):
        few_shot_curves(TABLE[:0])
