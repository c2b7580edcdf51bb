import numpy as np
import pytest

from kinembed.analysis.layer_geometry import GeometryParameters, layer_distances, smoothness_table
from kinembed.core.errors import DataError

PARAMETERS = GeometryParameters(
    dataset="synthetic", group_pattern="(.*)", windows=(1, 4), graphs=("nnk", "knn"), neighbours=3
)
LABELS = ["a"] * 6 + ["b"] * 6
GROUPS = ["left", "right"] * 6
FRAMES = [12, 14, 13, 16, 12, 15] * 2


def layers():
    """Noise that says nothing of the labels at one layer, and at half the frames says them."""
    generator = np.random.default_rng(0)
    blind = [generator.normal(size=(frames, 2)) for frames in FRAMES]
    telling = [
        generator.normal(size=(-(-frames // 2), 2)) + 10 * (label == "a")
        for frames, label in zip(FRAMES, LABELS, strict=True)
    ]
    return {"first": blind, "last": telling}


def table_of(features, labels, groups, parameters=PARAMETERS):
    distances = layer_distances(features, FRAMES, parameters.windows)
    return smoothness_table(distances, labels, groups, parameters)


def test_every_layer_window_and_graph_has_a_row():
    table = table_of(layers(), LABELS, GROUPS)
    rows = table[["layer", "window", "graph"]].to_numpy().tolist()
    expected = [
        [layer, window, kind]
        for layer in ("first", "last")
        for window in (1, 4)
        for kind in ("nnk", "knn")
    ]
    assert rows == expected
    by_layer = table.groupby("layer")["label_error"]
    assert by_layer.max()["last"] < 1e-6
    assert by_layer.min()["first"] > 0.3


def test_groups_are_kept_apart():
    """What tells groups, not labels, apart: neighbours that are allowed to be of one's own are."""
    generator = np.random.default_rng(1)
    offsets = {"left": 0, "right": 50}
    values = {
        "layer": [
            generator.normal(size=(frames, 2)) + offsets[group]
            for frames, group in zip(FRAMES, GROUPS, strict=True)
        ]
    }
    labels = ["a" if group == "left" else "b" for group in GROUPS]
    alone = table_of(values, labels, GROUPS)
    leaky = table_of(values, labels, None)
    assert alone["label_error"].tolist() == [1.0] * 4
    assert leaky["label_error"].max() < 1e-6


def test_more_neighbours_than_there_are_is_refused():
    many = PARAMETERS.model_copy(update={"neighbours": 7})
    with pytest.raises(DataError, match="7 neighbours were asked for"):
        table_of(layers(), LABELS, GROUPS, many)


def test_a_sequence_that_is_shorter_than_a_window_is_named():
    with pytest.raises(DataError, match="sequence 0 has 12 frames .* window of 14"):
        layer_distances(layers(), FRAMES, [14])
