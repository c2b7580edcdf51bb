"""From masked frames to labels: no window, cluster or score rests on frames that were not seen."""

import numpy as np
import pandas as pd
import pytest
from helpers.masked import HIDDEN, hidden

from kinembed.evaluation.measures import score_segmentation
from kinembed.motion.features import FeatureParameters
from kinembed.motion.motion import Segmentation
from kinembed.motion.windows import WindowLengths, window_starts
from kinembed.report.exports.segments import behaviour_usage, list_segments, segment_table
from kinembed.report.plots.theme import NOT_SEEN_STYLE, display_names, styles_for
from kinembed.segmentation.cluster_model import ClusterModel, ClusterModelParameters
from kinembed.segmentation.clustering import ClusteringParameters
from kinembed.segmentation.embedding import EmbeddingParameters, embed
from kinembed.segmentation.predictions import NOT_SEEN
from kinembed.training.motion_prediction import TrainingParameters
from kinembed.training.trained_model import train_model


def test_no_window_holds_a_frame_that_was_not_seen(toy_motion):
    seen = hidden(toy_motion).seen
    starts = window_starts(300, WindowLengths(source=10, target=10), 3, (200,), seen)
    windows = starts[:, None] + np.arange(20)
    assert seen[windows].all()
    assert {100, 160, 180, 200} <= set(starts.tolist())


@pytest.fixture(scope="module")
def labelled(toy_motion):
    motion = hidden(toy_motion)
    training = TrainingParameters(
        network={"units": 8},
        windows={"source": 10, "target": 10},
        steps=40,
        batch_size=8,
        learning_rate=0.01,
        device="cpu",
    )
    model = train_model(motion, FeatureParameters(), training)
    embedding = EmbeddingParameters(stride=5)
    embeddings = embed(model, motion, embedding)
    clusters = ClusterModel.fit(
        embeddings, 2, embedding, ClusteringParameters(method="kmeans"), ClusterModelParameters()
    )
    return model, embeddings, clusters


def test_training_and_embedding_do_not_look_at_hidden_values(labelled):
    model, embeddings, _ = labelled
    assert np.abs(model.standardiser.mean).max() < 2
    assert not np.isin(embeddings.frame_index, np.arange(120, 160)).any()
    assert np.flatnonzero(~embeddings.seen).tolist() == list(range(120, 160))


def test_frames_that_were_not_seen_have_no_cluster(labelled):
    _, embeddings, clusters = labelled
    for variant in ("given", "estimated"):
        labels = clusters.predictions[variant].to_numpy()
        assert (labels[HIDDEN] == NOT_SEEN).all()
        assert (np.delete(labels, np.arange(120, 160)) >= 0).all()
    again = clusters.predict(embeddings)
    assert (again["cluster"][HIDDEN] == NOT_SEEN).all()
    assert again["distance"][HIDDEN].isna().all()
    assert clusters.agreement > 0.9


def predictions(labels, rate=10.0):
    frames = np.arange(len(labels))
    return pd.DataFrame({"frame": frames, "time_s": frames / rate, "estimated": labels})


def test_a_segment_says_not_seen_and_is_no_usage():
    table = predictions(np.repeat([0, NOT_SEEN, 0, 1], [4, 3, 2, 5]))
    rows = list_segments("a", table, {"estimated": table["estimated"].to_numpy()}, None)
    found = segment_table(rows)
    assert found["label"].tolist() == ["cluster 0", "not seen", "cluster 0", "cluster 1"]
    assert found["clusters"].tolist() == ["0", "", "0", "1"]
    usage = behaviour_usage(found).set_index("label")
    assert usage["seconds"].to_dict() == pytest.approx({"cluster 0": 0.6, "cluster 1": 0.5})


def test_scores_rest_on_what_was_seen():
    annotation = Segmentation(("a", "b", "c"), np.array([[3, 4, 5], [6, 7, 8]]), 12, "t")
    labels = np.repeat([0, NOT_SEEN, 1], [4, 3, 5])
    assert score_segmentation(labels, annotation, 10.0)["accuracy"] == 1
    kept = annotation.of_frames(labels != NOT_SEEN)
    assert (kept.behaviours, kept.frame_count) == (("a", "c"), 9)
    assert kept.boundaries.tolist() == [[4, 4, 5]]


def test_they_are_drawn_hatched_and_grey():
    labels = np.array([0, NOT_SEEN, 1, 1])
    assert display_names(labels, None) == ["cluster 0", "not seen", "cluster 1", "cluster 1"]
    named = display_names(labels, ["walk", "walk", "jump", "jump"])
    assert named == ["walk", "not seen", "jump", "jump"]
    assert styles_for(named)["not seen"] == NOT_SEEN_STYLE
    assert NOT_SEEN_STYLE.hatch
