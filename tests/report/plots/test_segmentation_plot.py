import numpy as np

from kinembed.report.plots.segmentation import segmentation_overview

TIMES = np.linspace(0, 10, 20)
DISTANCES = np.abs(TIMES[:, None] - TIMES)
LABELS = {"estimated": np.repeat([0, 1], 50)}


def drawn(separations, separation_threshold=40.0):
    return segmentation_overview(TIMES, DISTANCES, LABELS, 10.0, separations, separation_threshold)


def axes_titled(figure, beginning):
    return next(
        ax
        for part in figure.subfigs
        for ax in part.axes
        if ax.get_title(loc="left").startswith(beginning)
    )


def test_the_number_after_which_separation_falls_most_is_said():
    figure = drawn({1: np.inf, 2: 500.0, 3: 70.0, 4: 61.0, 5: 2.0})
    ax = axes_titled(figure, "number found: 4")
    assert ax.get_yscale() == "log"
    assert ax.get_xticks().tolist() == [2, 3, 4, 5]


def test_a_single_cluster_can_be_drawn():
    assert axes_titled(drawn({1: np.inf}), "number found: 1")
    assert axes_titled(drawn({1: np.inf, 2: 0.0}), "number found: 1")
