from bisect import bisect_right
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import adjusted_rand_score

from kinembed.core.errors import DataError
from kinembed.segmentation import point_clustering
from kinembed.segmentation.clustering import (
    PUBLISHED_CLUSTERING,
    ClusteringParameters,
    cluster,
    fit_clusters,
    method_of,
)
from kinembed.segmentation.embedding import Embeddings
from kinembed.segmentation.partition_cost import cluster_means

METHODS = ["agglomerative", "kmeans", "gaussian_mixture", "spectral", "hdbscan"]


@pytest.fixture(scope="module")
def blobs():
    """Four segments of 40 rows, the last like the first."""
    generator = np.random.default_rng(0)
    centres = np.array([[0.0, 0, 0], [8, 0, 0], [0, 8, 0], [0, 0, 0]]).repeat(40, axis=0)
    values = np.pad(centres, ((0, 0), (0, 5))) + generator.normal(scale=0.5, size=(160, 8))
    return Embeddings(values, np.arange(10, 810, 5), frame_count=830, frame_rate=50.0)


@pytest.fixture(scope="module")
def truth(blobs):
    return np.minimum(np.maximum(np.arange(blobs.frame_count) - 7, 0) // 200, 3) % 3


def parameters(**changes):
    defaults = {"components": 3, "neighbours": 10, "minimum_duration_s": 0.5, "largest_number": 5}
    return ClusteringParameters(**{**defaults, **changes})


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("number", [3, None])
def test_every_method_finds_separate_groups(blobs, truth, method, number):
    clusters = cluster(blobs, parameters(method=method, linkage="ward"), number)
    assert clusters.number == 3
    assert adjusted_rand_score(truth, clusters.frame_labels) > 0.97


@pytest.mark.parametrize("linkage", ["complete", "average", "single"])
def test_cosine_distance_with_any_linkage(blobs, linkage):
    chosen = parameters(method="agglomerative", metric="cosine", linkage=linkage)
    assert cluster(blobs, chosen, 2).number == 2


def test_clusters_are_numbered_in_order_of_appearance(blobs):
    labels = cluster(blobs, parameters(method="kmeans"), 3).frame_labels
    assert labels[[0, 300, 500, 829]].tolist() == [0, 1, 2, 0]


def test_every_frame_gets_the_label_of_its_nearest_row(blobs):
    labels = cluster(blobs, parameters(method="kmeans", minimum_duration_s=0), 3).frame_labels
    assert len(labels) == blobs.frame_count
    assert labels[0] == labels[10]
    assert labels[207] == 0
    assert labels[208] == 1


def nearest_row_of_the_interval(frame, index, cuts):
    """Row of the nearest state, the earlier one of two; plainly."""

    def interval(frame):
        return bisect_right(cuts, frame)

    own = [row for row, at in enumerate(index) if interval(at) == interval(frame)]
    return min(own or range(len(index)), key=lambda row: abs(index[row] - frame))


@settings(max_examples=60, deadline=None)
@given(
    st.sets(st.integers(0, 59), min_size=4, max_size=12),
    st.sets(st.integers(1, 59), max_size=6),
    st.integers(1, 14),
)
def test_labels_reach_across_no_cut(frames, cuts, pattern):
    index, cuts = np.array(sorted(frames)), tuple(sorted(cuts))
    kinds = np.array([pattern >> (row % 4) & 1 for row in range(len(index))])
    embeddings = Embeddings(10.0 * np.eye(2)[kinds], index, 60, 10.0, cuts)
    found = cluster(embeddings, parameters(method="agglomerative", minimum_duration_s=0), 2)
    expected = [kinds[nearest_row_of_the_interval(frame, index, cuts)] for frame in range(60)]
    np.testing.assert_array_equal(found.frame_labels, pd.factorize(np.array(expected))[0])


def test_votes_reach_across_no_cut(blobs):
    """One row of its own interval is no short segment, however many stand around it."""
    values = blobs.values.copy()
    values[20] = values[60]
    alone = blobs.frame_index[20] - 1, blobs.frame_index[20] + 1
    chosen = parameters(method="kmeans")
    for cuts, expected in (((), 0), (tuple(int(cut) for cut in alone), 1)):
        cut = Embeddings(values, blobs.frame_index, blobs.frame_count, 50.0, cuts)
        assert cluster(cut, chosen, 3).frame_labels[110] == expected


def test_short_segments_are_merged_into_their_neighbours(blobs):
    values = blobs.values.copy()
    values[20] = values[60]
    noisy = Embeddings(values, blobs.frame_index, blobs.frame_count, blobs.frame_rate)
    kept = cluster(noisy, parameters(method="kmeans", minimum_duration_s=0), 3).frame_labels
    voted = cluster(noisy, parameters(method="kmeans", minimum_duration_s=0.5), 3).frame_labels
    assert kept[110] == 1
    assert voted[110] == 0


def test_same_seed_same_labels(blobs):
    chosen = parameters(method="gaussian_mixture", seed=4)
    first, again = (cluster(blobs, chosen, 3).frame_labels for _ in range(2))
    np.testing.assert_array_equal(first, again)


def test_more_clusters_than_rows_is_refused(blobs):
    with pytest.raises(DataError, match="200 clusters asked for, but the embedding has 160 rows"):
        cluster(blobs, parameters(), 200)


@pytest.mark.parametrize("method", [name for name in METHODS if name != "hdbscan"])
def test_a_single_cluster_may_be_asked_for(blobs, method):
    assert cluster(blobs, parameters(method=method), 1).number == 1


def test_the_published_clustering_follows_chains_of_directions():
    """Rows a few degrees apart are one cluster, whatever their length and however far it goes."""
    degrees = np.concatenate([np.arange(0, 90, 5), np.arange(150, 180, 5)])
    directions = np.column_stack([np.cos(np.radians(degrees)), np.sin(np.radians(degrees))])
    lengths = np.random.default_rng(0).uniform(0.1, 10, size=(len(degrees), 1))
    embeddings = Embeddings(lengths * directions, np.arange(24), 24, 10.0)
    labels = cluster(embeddings, PUBLISHED_CLUSTERING, 2).frame_labels
    np.testing.assert_array_equal(labels, degrees >= 150)


def test_a_sequence_without_movement_in_the_embedding_is_one_cluster():
    still = Embeddings(np.zeros((30, 2)), np.arange(30), 30, 10.0)
    assert cluster(still, parameters(method="agglomerative"), None).number == 1


@pytest.mark.parametrize("method", METHODS)
def test_every_method_predicts_other_rows_by_the_means_of_its_clusters(blobs, method):
    """Rows of two segments that are known, in the other order."""
    chosen = parameters(method=method)
    fitted = fit_clusters(blobs, chosen, [3])
    labels = fitted.clusters[0].frame_labels[blobs.frame_index]
    means = cluster_means(fitted.rows.features, labels)
    other = replace(blobs, values=blobs.values[[50, 90, 10]], frame_index=np.arange(3))
    found = method_of(chosen).predict(fitted.space.rows(other), means)
    assert found.tolist() == labels[[50, 90, 10]].tolist() == [1, 2, 0]


def test_the_lowest_davies_bouldin_index_wins(blobs):
    fitted = fit_clusters(blobs, parameters(method="kmeans"), [None])
    costs = {number: partition.cost for number, partition in fitted.tried.items()}
    assert list(costs) == [2, 3, 4, 5]
    assert min(costs, key=costs.get) == fitted.clusters[0].number == 3
    assert not fit_clusters(blobs, parameters(method="kmeans"), [3]).tried


def test_ward_goes_with_euclidean_distance_alone():
    with pytest.raises(ValueError, match="linkage 'ward' needs metric 'euclidean'"):
        ClusteringParameters(metric="cosine", linkage="ward")


def test_the_number_is_given_by_name_or_by_the_first_pattern_that_fits():
    parameters = ClusteringParameters(number={"a_2_*": 2, "a_*": 3, "b": 4})
    assert [parameters.number_for(name) for name in ("a_2_0", "a_1_0", "b", "c")] == [2, 3, 4, None]


@pytest.mark.parametrize("method", ["kmeans", "gaussian_mixture", "agglomerative"])
def test_of_many_rows_some_are_fitted_and_all_are_labelled(method, monkeypatch, caplog):
    generator = np.random.default_rng(0)
    values = np.repeat([[0.0, 0.0], [9.0, 0.0]], 50, axis=0) + generator.normal(size=(100, 2))
    parameters = ClusteringParameters(method=method, components=None)
    embeddings = Embeddings(values, np.arange(100), 100, 10.0)
    expected = cluster(embeddings, parameters, 2).frame_labels
    monkeypatch.setattr(point_clustering, "FITTED_ROWS", 20)
    with caplog.at_level("INFO", logger=point_clustering.__name__):
        np.testing.assert_array_equal(cluster(embeddings, parameters, 2).frame_labels, expected)
    said = "fitted on every 5th of 100 rows" in caplog.text
    assert said == (method != "agglomerative")
