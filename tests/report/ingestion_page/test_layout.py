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


MOUSE = [(0, 0), (8, -5), (8, 5), (14, 0), (40, 1), (70, 0), (100, 3)]
"""Nose, ears, neck, back and tail, from above."""


@pytest.mark.parametrize(
    "points", [MOUSE, *([(x, slope * x) for x in range(9)] for slope in (0, 0.03, -0.1))]
)
def test_no_line_runs_through_another_dot_of_an_animal_that_lies_along_the_picture(points):
    dots = arrange(np.array(points, dtype=float), names(len(points)))
    places = np.array([[dot.x, dot.y] for dot in dots])
    along = np.linspace(0, 1, 200)[:, None, None]
    for at, dot in enumerate(dots):
        line = places[at] + along * (np.array([dot.label_x, dot.label_y]) - places[at])
        assert np.linalg.norm(line - np.delete(places, at, axis=0), axis=2).min() > 3.5
