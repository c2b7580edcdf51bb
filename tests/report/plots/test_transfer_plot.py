import pandas as pd
import pytest

from kinembed.core.errors import DataError
from kinembed.report.plots.transfer import transfer_by_depth

TABLE = pd.DataFrame(
    [
        (0, "pretrained", 0, 0.6),
        (1, "pretrained", 0, 0.8),
        (0, "pretrained", 10, 0.4),
        (1, "pretrained", 10, 0.5),
        (0, "scratch", 0, 0.5),
        (1, "scratch", 0, 0.6),
    ],
    columns=["seed", "start", "frozen", "accuracy"],
)


def test_means_over_seeds_beside_the_level_from_scratch():
    ax = transfer_by_depth(TABLE, "synthetic").axes[0]
    curve, level = ax.lines
    assert curve.get_ydata().tolist() == pytest.approx([0.7, 0.45])
    assert list(level.get_ydata()) == pytest.approx([0.55, 0.55])
    assert [label.get_text() for label in ax.get_xticklabels()] == ["0", "10"]
    band = ax.collections[0].get_paths()[0].vertices[:, 1]
    assert (band.min(), band.max()) == pytest.approx((0.4, 0.8))
    assert ax.figure.texts[-1].get_text() == "synthetic"


def test_without_a_transfer_there_is_nothing_to_draw():
    with pytest.raises(DataError, match="no transfer to draw"):
        transfer_by_depth(TABLE[4:])
