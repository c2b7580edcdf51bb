import numpy as np
import pandas as pd

from kinembed.report.plots.components import (
    DRAWN_COMPONENTS,
    DRAWN_JOINTS,
    component_label,
    distance_matrices,
    joints_by_component,
    variance_bars,
)

VARIANCE = pd.DataFrame(
    {
        "pod": ["both"] * 2 + ["decoder"] * 2,
        "component": [1, 2, 1, 2],
        "explained_variance": [0.5, 0.2, 0.6, 0.3],
    }
)
DISTANCES = pd.DataFrame(
    {
        "cluster": [0, 0, 1, 1],
        "other": [0, 1, 0, 1],
        "mean": [1.0, 4.0, 4.0, 2.0],
        "nearest": [0.1, 3.0, 2.5, np.nan],
    }
)


def joints(count=3):
    rows = [
        {"component": component, "joint": f"joint_{joint}", "unit": "rad", "change": joint + 1.0}
        for component in range(1, 7)
        for joint in range(count)
    ]
    root = {"joint": "root", "unit": "length", "change": 9.0}
    return pd.DataFrame([*rows, *({"component": c, **root} for c in range(1, 7))])


def cells(ax):
    return [text.get_text() for text in ax.texts]


def test_a_component_is_labelled_with_its_share():
    assert component_label(2, np.array([0.5, 0.234])) == "component 2 (23 % of variance)"


def test_variance_has_bars_in_per_cent_for_both_pods():
    (ax,) = variance_bars(VARIANCE, title="86_01", note="Made up.").axes
    heights = [[bar.get_height() for bar in group] for group in ax.containers]
    np.testing.assert_allclose(heights, [[50, 20], [60, 30]])
    labels = [text.get_text() for text in ax.get_legend().get_texts()]
    assert labels == [
        "encoder and decoder states (70 % shown)",
        "decoder states alone (90 % shown)",
    ]
    assert ax.get_title(loc="left") == "86_01"


def test_distances_stand_in_two_panels_in_the_order_of_the_names():
    figure = distance_matrices(DISTANCES, {1: "run", 0: "walk"}, title="86_01")
    mean, nearest = figure.axes[:2]
    assert cells(mean) == ["2.00", "4.00", "4.00", "1.00"]
    assert cells(nearest) == ["-", "2.50", "3.00", "0.10"]
    assert [label.get_text() for label in mean.get_yticklabels()] == ["run", "walk"]


def test_a_cluster_without_distances_is_left_out():
    figure = distance_matrices(DISTANCES, {0: "walk", 5: "fall"})
    assert [label.get_text() for label in figure.axes[0].get_xticklabels()] == ["walk"]


def test_joints_that_move_most_are_on_top_and_units_apart():
    rotations, root = joints_by_component(joints(), title="86_01").axes
    names = [label.get_text() for label in rotations.get_yticklabels()]
    assert names == ["joint_2", "joint_1", "joint_0"]
    assert rotations.get_title(loc="right") == "change in rad per SD of the component"
    assert root.get_title(loc="right") == "change in length per SD of the component"
    assert cells(root) == ["9"] * DRAWN_COMPONENTS


def test_of_many_joints_only_the_first_are_drawn():
    rotations, _ = joints_by_component(joints(count=40)).axes
    names = [label.get_text() for label in rotations.get_yticklabels()]
    assert len(names) == DRAWN_JOINTS
    assert names[0] == "joint_39"
