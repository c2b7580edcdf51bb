import numpy as np
import pytest

from kinembed.core.errors import DataError
from kinembed.report.plots.channel_lines import channel_lines

FRAMES = np.arange(7.0)
TRUTH = np.column_stack([np.zeros(7), 3 * FRAMES, FRAMES, 0.1 * FRAMES, np.ones(7), 2 * FRAMES])
NAMES = "abcdef"


def test_channels_that_vary_most_have_a_panel_each():
    made = TRUTH.copy()
    made[:4] = np.nan
    figure = channel_lines({"video": TRUTH, "future": made}, "synthetic", 4, channels=NAMES)
    assert [ax.get_ylabel() for ax in figure.axes] == ["b", "f", "c", "d"]
    truth, future, border = figure.axes[1].lines
    np.testing.assert_array_equal(truth.get_ydata(), 2 * FRAMES)
    np.testing.assert_array_equal(future.get_ydata(), made[:, 5])
    assert list(border.get_xdata()) == [4.5, 4.5]
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["video", "future"]


def test_every_third_frame_stands_where_it_is():
    figure = channel_lines({"video": TRUTH}, channels=NAMES, every=3)
    assert figure.axes[0].lines[0].get_xdata().tolist() == [3, 6, 9, 12, 15, 18, 21]


def test_fewer_channels_have_fewer_panels():
    assert len(channel_lines({"video": TRUTH[:, :2]}, channels="ab").axes) == 2


def test_nothing_to_draw_is_said():
    with pytest.raises(DataError, match="no video to draw"):
        channel_lines({}, channels="")
