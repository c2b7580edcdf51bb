import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score

from kinembed.clustering import ClusteringParameters, cluster, predict_frames
from kinembed.embeddings import Embeddings
from kinembed.errors import DataError

METHODS = ["agglomerative", "kmeans", "gaussian_mixture", "spectral", "hdbscan"]


@pytest.fixture(scope="module")
def blobs():
    """Three visits of 40 rows to three places, the first place visited again."""
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


def test_short_visits_are_voted_away(blobs):
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


def test_a_sequence_without_movement_in_the_embedding_is_one_cluster():
    still = Embeddings(np.zeros((30, 2)), np.arange(30), 30, 10.0)
    assert cluster(still, parameters(method="agglomerative"), None).number == 1


def test_predictions_have_a_column_per_way_of_finding_the_number(blobs):
    named = parameters(method="kmeans", number={"a": 3})
    assert list(predict_frames(blobs, "a", named)) == ["frame", "time_s", "given", "estimated"]
    unnamed = predict_frames(blobs, "b", named)
    assert list(unnamed) == ["frame", "time_s", "estimated"]
    assert unnamed["time_s"].iloc[-1] == pytest.approx(829 / 50)


def test_ward_goes_with_euclidean_distance_alone():
    with pytest.raises(ValueError, match="linkage 'ward' needs metric 'euclidean'"):
        ClusteringParameters(metric="cosine", linkage="ward")
