import numpy as np
import pandas as pd
import pytest

from kinembed.core.errors import DataError
from kinembed.report.plots.video import GAP, input_filters, roll_out_peaks, strips, unit_activity

VIDEO = np.linspace(0, 1, 5 * 16).reshape(5, 4, 4)


def test_strips_hold_every_frame_side_by_side():
    half = VIDEO.copy()
    half[:3] = np.nan
    figure = strips({"video": VIDEO, "future": half}, "synthetic", 3)
    assert [ax.get_ylabel() for ax in figure.axes] == ["video", "future"]
    assert figure.texts[0].get_text() == "synthetic"
    for ax, video in zip(figure.axes, (VIDEO, half), strict=True):
        picture = np.ma.filled(ax.images[0].get_array(), np.nan)
        assert picture.shape == (4, 5 * 4 + 4 * GAP)
        for number, frame in enumerate(video):
            start = number * (4 + GAP)
            np.testing.assert_array_equal(picture[:, start : start + 4], frame)
        (line,) = ax.lines
        assert 3 * 4 + 2 * GAP - 0.5 < line.get_xdata()[0] < 3 * (4 + GAP) - 0.5


def test_filters_are_scaled_one_by_one():
    filters = np.stack([VIDEO[1] * scale for scale in (1, -5, 0.1)])
    picture = np.ma.filled(input_filters(filters, columns=2).axes[0].images[0].get_array(), np.nan)
    assert picture.shape == (2 * 4 + GAP, 2 * 4 + GAP)
    assert np.nanmax(picture) == pytest.approx(1)
    assert np.nanmin(picture) == pytest.approx(0)
    np.testing.assert_allclose(picture[4 + GAP :, :4], picture[:4, :4])
    assert np.isnan(picture[4 + GAP :, 4:]).all()


COLOURED = np.random.default_rng(0).uniform(-0.2, 1.2, (5, 4, 4, 3))


def test_colours_are_drawn_as_such_and_what_is_not_there_is_clear():
    half = COLOURED.copy()
    half[:3] = np.nan
    figure = strips({"video": COLOURED, "future": half}, None, 3)
    shown, missing = (ax.images[0].get_array() for ax in figure.axes)
    assert shown.shape == (4, 5 * 4 + 4 * GAP, 4)
    np.testing.assert_allclose(shown[:, :4, :3], COLOURED[0].clip(0, 1))
    assert (shown[:, :4, 3] == 1).all()
    assert (shown[:, 4 : 4 + GAP, 3] == 0).all()
    assert (missing[:, : 3 * (4 + GAP), 3] == 0).all()


def test_filters_in_colour_are_grey_where_weights_are_nothing():
    filters = np.zeros((3, 4, 4, 3))
    filters[:, 0, 0, 0], filters[:, 1, 1, 1] = 2.0, -1.0
    picture = input_filters(filters, columns=2).axes[0].images[0].get_array()
    assert picture.shape == (2 * 4 + GAP, 2 * 4 + GAP, 4)
    np.testing.assert_allclose(picture[0, 0], [1, 0.5, 0.5, 1])
    np.testing.assert_allclose(picture[1, 1], [0.5, 0.25, 0.5, 1])
    np.testing.assert_allclose(picture[3, 3], [0.5, 0.5, 0.5, 1])


def test_units_that_move_most_stand_at_the_top():
    activity = np.stack([np.full(6, 0.3), np.sin(np.arange(6.0)), 0.1 * np.arange(6.0)], axis=1)
    shown = unit_activity(activity, 4).axes[0].images[0].get_array()
    np.testing.assert_array_equal(shown, activity[:, [1, 2, 0]].T)


def test_peaks_have_a_line_for_trained_and_untrained_and_a_panel_for_each_model():
    rows = [
        {"model": model, "seed": seed, "trained": trained, "frame": frame, "peak": 0.1 * seed}
        for model in ("a", "b")
        for seed in (1, 3)
        for trained in (True, False)
        for frame in (1, 2, 3)
    ]
    figure = roll_out_peaks(pd.DataFrame(rows), 2)
    assert [ax.get_title(loc="left") for ax in figure.axes] == ["a", "b"]
    for ax in figure.axes:
        for line in ax.lines[:2]:
            np.testing.assert_allclose(line.get_ydata(), 0.2)


def test_nothing_to_draw_is_said():
    for draw in (lambda: strips({}), lambda: input_filters(np.empty((0, 2, 2)))):
        with pytest.raises(DataError, match="there is no"):
            draw()
    with pytest.raises(DataError, match="no roll-out"):
        roll_out_peaks(pd.DataFrame(), 3)
