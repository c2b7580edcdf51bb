import numpy as np
import pandas as pd
import pytest

from kinembed.core.errors import DataError
from kinembed.report.plots.dataset_map import dataset_maps

CLIPS = ["a", "b", "c", "d"]
POSE = np.array([[0.0, 0, 0], [0, 1, 0], [0, 2, 0]])


@pytest.fixture
def points():
    tables = [
        {"layer": layer, "clip": CLIPS, "behaviour": ["kick", "kick", "run", "run"]}
        | {"x": [0.0, 1, 10, 20], "y": [0.0, 0, 5, 5]}
        for layer in ("input", "blocks.9")
    ]
    return pd.concat([pd.DataFrame(table) for table in tables])


@pytest.fixture
def edges():
    return pd.DataFrame({"layer": ["input"] * 2, "one": ["a", "b"], "other": ["b", "c"]}).assign(
        weight=[1.0, 0.5]
    )


def test_a_panel_for_each_layer_with_dots_lines_and_a_skeleton_for_each_behaviour(points, edges):
    figure = dataset_maps(points, edges, dict.fromkeys(CLIPS, POSE), (-1, 0, 1), "synthetic")
    assert [ax.get_title(loc="left") for ax in figure.axes] == ["input", "blocks.9"]
    between, dots, *bodies = figure.axes[0].collections
    assert len(between.get_segments()) == 2
    assert dots.get_offsets()[:, 0].tolist() == pytest.approx([0, 0.05, 0.5, 1])
    assert len(bodies) == 2 * 2  # a rim and a body for each behaviour
    assert not figure.axes[1].collections[0].get_segments()
    assert figure.texts[-1].get_text() == "synthetic"


def test_a_skeleton_stands_at_its_clip_in_its_own_shape(points, edges):
    figure = dataset_maps(points, edges, dict.fromkeys(CLIPS, POSE), (-1, 0, 1))
    body = np.concatenate(figure.axes[0].collections[2].get_segments())
    middle = (body.max(axis=0) + body.min(axis=0)) / 2
    assert middle.tolist() == pytest.approx([0, 0.5 - 5 / 40])  # clip a, in the unit square
    assert np.ptp(body, axis=0).tolist() == pytest.approx([0, 0.16])


def test_no_clip_is_refused(points, edges):
    with pytest.raises(DataError, match="no clip to draw"):
        dataset_maps(points[:0], edges, {}, (-1,))
