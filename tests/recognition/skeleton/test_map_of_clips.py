import pytest

from kinembed.analysis.layer_geometry import GeometryParameters
from kinembed.core.errors import DataError
from kinembed.recognition.skeleton import map_dataset, train_action_classifier

GEOMETRY = GeometryParameters(
    dataset="synthetic", group_pattern=r"_(\d)$", windows=(1, 4, 8), neighbours=2
)


@pytest.fixture(scope="module")
def action_classifier(clips, labels, parameters):
    return train_action_classifier(
        clips, labels, parameters.model_copy(update={"steps": 2}), seed=0
    )


def test_every_clip_has_a_place_at_each_layer_and_neighbours_of_others(
    action_classifier, clips, labels
):
    found = map_dataset(action_classifier, clips, labels, GEOMETRY, ["input", "blocks.9"])
    assert found.points.groupby("layer", sort=False)["clip"].agg(list).to_dict() == {
        "input": list(clips.names),
        "blocks.9": list(clips.names),
    }
    assert found.points[["x", "y"]].notna().all(axis=None)
    assert (found.edges["weight"] > 0).all()
    assert (found.edges["one"].str[-1] != found.edges["other"].str[-1]).all()
    assert not found.edges.duplicated(["layer", "one", "other"]).any()


def test_a_layer_that_does_not_exist_is_named(action_classifier, clips, labels):
    with pytest.raises(DataError, match="no layer 'blocks.12'; it has norm"):
        map_dataset(action_classifier, clips, labels, GEOMETRY, ["blocks.12"])
