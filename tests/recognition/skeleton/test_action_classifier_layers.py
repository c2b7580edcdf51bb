from dataclasses import replace

import numpy as np
import pytest

from kinembed.analysis.layer_geometry import GeometryParameters
from kinembed.core.errors import DataError
from kinembed.recognition.skeleton import clip_features, measure_layers, train_action_classifier
from kinembed.recognition.skeleton.layers import actors

GEOMETRY = GeometryParameters(
    dataset="synthetic",
    group_pattern=r"_(\d)$",
    windows=(4,),
    graphs=("knn",),
    neighbours=2,
)


@pytest.fixture(scope="module")
def action_classifier(clips, labels, parameters):
    return train_action_classifier(
        clips, labels, parameters.model_copy(update={"steps": 4}), seed=5
    )


def test_features_are_of_recorded_frames_alone(action_classifier, clips):
    """Clips of 12, 20 and 31 frames; the first is held for 16, which no row tells."""
    network = action_classifier.network
    features = clip_features(network, clips, action_classifier)
    assert list(features) == ["input", *(f"blocks.{index}" for index in range(10))]
    rows = {layer: [len(one) for one in values[:3]] for layer, values in features.items()}
    assert rows["input"] == rows["blocks.3"] == [12, 20, 31]
    assert rows["blocks.4"] == [6, 10, 16]
    assert rows["blocks.9"] == [3, 5, 8]
    by_joint = clips.positions[0].transpose(0, 2, 1).reshape(12, -1)
    np.testing.assert_allclose(features["input"][0], by_joint)


def test_trained_and_untrained_are_measured_at_every_layer(action_classifier, clips, labels):
    before = {name: value.clone() for name, value in action_classifier.network.state_dict().items()}
    table = measure_layers(action_classifier, clips, labels, GEOMETRY).apart
    assert list(table) == [
        *("dataset", "model", "seed", "layer", "graph", "window"),
        *("label_error", "label_score", "laplacian", "degree"),
    ]
    assert table["model"].tolist() == ["trained"] * 11 + ["untrained"] * 11
    assert set(table["seed"]) == {5}
    assert set(table["dataset"]) == {"synthetic"}
    at_input = table[table["layer"] == "input"]["label_error"]
    assert at_input.nunique() == 1  # no network has touched it yet
    assert table["label_error"].nunique() > 2
    for name, value in action_classifier.network.state_dict().items():
        assert (value == before[name]).all(), name


def test_clips_of_one_actor_may_be_neighbours_where_the_leak_is_measured(
    action_classifier, clips, labels
):
    """Here an actor has done one behaviour alone, so another's clips never say it."""
    by_behaviour = GEOMETRY.model_copy(update={"group_pattern": "^(fast|slow)"})
    apart, leaky = measure_layers(action_classifier, clips, labels, by_behaviour)
    assert (apart["label_error"] == 1).all()
    assert (leaky["label_error"] < 1).any()
    assert apart[["model", "layer"]].equals(leaky[["model", "layer"]])


def test_too_many_neighbours_are_refused(action_classifier, clips, labels):
    many = GEOMETRY.model_copy(update={"neighbours": 5})
    with pytest.raises(DataError, match="5 neighbours were asked for"):
        measure_layers(action_classifier, clips, labels, many)


def test_a_name_that_tells_no_actor_is_told():
    named = GEOMETRY.model_copy(update={"group_pattern": "_HDM_([a-z]+)_"})
    assert actors(["x_HDM_mm_1", "y_HDM_tr_1"], named) == ["mm", "tr"]
    with pytest.raises(DataError, match="finds no actor in the names of other"):
        actors(["x_HDM_mm_1", "other"], named)


def test_trials_of_one_actor_are_one_group_where_it_is_known():
    known = {"group_pattern": r"^(.+)#\d+$", "actors": {"ann": ["run_*", "walk_1"]}}
    named = GEOMETRY.model_copy(update=known)
    groups = actors(["run_1#0", "walk_1#0", "walk_1#1", "walk_2#0"], named)
    assert groups == ["ann", "ann", "ann", "walk_2"]


def test_clips_that_are_not_scored_are_neighbours_only(action_classifier, clips, labels):
    scored = np.array([name.endswith("_2") for name in clips.names])
    alone = measure_layers(action_classifier, clips, labels, GEOMETRY, scored).apart
    at_input = alone[alone["layer"] == "input"].iloc[0]
    assert (
        at_input["degree"]
        != measure_layers(action_classifier, clips, labels, GEOMETRY).apart["degree"][0]
    )


def test_clips_that_are_too_short_are_named(action_classifier, clips, labels):
    short = replace(clips, positions=(clips.positions[0][:5], *clips.positions[1:]))
    with pytest.raises(DataError, match=r"fewer than the 9 frames.*fast_0 \(5\)"):
        measure_layers(action_classifier, short, labels, GEOMETRY)
