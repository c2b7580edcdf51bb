"""How sure labels are, and labels merged by the tree of clusters."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from kinembed.segmentation.cluster_model import ClusterModel, ClusterModelParameters
from kinembed.segmentation.clustering import ClusteringParameters
from kinembed.segmentation.embedding import EmbeddingParameters, Embeddings
from kinembed.segmentation.measured_clusters import (
    describe_frames,
    from_table,
    measure_clusters,
    to_table,
    tree_table,
)
from kinembed.segmentation.predictions import NOT_SEEN, UNKNOWN
from kinembed.segmentation.principal_components import Axes, Basis

RATE = 20
COLUMNS = {"given": "given"}


def fitted(method):
    """Three behaviours, two of them alike, with frames at the end that were not seen."""
    generator = np.random.default_rng(0)
    centres = np.array([[0.0, 0], [9, 0], [9, 3]])
    values = np.repeat(centres[[0, 1, 0, 2, 1]], 4 * RATE, axis=0)
    values += generator.normal(scale=0.5, size=values.shape)
    seen = np.arange(len(values) + 10) < len(values)
    basis = Basis(Axes.fit(values, None), (1.0,))
    embeddings = Embeddings(
        values, np.arange(len(values)), len(seen), float(RATE), (len(values),), basis, seen
    )
    clustering = ClusteringParameters(method=method, components=None)
    parameters = EmbeddingParameters(), clustering, ClusterModelParameters()
    return embeddings, ClusterModel.fit(embeddings, 3, *parameters)


@pytest.fixture(scope="module")
def described():
    embeddings, model = fitted("kernel_segmentation")
    return embeddings, model, measure_clusters(model, embeddings)


def test_a_clear_movement_is_sure_but_for_its_changes(described):
    embeddings, model, measured = described
    table = describe_frames(model.predictions, COLUMNS, model, measured, embeddings, None)
    probability = table["given_probability"].to_numpy()
    assert list(table)[-1] == "given_probability"
    assert np.isnan(probability[-10:]).all()
    assert (probability[20:60] > 0.99).all()
    changes = 1 + np.flatnonzero(np.diff(table["given"][:-10]))
    assert probability[changes].max() < probability[20:60].min()


def test_merged_labels_keep_the_old_ones_and_are_surer(described):
    embeddings, model, measured = described
    plain = describe_frames(model.predictions, COLUMNS, model, measured, embeddings, None)
    merged = describe_frames(model.predictions, COLUMNS, model, measured, embeddings, 2)
    pd.testing.assert_series_equal(merged["given_unmerged"], plain["given"], check_names=False)
    assert set(merged["given"]) == {0, 1, NOT_SEEN}  # 1 and 2 are alike
    seen = slice(None, -10)
    surer = merged["given_probability"] - plain["given_probability"]
    assert (surer[seen] > -1e-9).all()
    whole = describe_frames(model.predictions, COLUMNS, model, measured, embeddings, 1)
    np.testing.assert_allclose(whole["given_probability"][seen], 1)


def test_unknown_frames_have_no_probability(described):
    embeddings, model, measured = described
    labels = model.predict(embeddings).assign(cluster=UNKNOWN)
    table = describe_frames(labels, {"given": "cluster"}, model, measured, embeddings, 1)
    assert table["cluster_probability"].isna().all()
    assert (table["cluster"] == UNKNOWN).all()


def test_other_methods_have_a_tree_but_no_probability():
    embeddings, model = fitted("kmeans")
    measured = measure_clusters(model, embeddings)
    table = describe_frames(model.predictions, COLUMNS, model, measured, embeddings, 2)
    assert table["given_probability"].isna().all()
    assert table["given"].nunique() == 3  # two behaviours, and not seen


def test_what_was_measured_survives_its_table(described):
    _, model, measured = described
    restored = from_table(to_table(measured))
    assert list(restored) == ["given", "estimated"]
    np.testing.assert_array_equal(restored["given"].means, model.means)
    assert restored["given"].temperature == measured["given"].temperature
    trees = tree_table({"one": restored, "other": {"given": replace(restored["given"])}})
    assert trees["model"].unique().tolist() == ["one", "other"]
    assert trees[trees["model"] == "other"]["first"].tolist() == ["1", "0"]
