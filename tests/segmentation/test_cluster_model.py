"""Clusters carried over to rows that were not there when they were found."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from safetensors.numpy import load

from kinembed.core.errors import DataError, FormatError
from kinembed.segmentation.cluster_model import (
    ClusterModel,
    ClusterModelParameters,
    unknown_frames,
)
from kinembed.segmentation.cluster_model_file import (
    EARLIER_FORMAT,
    cluster_model_from_bytes,
    cluster_model_to_bytes,
)
from kinembed.segmentation.clustering import ClusteringParameters
from kinembed.segmentation.embedding import EmbeddingParameters, Embeddings
from kinembed.segmentation.predictions import NOT_SEEN, UNKNOWN
from kinembed.segmentation.principal_components import Axes, Basis
from kinembed.training.safetensors_file import write_arrays

RATE = 60
KERNEL_SEGMENTATION = ClusteringParameters(
    method="kernel_segmentation", components=None, minimum_duration_s=0
)
KMEANS = ClusteringParameters(method="kmeans", number=3, components=3, minimum_duration_s=1)


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


def fitted(embeddings, clustering, share=0.99):
    parameters = EmbeddingParameters(), clustering, ClusterModelParameters(known_share=share)
    return ClusterModel.fit(embeddings, clustering.number, *parameters)


@pytest.fixture(
    scope="module", params=[KERNEL_SEGMENTATION, KMEANS], ids=["kernel_segmentation", "kmeans"]
)
def discovery(request):
    embeddings, _ = embedding([0, 1, 2, 0, 2, 1])
    return embeddings, fitted(embeddings, request.param)


def test_the_discovered_recording_gets_its_labels_again(discovery):
    embeddings, model = discovery
    predictions, variant = model.predictions, model.settings.variant
    labels = model.predict(embeddings)
    agreement = (labels["cluster"] == predictions[variant]).mean()
    assert predictions[variant].nunique() == 3
    assert agreement >= 0.98
    assert model.agreement == agreement
    known = labels["cluster"] != UNKNOWN
    assert (labels["distance"][known] <= 1).all()
    assert (labels["distance"][~known] > 1).all()


def test_as_many_clusters_as_are_tried_are_remarked():
    embeddings, _ = embedding([0, 1, 2, 0, 2, 1])
    model = fitted(embeddings, KERNEL_SEGMENTATION.model_copy(update={"largest_number": 3}))
    assert model.remark.startswith("3 clusters were found, as many as are tried")
    assert fitted(embeddings, KERNEL_SEGMENTATION).remark == ""


def test_a_single_cluster_is_remarked_with_its_reason():
    embeddings, _ = embedding([0, 1, 2, 0, 2, 1])
    wide = KERNEL_SEGMENTATION.model_copy(update={"separation_threshold": 1e6})
    remark = fitted(embeddings, wide).remark
    assert "one cluster was found: two would be" in remark
    assert "clustering.separation_threshold is 1e+06" in remark


def test_fewer_clusters_than_were_asked_for_are_told():
    embeddings, _ = embedding([0, 1, 2, 0, 2, 1])
    model = ClusterModel.fit(
        embeddings, 60, EmbeddingParameters(), KERNEL_SEGMENTATION, ClusterModelParameters()
    )
    assert "60 clusters were asked for (clustering.number), but only" in model.shortfall(60)
    assert model.shortfall(3) == ""
    assert model.shortfall(None) == ""


def test_other_recordings_of_the_same_behaviours_are_labelled_alike(discovery):
    _, model = discovery
    predictions = model.predictions
    other, behaviours = embedding([2, 1, 0, 1], seed=9)
    found = model.predict(other)["cluster"].to_numpy()[10:-10]
    _, discovered = embedding([0, 1, 2, 0, 2, 1])
    cluster_of = {
        behaviour: predictions[model.settings.variant].to_numpy()[10:-10][discovered == behaviour][
            RATE
        ]
        for behaviour in range(3)
    }
    expected = np.array([cluster_of[behaviour] for behaviour in behaviours])
    assert (found == expected).mean() > 0.9
    assert (found[found != UNKNOWN] == expected[found != UNKNOWN]).mean() > 0.99


def test_a_foreign_movement_is_unknown_and_its_neighbours_are_not(discovery):
    _, model = discovery
    other, behaviours = embedding([0, 3, 1], seed=4, seconds=8)
    labels = model.predict(other).iloc[10:-10]
    inner = slice(2 * RATE, -2 * RATE)  # distances are averaged over two seconds
    for behaviour, unknown in ((0, 0.05), (1, 0.05)):
        part = labels["cluster"].to_numpy()[behaviours == behaviour][inner]
        assert (part == UNKNOWN).mean() <= unknown
    foreign = labels[behaviours == 3]
    assert (foreign["cluster"].to_numpy()[inner] == UNKNOWN).all()
    assert foreign["distance"].to_numpy()[inner].min() > 1


def test_a_share_of_one_leaves_nothing_of_the_discovery_unknown():
    embeddings, _ = embedding([0, 1, 0])
    model = fitted(embeddings, KERNEL_SEGMENTATION, share=1.0)
    assert (model.predict(embeddings)["cluster"] != UNKNOWN).all()


def test_a_single_short_segment_is_known_again():
    """Of few rows hardly any may be beyond the limit: none is."""
    embeddings, _ = embedding([0], seconds=2)
    model = fitted(embeddings, KERNEL_SEGMENTATION)
    assert model.agreement == 1


@pytest.mark.slow
def test_rows_that_the_method_passes_over_get_the_label_that_discovery_gave_them():
    """At 60 Hz every second or third row is looked at; the last group is not whole."""
    embeddings, _ = embedding([0, 1, 0])
    for dropped in range(1, 4):
        part = replace(
            embeddings,
            values=embeddings.values[:-dropped],
            frame_index=embeddings.frame_index[:-dropped],
        )
        model = fitted(part, KERNEL_SEGMENTATION, share=1.0)
        assert model.agreement == 1


def test_clusters_of_the_given_number_are_carried_on_where_there_is_one(discovery):
    _, model = discovery
    predictions = model.predictions
    given = ["given", "estimated"] if model.settings.clustering.number else ["estimated"]
    assert list(predictions) == ["frame", "time_s", *given]
    assert model.settings.variant == given[0]
    assert predictions["time_s"].iloc[-1] == pytest.approx((len(predictions) - 1) / RATE)


def test_what_spoke_for_each_number_is_kept(discovery):
    _, model = discovery
    largest = model.settings.clustering.largest_number
    assert list(model.separations) == sorted(model.separations)
    assert max(model.separations) <= largest
    assert np.isfinite(model.tried["cost"]).all()
    if model.settings.clustering.method == "kmeans":
        assert model.tried.loc[model.tried["cost"].idxmin(), "number"] == 3
    else:
        threshold = model.settings.clustering.separation_threshold
        assert model.separations[3] > threshold > model.separations[4]


def test_rows_that_are_all_alike_are_one_cluster_that_knows_its_own_rows():
    still, _ = embedding([0], seconds=4)
    still = replace(still, values=np.ones_like(still.values))
    model = fitted(still, KERNEL_SEGMENTATION)
    assert model.predictions["estimated"].tolist() == [0] * still.frame_count
    restored = cluster_model_from_bytes(cluster_model_to_bytes(model), file="m.safetensors")
    for one in (model, restored):
        assert (one.predict(still)["cluster"] == 0).all()
        moved = one.predict(replace(still, values=still.values + 1))
        assert (moved["cluster"] == UNKNOWN).all()


def test_a_model_survives_its_file(discovery):
    embeddings, model = discovery
    restored = cluster_model_from_bytes(cluster_model_to_bytes(model), file="m.safetensors")
    assert restored.settings == model.settings
    assert restored.agreement == model.agreement
    pd.testing.assert_frame_equal(restored.predictions, model.predictions)
    pd.testing.assert_frame_equal(restored.tried, model.tried)
    pd.testing.assert_frame_equal(restored.predict(embeddings), model.predict(embeddings))


def test_a_file_of_the_earlier_format_labels_further_recordings(discovery):
    """It held neither labels nor numbers that were tried."""
    embeddings, model = discovery
    content = cluster_model_to_bytes(model)
    kept = {
        name: values for name, values in load(content).items() if not name.startswith(("l", "t"))
    }
    kept |= {"limits": model.limits}
    header = model.settings.model_dump(mode="json")
    earlier = cluster_model_from_bytes(write_arrays(kept, EARLIER_FORMAT, header), file="m")
    pd.testing.assert_frame_equal(earlier.predict(embeddings), model.predict(embeddings))
    with pytest.raises(DataError, match="run the stages embedding and clustering once more"):
        _ = earlier.predictions


@pytest.mark.parametrize("content", [b"", b"no model", b"\x02\0\0\0\0\0\0\0{}"])
def test_other_files_are_named(content):
    with pytest.raises(FormatError, match=r"l\.safetensors: not a stored cluster model"):
        cluster_model_from_bytes(content, file="l.safetensors")


def test_an_embedding_of_an_earlier_version_is_sent_back():
    embeddings, _ = embedding([0, 1])
    with pytest.raises(DataError, match="run the stages embedding and clustering once more"):
        fitted(replace(embeddings, basis=None), KERNEL_SEGMENTATION)


def test_of_a_recording_without_rows_nothing_is_known():
    labels = unknown_frames(np.array([True, True, False]), 30.0)
    assert labels["cluster"].tolist() == [UNKNOWN, UNKNOWN, NOT_SEEN]
    assert labels["distance"].isna().all()
    assert list(labels) == ["frame", "time_s", "cluster", "distance"]
