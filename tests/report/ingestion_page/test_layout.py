"""The names in a drawing: beside the skeleton, none over another."""

import numpy as np
import pytest

from kinembed.report.ingestion_page.layout import LINE, WIDTH, arrange, height_for


def names(count):
    return tuple(f"joint {number}" for number in range(count))


@pytest.mark.parametrize("count", [1, 2, 5, 31, 60])
@pytest.mark.parametrize("spread", [0.0, 1.0])
def test_names_do_not_overlap_and_lie_inside(count, spread):
    points = spread * np.random.default_rng(count).normal(size=(count, 2))
    dots = arrange(points, names(count))
    for left in (True, False):
        heights = np.sort([dot.label_y for dot in dots if dot.left == left])
        assert (np.diff(heights) >= LINE - 1e-9).all()
        assert ((heights >= 0) & (heights <= height_for(count))).all()
    assert all(0 < dot.x < WIDTH and 0 < dot.y < height_for(count) for dot in dots)


def test_shapes_are_kept():
    dots = arrange(np.array([[0.0, 0], [4, 0], [4, 2]]), names(3))
    across, down = dots[1].x - dots[0].x, dots[2].y - dots[1].y
    assert across == pytest.approx(2 * down)
    assert [dot.left for dot in dots] == [True, True, False]


def test_long_names_are_cut():
    [dot] = arrange(np.zeros((1, 2)), ("LeftHandIndexFingerTip",))
    assert dot.short == "LeftHandIndexFin…"
