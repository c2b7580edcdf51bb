"""Stored models on further recordings."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from kinembed.core.errors import DataError
from kinembed.motion.exponential_maps import to_euler
from kinembed.motion.features import FeatureParameters
from kinembed.motion.resampling import resample
from kinembed.motion.visibility import Point, Visibility
from kinembed.report.exports.labelled import labelled_segments
from kinembed.report.naming import Names, parse_names
from kinembed.segmentation.cluster_model import ClusterModel, ClusterModelParameters
from kinembed.segmentation.clustering import ClusteringParameters
from kinembed.segmentation.embedding import EmbeddingParameters, embed
from kinembed.segmentation.inference import (
    OWN,
    choose_model,
    choose_models,
    label_motion,
    summarise_labels,
)
from kinembed.segmentation.mlflow_model import StoredModels, pack_models
from kinembed.segmentation.predictions import NOT_SEEN, UNKNOWN
from kinembed.training.assignment import ModelAssignment
from kinembed.training.motion_prediction import TrainingParameters
from kinembed.training.trained_model import train_model

EMBEDDING = EmbeddingParameters(arrangement="frame", stride=2, components=8, device="cpu")
CLUSTERING = ClusteringParameters(
    number=2, method="kernel_segmentation", components=8, minimum_duration_s=0
)


@pytest.fixture(scope="module")
def discovery(toy_motion):
    """Model, clusters and predictions of the toy motion: slow swings, then fast ones."""
    training = TrainingParameters(
        network={"units": 16},
        windows={"source": 8, "target": 8},
        steps=60,
        batch_size=8,
        learning_rate=0.01,
        device="cpu",
    )
    model = train_model(toy_motion, FeatureParameters(), training)
    embeddings = embed(model, toy_motion, EMBEDDING)
    clusters = ClusterModel.fit(embeddings, 2, EMBEDDING, CLUSTERING, ClusterModelParameters())
    return model, clusters, clusters.predictions


def test_the_discovered_recording_agrees_with_its_discovery(discovery, toy_motion):
    model, clusters, predictions = discovery
    labels = label_motion(toy_motion, model, clusters)
    assert predictions["given"].nunique() == 2
    assert (labels["cluster"] == predictions["given"]).mean() >= 0.95


def test_euler_angles_at_another_rate_are_brought_to_the_discovery(discovery, toy_motion):
    model, clusters, predictions = discovery
    faster = to_euler(resample(toy_motion, 120.0))
    labels = label_motion(faster, model, clusters)
    assert abs(len(labels) - len(predictions)) <= 1
    count = min(len(labels), len(predictions))
    agreement = labels["cluster"][:count] == predictions["given"][:count]
    assert agreement.mean() >= 0.9


def test_a_foreign_movement_is_marked(discovery, toy_motion):
    model, clusters, _ = discovery
    values = toy_motion.values.copy()
    time = np.arange(len(values)) / toy_motion.frame_rate
    values[:, 6:9] = 2 + np.column_stack([np.sin(40 * time + phase) for phase in (0, 1, 2)])
    labels = label_motion(replace(toy_motion, values=values), model, clusters)
    assert (labels["cluster"] == UNKNOWN).mean() > 0.9
    assert labels["distance"].median() > 1


def test_nothing_is_known_of_a_recording_shorter_than_a_window(discovery, toy_motion):
    model, clusters, _ = discovery
    labels = label_motion(replace(toy_motion, values=toy_motion.values[:15]), model, clusters)
    assert labels["cluster"].tolist() == [UNKNOWN] * 15


@pytest.mark.parametrize("frames", [15, 300])
def test_another_skeleton_is_refused_naming_its_joints(discovery, toy_motion, frames):
    model, clusters, _ = discovery
    skeleton = replace(toy_motion.skeleton, joints=("hips", "leg", "leg_end"))
    channels = tuple(name.replace("arm", "leg") for name in toy_motion.channels)
    values = toy_motion.values[:frames]
    other = replace(toy_motion, values=values, channels=channels, skeleton=skeleton)
    with pytest.raises(DataError, match=r"lacks its joints arm and has others, leg, leg_end"):
        label_motion(other, model, clusters)


def test_the_only_model_labels_or_the_one_that_is_named_or_each_its_own():
    shared, earlier = ModelAssignment({"a": "m", "b": "m", "c": "n"}), ModelAssignment(None)
    assert choose_models(["new"], ["m"], None, shared) == {"new": "m"}
    assert choose_models(["x", "y"], ["m", "n"], "n", shared) == {"x": "n", "y": "n"}
    assert choose_models(["a", "c"], ["m", "n"], OWN, shared) == {"a": "m", "c": "n"}
    assert choose_models(["a", "b"], ["a", "b"], OWN, earlier) == {"a": "a", "b": "b"}


@pytest.mark.parametrize(("wanted", "problem"), [(None, "which model"), ("c", "no model of 'c'")])
def test_without_a_model_that_is_there_all_are_listed(wanted, problem):
    with pytest.raises(DataError, match=f"{problem}.*models are stored of a, b"):
        choose_model(["b", "a"], wanted)


def test_a_recording_without_a_model_of_its_own_is_named():
    with pytest.raises(DataError, match="no model of 'new'.*stored of a, b"):
        choose_models(["a", "new"], ["a", "b"], OWN, ModelAssignment({"a": "a"}))


def table(clusters):
    frames = np.arange(len(clusters))
    return pd.DataFrame({"frame": frames, "time_s": frames / 10, "cluster": clusters})


@pytest.mark.parametrize(("step", "trimmed"), [(1, 295 / 300), (4, 280 / 300), (60, 0)])
def test_a_summary_says_whose_model_it_was_and_how_much_has_which_label(
    discovery, toy_motion, step, trimmed
):
    clusters = discovery[1]
    labels = table([0, 1, 1, UNKNOWN, NOT_SEEN]).assign(file_frame=np.arange(5) * step)
    of_model, of_recording = {"toy": lambda: clusters}, {"new": lambda: toy_motion}
    summary = summarise_labels([("new", labels)], {"new": "toy"}, of_model, of_recording)
    [row] = summary.to_dict("records")
    expected = {"recording": "new", "model": "toy", "frames": 5, "clusters": 2}
    assert row == expected | {
        "file_frames": 300,
        "trimmed_share": pytest.approx(trimmed),
        "unknown_share": 0.2,
        "not_seen_share": 0.2,
        "agreement": clusters.agreement,
    }


def test_what_is_trimmed_at_both_ends_counts_in_the_numbers_of_the_file(discovery, toy_motion):
    recorded = replace(toy_motion, file_frames=100 + 2 * np.arange(300))
    labels = [("new", table([0, 1, 1]).assign(file_frame=[160, 170, 178]))]
    of_model, of_recording = {"toy": lambda: discovery[1]}, {"new": lambda: recorded}
    [row] = summarise_labels(labels, {"new": "toy"}, of_model, of_recording).to_dict("records")
    assert row["trimmed_share"] == pytest.approx((30 + 256) / 300)


def test_joints_of_the_model_that_are_never_seen_are_named(discovery, toy_motion, caplog):
    model, clusters, _ = discovery
    points = np.zeros((300, 3), dtype=np.int8)
    points[:, 1], points[10:, 2] = Point.MASKED, Point.MASKED
    seen = Visibility(points, np.ones(300, dtype=bool))
    label_motion(replace(toy_motion, visibility=seen), model, clusters)
    name = f"{toy_motion.trial}: joints of the model that are never seen: arm;"
    assert [one for one in caplog.messages if one.startswith(name)]


def test_segments_have_the_names_of_the_discovery(discovery):
    names = parse_names("toy: {given: {names: {1: '<walk>'}, merge: [[1, 2]]}}", file="names.yml")
    labels = table([0, 0, 1, 2, UNKNOWN, 3])
    rows = labelled_segments("new", labels, "toy", discovery[1], names)
    assert [(row["label"], row["clusters"], row["start"], row["stop"]) for row in rows] == [
        ("cluster 0", "0", 0, 2),
        ("<walk>", "1 2", 2, 4),
        ("unknown", "-1", 4, 5),
        ("cluster 3", "3", 5, 6),
    ]
    assert {row["tier"] for row in rows} == {"given"}
    assert [row["file_first"] for row in rows] == [0, 2, 4, 5]


def test_segments_of_labels_have_the_frame_numbers_of_the_file(discovery):
    labels = table([0, 0, NOT_SEEN, NOT_SEEN, 1]).assign(file_frame=np.arange(5) + 100)
    rows = labelled_segments("new", labels, "toy", discovery[1], Names())
    told = [(row["label"], row["file_first"], row["file_last"]) for row in rows]
    assert told == [("cluster 0", 100, 101), ("not seen", 102, 103), ("cluster 1", 104, 104)]


def test_labels_keep_the_frame_numbers_of_the_file(discovery, toy_motion):
    model, clusters, _ = discovery
    numbers = np.arange(300) * 2 + 1000
    labels = label_motion(replace(toy_motion, file_frames=numbers), model, clusters)
    np.testing.assert_array_equal(labels["file_frame"], numbers)
    plain = label_motion(toy_motion, model, clusters)
    np.testing.assert_array_equal(plain["file_frame"], plain["frame"])


@pytest.fixture(scope="module")
def packed(discovery, toy_motion, tmp_path_factory):
    """Two models of one name each, in a folder as MLflow hands it out."""
    model, clusters, _ = discovery
    made = pack_models(
        {"toy": lambda: model, "day 1/toy": lambda: model},
        {"toy": lambda: clusters, "day 1/toy": lambda: clusters},
        {"toy": lambda: toy_motion, "day 1/toy": lambda: toy_motion},
    )
    folder = tmp_path_factory.mktemp("packed")
    for name, content in made.files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return made, folder


def frames_of(motion):
    return pd.DataFrame(motion.values, columns=list(motion.channels))


def test_packed_models_label_as_the_pipeline_does(packed, discovery, toy_motion):
    made, folder = packed
    model, clusters, _ = discovery
    found = StoredModels(folder).predict(frames_of(toy_motion), {"model": "day 1/toy"})
    expected = label_motion(toy_motion, model, clusters).drop(columns="file_frame")
    pd.testing.assert_frame_equal(found, expected)
    assert (made.default, len(made.example)) == ("", 32)
    assert made.params == {"model": "day 1/toy", "frame_rate": 50.0}
    assert len(StoredModels(folder).predict(made.example, made.params)) == 32


def test_packed_models_are_told_another_frame_rate(packed, toy_motion):
    params = {"model": "toy", "frame_rate": 100.0}
    assert len(StoredModels(packed[1]).predict(frames_of(toy_motion), params)) == 150


def test_packed_models_name_what_is_amiss(packed, toy_motion):
    stored, frames = StoredModels(packed[1]), frames_of(toy_motion)
    with pytest.raises(DataError, match="stored of day 1/toy, toy"):
        stored.predict(frames)
    with pytest.raises(DataError, match=r"lacks the channels arm\.ey"):
        stored.predict(frames.drop(columns="arm.ey"), {"model": "toy"})
