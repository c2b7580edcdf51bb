import numpy as np
import pytest

from kinembed.analysis.layer_geometry.graphs import DatasetGraph
from kinembed.analysis.layer_geometry.smoothness import label_smoothness
from kinembed.core.errors import DataError


def graph_of(count, *edges):
    weights = np.zeros((count, count))
    for one, other, weight in edges:
        weights[one, other] = weights[other, one] = weight
    return DatasetGraph(weights, 0)


PAIRS = graph_of(4, (0, 1, 0.5), (2, 3, 2.0))


def test_a_graph_within_labels_is_perfectly_smooth():
    scores = label_smoothness(PAIRS, list("aabb"))
    assert (scores.label_error, scores.label_score, scores.laplacian) == (0, 0, 0)
    assert scores.degree == 1


def test_a_graph_between_labels_is_as_rough_as_can_be():
    scores = label_smoothness(PAIRS, list("abab"))
    assert (scores.label_error, scores.label_score, scores.laplacian) == (1, 1, 1)


def test_a_mixed_graph_by_hand():
    """Sequence 0 has label a and neighbours a (weight 1) and b (3); nothing else touches."""
    graph = graph_of(4, (0, 1, 1.0), (0, 2, 3.0), (2, 3, 1.0))
    scores = label_smoothness(graph, list("aabb"))
    right = np.array([1 / 4, 1, 1 / 4, 1])  # weight on the own label
    assert scores.label_score == pytest.approx(np.mean(1 - right))
    assert scores.label_error == pytest.approx(np.sqrt(np.mean((1 - right) ** 2)))
    assert scores.laplacian == pytest.approx(3 / 5)  # the weight between labels
    assert scores.degree == pytest.approx(6 / 4)


def test_three_labels_by_hand():
    graph = graph_of(6, (0, 2, 1.0), (0, 4, 1.0), (1, 3, 1.0), (1, 5, 1.0), (2, 3, 1.0))
    scores = label_smoothness(graph, list("aabbcc"))
    predicted = np.array([[0, 1, 1], [0, 1, 1], [1, 1, 0], [1, 1, 0], [2, 0, 0], [2, 0, 0]]) / 2
    truth = np.repeat(np.eye(3), 2, axis=0)
    assert scores.label_error == pytest.approx(np.sqrt(np.mean((truth - predicted) ** 2)))
    assert scores.label_score == pytest.approx(1 - np.mean([0, 0, 0.5, 0.5, 0, 0]))
    assert scores.laplacian == pytest.approx(4 / 5)


def test_a_sequence_without_neighbours_predicts_nothing():
    graph = graph_of(4, (0, 1, 1.0))
    scores = label_smoothness(graph, list("aabb"))
    assert scores.label_score == pytest.approx(0.5)
    assert scores.label_error == pytest.approx(np.sqrt(2 / 8))


def test_scores_do_not_depend_on_names_of_labels_or_the_scale_of_weights():
    generator = np.random.default_rng(0)
    weights = generator.random((12, 12)) * (generator.random((12, 12)) < 0.4)
    weights = np.triu(weights, 1) + np.triu(weights, 1).T
    labels = generator.permutation(list("aaaabbbbcccc")).tolist()
    one = label_smoothness(DatasetGraph(weights, 0), labels)
    renamed = [{"a": "z", "b": "x", "c": "y"}[label] for label in labels]
    other = label_smoothness(DatasetGraph(9 * weights, 0), renamed)
    for name in ("label_error", "label_score", "laplacian", "degree"):
        assert getattr(one, name) == pytest.approx(getattr(other, name))


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        ("aab", "a graph of 4 sequences has 3 labels"),
        ("aabc", "the label of the only one that is b, c"),
    ],
)
def test_labels_that_do_not_fit_are_refused(labels, message):
    with pytest.raises(DataError, match=message):
        label_smoothness(PAIRS, list(labels))


def test_a_graph_without_edges_is_refused():
    with pytest.raises(DataError, match="no edge"):
        label_smoothness(graph_of(4), list("aabb"))


def test_sequences_that_are_not_scored_are_neighbours_only():
    """Of the mixed graph above, sequence 0 (a quarter right) and 3 (right) alone."""
    graph = graph_of(4, (0, 1, 1.0), (0, 2, 3.0), (2, 3, 1.0))
    scores = label_smoothness(graph, list("aabb"), np.array([True, False, False, True]))
    assert scores.label_score == pytest.approx(3 / 8)
    assert scores.label_error == pytest.approx(np.sqrt((0.75**2 + 0) / 2))
    assert scores.laplacian == pytest.approx(3 / 5)
    assert scores.degree == pytest.approx(3 / 2)
