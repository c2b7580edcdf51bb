import numpy as np

from kinembed.report.plots.time_scale import time_scale_curves
from kinembed.segmentation.time_scale import TimeScale


def test_every_recording_has_a_line_up_to_five_times_the_time():
    curve = np.exp(-np.arange(400) / 20).tolist()
    figure = time_scale_curves(TimeScale(1.0, 20.0, {"a": curve, "b": curve}), "synthetic")
    (ax,) = figure.axes
    assert [len(line.get_xdata()) for line in ax.lines] == [101, 101, 2, 2]
    labels = [text.get_text() for text in ax.get_legend().get_texts()]
    assert labels == ["recordings (2)", "1 / e", "shortest behaviour: 1.00 s"]
