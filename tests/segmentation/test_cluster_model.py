"""Clusters carried over to rows that were not there when they were found."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from kinembed.core.errors import DataError, FormatError
from kinembed.segmentation.cluster_model import (
    UNKNOWN,
    LabellingParameters,
    fit_labeller,
    label_frames,
    unknown_frames,
)
from kinembed.segmentation.cluster_model_file import labeller_from_bytes, labeller_to_bytes
from kinembed.segmentation.clustering import ClusteringParameters
from kinembed.segmentation.embedding import EmbeddingParameters, Embeddings
from kinembed.segmentation.predictions import predict_frames
from kinembed.segmentation.principal_components import Axes, Basis

RATE = 60
KERNEL_SEGMENTATION = ClusteringParameters(
    method="kernel_segmentation", components=None, minimum_duration_s=0
)
KMEANS = ClusteringParameters(method="kmeans", number=3, components=3)


def embedding(order, seed=0, seconds=5):
    """Synthetic: a cycle of its own for every behaviour, 4-dimensional, at 60 Hz."""
    generator = np.random.default_rng(seed)
    centres = np.array([[0, 0, 0, 0], [6, 0, 0, 0], [0, 6, 0, 0], [-7, -7, 5, 0]])
    behaviours = np.repeat(order, seconds * RATE)
    phase = np.arange(len(behaviours)) / RATE * 2 * np.pi * (1.3 + 0.2 * behaviours)
    cycle = np.column_stack([np.sin(phase), np.cos(phase), np.sin(2 * phase), 0 * phase])
    values = centres[behaviours] + cycle + generator.normal(scale=0.1, size=(len(phase), 4))
    basis = Basis(Axes.fit(values, None), (1.0,))
    index = np.arange(len(values)) + 10
    return Embeddings(values, index, len(values) + 20, float(RATE), (), basis), behaviours


def labeller_of(embeddings, clustering, share=0.99):
    predictions = predict_frames(embeddings, "one", clustering)
    parameters = EmbeddingParameters(), clustering, LabellingParameters(known_share=share)
    return fit_labeller(embeddings, predictions, *parameters), predictions


@pytest.fixture(
    scope="module", params=[KERNEL_SEGMENTATION, KMEANS], ids=["kernel_segmentation", "kmeans"]
)
def discovery(request):
    embeddings, _ = embedding([0, 1, 2, 0, 2, 1])
    return embeddings, *labeller_of(embeddings, request.param)


def test_the_discovered_recording_gets_its_labels_again(discovery):
    embeddings, labeller, predictions = discovery
    labels = label_frames(labeller, embeddings)
    variant = labeller.settings.variant
    agreement = (labels["cluster"] == predictions[variant]).mean()
    assert predictions[variant].nunique() == 3
    assert agreement >= 0.98
    assert labeller.agreement == agreement
    known = labels["cluster"] != UNKNOWN
    assert (labels["distance"][known] <= 1).all()
    assert (labels["distance"][~known] > 1).all()


def test_other_recordings_of_the_same_behaviours_are_labelled_alike(discovery):
    _, labeller, predictions = discovery
    other, behaviours = embedding([2, 1, 0, 1], seed=9)
    found = label_frames(labeller, other)["cluster"].to_numpy()[10:-10]
    _, discovered = embedding([0, 1, 2, 0, 2, 1])
    cluster_of = {
        behaviour: predictions[labeller.settings.variant].to_numpy()[10:-10][
            discovered == behaviour
        ][RATE]
        for behaviour in range(3)
    }
    expected = np.array([cluster_of[behaviour] for behaviour in behaviours])
    assert (found == expected).mean() > 0.9
    assert (found[found != UNKNOWN] == expected[found != UNKNOWN]).mean() > 0.99


def test_a_foreign_movement_is_unknown_and_its_neighbours_are_not(discovery):
    _, labeller, _ = discovery
    other, behaviours = embedding([0, 3, 1], seed=4, seconds=8)
    labels = label_frames(labeller, other).iloc[10:-10]
    inner = slice(2 * RATE, -2 * RATE)  # distances are averaged over two seconds
    for behaviour, unknown in ((0, 0.05), (1, 0.05)):
        part = labels["cluster"].to_numpy()[behaviours == behaviour][inner]
        assert (part == UNKNOWN).mean() <= unknown
    foreign = labels[behaviours == 3]
    assert (foreign["cluster"].to_numpy()[inner] == UNKNOWN).all()
    assert foreign["distance"].to_numpy()[inner].min() > 1


def test_a_share_of_one_leaves_nothing_of_the_discovery_unknown():
    embeddings, _ = embedding([0, 1, 0])
    labeller, _ = labeller_of(embeddings, KERNEL_SEGMENTATION, share=1.0)
    assert (label_frames(labeller, embeddings)["cluster"] != UNKNOWN).all()


def test_a_single_short_visit_is_known_again():
    """Of few rows hardly any may be beyond the limit: none is."""
    embeddings, _ = embedding([0], seconds=2)
    labeller, _ = labeller_of(embeddings, KERNEL_SEGMENTATION)
    assert labeller.agreement == 1


def test_rows_that_the_method_passes_over_get_the_label_that_discovery_gave_them():
    """At 60 Hz every second or third row is looked at; the last group is not whole."""
    embeddings, _ = embedding([0, 1, 0])
    for dropped in range(1, 4):
        part = replace(
            embeddings,
            values=embeddings.values[:-dropped],
            frame_index=embeddings.frame_index[:-dropped],
        )
        labeller, _ = labeller_of(part, KERNEL_SEGMENTATION, share=1.0)
        assert labeller.agreement == 1


def test_only_clusters_of_the_given_number_are_carried_on_where_there_is_one(discovery):
    _, labeller, predictions = discovery
    assert labeller.settings.variant == ("given" if "given" in predictions else "estimated")


def test_a_labeller_survives_its_file(discovery):
    embeddings, labeller, _ = discovery
    content = labeller_to_bytes(labeller)
    restored = labeller_from_bytes(content, file="l.safetensors")
    assert restored.settings == labeller.settings
    assert restored.agreement == labeller.agreement
    before, after = (label_frames(one, embeddings) for one in (labeller, restored))
    pd.testing.assert_frame_equal(before, after)


@pytest.mark.parametrize("content", [b"", b"no labeller", b"\x02\0\0\0\0\0\0\0{}"])
def test_other_files_are_named(content):
    with pytest.raises(FormatError, match=r"l\.safetensors: not a stored labeller"):
        labeller_from_bytes(content, file="l.safetensors")


def test_an_embedding_of_an_earlier_version_is_sent_back():
    embeddings, _ = embedding([0, 1])
    with pytest.raises(DataError, match="run the stages embedding and clustering once more"):
        labeller_of(replace(embeddings, basis=None), KERNEL_SEGMENTATION)


def test_of_a_recording_without_rows_nothing_is_known():
    labels = unknown_frames(3, 30.0)
    assert labels["cluster"].tolist() == [UNKNOWN] * 3
    assert labels["distance"].isna().all()
    assert list(labels) == ["frame", "time_s", "cluster", "distance"]
