from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kinembed.core.errors import DataError
from kinembed.evaluation.measures import score_segmentation
from kinembed.evaluation.metrics import (
    accuracy_by_order,
    boundary_scores,
    confusion,
    frame_accuracy,
    match_clusters,
    separability,
)
from kinembed.motion.motion import Segmentation
from kinembed.motion.segments import Segment, label_boundaries, segments


def clusters(*values: int) -> np.ndarray:
    return np.array(values, dtype=np.int64)


def letters(indices: np.ndarray) -> list[str]:
    return ["abcdefgh"[index] for index in indices]


def accuracy_over_all_injections(predicted: np.ndarray, annotated: list[str]) -> float:
    """Best accuracy over every one-to-one naming of clusters, leftovers named by nothing."""
    kinds = sorted(set(predicted.tolist()))
    names = sorted(set(annotated))
    names += [""] * (len(kinds) - len(names))
    namings = (dict(zip(kinds, chosen, strict=True)) for chosen in permutations(names, len(kinds)))
    return max(
        np.mean([naming[k] == name for k, name in zip(predicted.tolist(), annotated, strict=True)])
        for naming in namings
    )


def walk_run_jump() -> Segmentation:
    return Segmentation(
        behaviours=("walk", "run", "walk", "jump"),
        boundaries=np.array([[8, 10, 12], [28, 30, 35], [55, 60, 60]]),
        frame_count=100,
        trial="made_up",
    )


def perfect_prediction() -> np.ndarray:
    return np.repeat([7, 3, 7, 5], [10, 20, 30, 40])


# ---- segments ----


def test_boundaries_are_the_first_frames_of_new_segments():
    np.testing.assert_array_equal(label_boundaries(clusters(4, 4, 1, 1, 1, 4)), [2, 5])


def test_constant_labels_have_no_boundary():
    assert len(label_boundaries(["walk"] * 5)) == 0


def test_segments_are_maximal_half_open_runs():
    assert segments(["walk", "walk", "run", "walk"]) == [
        Segment(0, 2, "walk"),
        Segment(2, 3, "run"),
        Segment(3, 4, "walk"),
    ]


def test_segments_of_clusters_carry_plain_integers():
    (only,) = segments(clusters(6, 6))
    assert only == (0, 2, 6)
    assert type(only.label) is int


def test_no_frames_have_no_segments():
    assert segments([]) == []


# ---- matching ----


def test_matching_maximises_shared_frames_and_not_each_cluster_by_itself():
    # Cluster 0 is mostly "a", but giving it "b" lets cluster 1 have "a": 4 + 5 > 5 + 0.
    predicted = np.repeat([0, 0, 1], [5, 4, 5])
    annotated = list("aaaaabbbbaaaaa")
    assert match_clusters(predicted, annotated) == {0: "b", 1: "a"}


def test_more_clusters_than_behaviours_leaves_clusters_unmatched():
    predicted = clusters(0, 0, 0, 1, 2, 2)
    assert match_clusters(predicted, list("aaaabb")) == {0: "a", 2: "b"}
    assert frame_accuracy(predicted, list("aaaabb")) == pytest.approx(5 / 6)


def test_fewer_clusters_than_behaviours_leaves_behaviours_unmatched():
    predicted = clusters(0, 0, 0, 0)
    assert match_clusters(predicted, list("aaab")) == {0: "a"}
    assert frame_accuracy(predicted, list("aaab")) == pytest.approx(3 / 4)


def test_a_match_without_a_shared_frame_is_no_match():
    predicted = clusters(0, 0, 0, 0, 1)
    assert match_clusters(predicted, list("aaaba")) == {0: "a"}


def test_accuracy_equals_the_best_naming_found_by_trying_all():
    rng = np.random.default_rng(5)
    for kinds, names in [(2, 5), (3, 3), (5, 2), (4, 5), (5, 4)] * 4:
        predicted = rng.integers(kinds, size=12)
        annotated = letters(rng.integers(names, size=12))
        expected = accuracy_over_all_injections(predicted, annotated)
        assert frame_accuracy(predicted, annotated) == pytest.approx(expected)


def test_confusion_has_matched_pairs_on_the_diagonal_and_leftovers_last():
    predicted = clusters(9, 9, 9, 4, 4, 2, 6, 6)
    table = confusion(predicted, list("bbbaaacc"))
    assert table.index.tolist() == ["b", "a", "c"]
    assert table.columns.tolist() == [9, 4, 6, 2]
    np.testing.assert_array_equal(table, [[3, 0, 0, 0], [0, 2, 0, 1], [0, 0, 2, 0]])


def test_confusion_puts_unmatched_behaviours_last():
    table = confusion(clusters(1, 1, 1, 0, 0), list("abbcc"))
    assert table.index.tolist() == ["b", "c", "a"]
    assert table.columns.tolist() == [1, 0]


def test_confusion_counts_every_frame_once():
    rng = np.random.default_rng(2)
    predicted, annotated = rng.integers(6, size=300), letters(rng.integers(4, size=300))
    assert confusion(predicted, annotated).to_numpy().sum() == 300


def test_different_lengths_are_refused():
    with pytest.raises(DataError, match="prediction has 3 frames but the annotation 2"):
        frame_accuracy(clusters(0, 0, 1), ["a", "b"])


def test_no_frames_are_refused():
    with pytest.raises(DataError, match="at least one frame"):
        match_clusters(np.array([], dtype=np.int64), [])


# ---- naming by order of appearance ----


def test_clusters_are_named_as_behaviours_appear():
    assert accuracy_by_order(clusters(8, 8, 2, 2, 8), list("bbaab")) == 1.0
    assert accuracy_by_order(clusters(8, 8, 2, 2, 2), list("bbaab")) == pytest.approx(4 / 5)


def test_order_of_appearance_moves_the_score_of_the_very_same_labels():
    annotated = list("aabbbbccccdddd")
    late, early = (
        np.array(labels)
        for labels in (
            # The same frames but one fall to the same clusters: the stray frame is at the end,
            [0] * 2 + [1] * 4 + [2] * 4 + [3] * 3 + [4],
            # or at the start, where it shifts the names of all that come later.
            [4] + [0] * 1 + [1] * 4 + [2] * 4 + [3] * 4,
        )
    )
    assert frame_accuracy(late, annotated) == frame_accuracy(early, annotated) == 13 / 14
    assert accuracy_by_order(late, annotated) == 13 / 14
    assert accuracy_by_order(early, annotated) == 1 / 14


def test_leftover_clusters_and_behaviours_count_as_wrong():
    assert accuracy_by_order(clusters(0, 1, 2, 3), list("aabb")) == pytest.approx(1 / 4)
    assert accuracy_by_order(clusters(0, 0, 0, 0), list("aabc")) == pytest.approx(2 / 4)


def test_order_of_appearance_needs_the_same_frames():
    with pytest.raises(DataError, match="prediction has 3 frames but the annotation 2"):
        accuracy_by_order(clusters(0, 0, 1), ["a", "b"])
    with pytest.raises(DataError, match="at least one frame"):
        accuracy_by_order(np.array([], dtype=np.int64), [])


NO_DEADLINE = settings(deadline=None)
LABELS = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=40)


@pytest.mark.slow
@NO_DEADLINE
@given(LABELS, st.permutations(range(5)), st.permutations(range(5)))
def test_names_do_not_matter_to_either_accuracy(pairs, clusters_as, behaviours_as):
    predicted, behaviours = np.array(pairs).T
    renamed, others = np.array(clusters_as)[predicted], np.array(behaviours_as)[behaviours]
    for accuracy in (frame_accuracy, accuracy_by_order):
        expected = accuracy(predicted, letters(behaviours))
        assert accuracy(renamed, letters(others)) == expected


@pytest.mark.slow
@NO_DEADLINE
@given(LABELS)
def test_order_of_appearance_is_symmetric_and_never_above_the_best_matching(pairs):
    predicted, behaviours = np.array(pairs).T
    found = accuracy_by_order(predicted, letters(behaviours))
    assert found == accuracy_by_order(behaviours, letters(predicted))
    assert 0 < found <= frame_accuracy(predicted, letters(behaviours))
    assert accuracy_by_order(behaviours, letters(behaviours)) == 1


# ---- boundaries ----

RANGES = np.array([[10, 15, 20], [40, 45, 50]])


def test_boundaries_at_both_ends_of_their_ranges_are_right():
    scores = boundary_scores(clusters(10, 50), RANGES, frame_rate=10.0)
    assert (scores.precision, scores.recall, scores.f1) == (1.0, 1.0, 1.0)
    assert scores.distance_s == pytest.approx(0.5)


def test_boundaries_one_frame_outside_their_ranges_are_wrong():
    scores = boundary_scores(clusters(9, 51), RANGES, frame_rate=10.0)
    assert (scores.precision, scores.recall, scores.f1) == (0.0, 0.0, 0.0)
    assert scores.distance_s == pytest.approx(0.6)


def test_a_range_accepts_one_boundary_only():
    scores = boundary_scores(clusters(14, 15, 16), RANGES, frame_rate=10.0)
    assert scores.precision == pytest.approx(1 / 3)
    assert scores.recall == pytest.approx(1 / 2)
    assert scores.f1 == pytest.approx(2 / 5)
    assert scores.distance_s == pytest.approx((0 + 29) / 2 / 10)


def test_overlapping_ranges_are_paired_so_that_most_boundaries_are_right():
    # Taken greedily, 20 would use up the first range and leave 12 without one.
    ranges = np.array([[10, 15, 22], [18, 25, 30]])
    scores = boundary_scores(clusters(20, 12), ranges, frame_rate=1.0)
    assert scores.f1 == 1.0


def test_distance_is_from_annotated_to_predicted_and_scales_with_the_frame_rate():
    predicted = clusters(5, 15, 45, 99)
    shifted = RANGES + np.array([0, 3, 3])
    slow = boundary_scores(predicted, shifted, frame_rate=30.0)
    fast = boundary_scores(predicted, shifted, frame_rate=120.0)
    assert slow.distance_s == pytest.approx(3 / 30)
    assert slow.distance_s == pytest.approx(4 * fast.distance_s)


@pytest.mark.parametrize(
    ("predicted", "annotated", "expected"),
    [([], [], 1.0), ([5], [], 0.0), ([], [[1, 2, 3]], 0.0)],
    ids=["neither", "only predicted", "only annotated"],
)
def test_without_boundaries_on_one_side(predicted, annotated, expected):
    scores = boundary_scores(
        np.array(predicted, dtype=np.int64),
        np.array(annotated, dtype=np.int64).reshape(-1, 3),
        frame_rate=30.0,
    )
    assert (scores.precision, scores.recall, scores.f1) == (expected,) * 3
    assert np.isnan(scores.distance_s)


# ---- all scores ----


def test_a_perfect_prediction_scores_one_everywhere():
    scores = score_segmentation(perfect_prediction(), walk_run_jump(), frame_rate=30.0)
    values = dict(scores)
    assert values.pop("boundary_distance_s") == 0.0
    assert all(value == pytest.approx(1.0) for value in values.values())


def test_a_boundary_is_right_within_a_second_where_the_annotated_range_is_narrower():
    """At 10 Hz: of boundaries at 20 and 60 one is found 9 frames off, the other in its range."""
    annotation = Segmentation(
        ("walk", "run", "jump"), np.array([[18, 20, 22], [45, 60, 62]]), 100, "three"
    )
    predicted = np.repeat([0, 1, 2], [29, 17, 54])
    scores = score_segmentation(predicted, annotation, frame_rate=10.0)
    assert (scores["boundary_f1"], scores["boundary_f1_1s"]) == (0.5, 1.0)
    late = np.repeat([0, 1, 2], [31, 40, 29])
    assert score_segmentation(late, annotation, frame_rate=10.0)["boundary_f1_1s"] == 0.0


def test_a_constant_prediction_scores_its_largest_behaviour_and_no_information():
    scores = score_segmentation(np.zeros(100, dtype=np.int64), walk_run_jump(), frame_rate=30.0)
    assert scores["accuracy"] == pytest.approx(0.4)
    assert scores["ari"] == scores["nmi"] == scores["v_measure"] == pytest.approx(0.0)
    assert scores["ami"] == pytest.approx(0.0, abs=1e-12)
    assert scores["boundary_f1"] == 0.0


def single_behaviour(frame_count: int) -> Segmentation:
    return Segmentation(("walk",), np.empty((0, 3), dtype=np.int64), frame_count, "one")


def test_a_sequence_of_one_behaviour_is_found_by_a_constant_prediction():
    scores = score_segmentation(np.full(50, 3), single_behaviour(50), frame_rate=30.0)
    assert np.isnan(scores.pop("boundary_distance_s"))
    assert set(scores.values()) == {1.0}


def test_splitting_a_single_behaviour_costs_every_score():
    scores = score_segmentation(np.repeat([0, 1], [30, 20]), single_behaviour(50), frame_rate=30.0)
    assert (scores["accuracy"], scores["accuracy_by_order"]) == (0.6, 0.6)
    assert scores["ari"] == scores["ami"] == scores["nmi"] == pytest.approx(0, abs=1e-12)
    assert (scores["boundary_precision"], scores["boundary_recall"], scores["boundary_f1"]) == (
        0,
        0,
        0,
    )
    # As defined (Rosenberg & Hirschberg 2007): complete is 0, homogeneous is 1.
    assert scores["v_measure"] == 0


@pytest.mark.slow
@NO_DEADLINE
@given(st.lists(st.integers(0, 3), min_size=100, max_size=100), st.permutations(range(4)))
def test_information_does_not_depend_on_names_and_is_symmetric(labels, names):
    predicted = np.array(labels)
    truth = perfect_prediction()
    swapped = Segmentation(
        tuple(segment.label for segment in segments(letters(predicted))),
        np.repeat(label_boundaries(predicted)[:, None], 3, axis=1),
        100,
        "swapped",
    )
    scores = score_segmentation(predicted, walk_run_jump(), frame_rate=30.0)
    renamed = score_segmentation(np.array(names)[predicted], walk_run_jump(), frame_rate=30.0)
    back = score_segmentation(truth, swapped, frame_rate=30.0)
    for name in ("accuracy", "accuracy_by_order", "ari", "ami", "nmi", "v_measure"):
        assert renamed[name] == pytest.approx(scores[name], abs=1e-12)
        assert back[name] == pytest.approx(scores[name], abs=1e-12)


def test_renaming_clusters_changes_no_score():
    rng = np.random.default_rng(11)
    predicted = np.repeat(rng.integers(5, size=20), 5)
    names = np.array([40, -1, 7, 0, 13])
    scores = score_segmentation(predicted, walk_run_jump(), frame_rate=30.0)
    renamed = score_segmentation(names[predicted], walk_run_jump(), frame_rate=30.0)
    assert renamed == pytest.approx(scores, nan_ok=True)


def test_accuracy_and_information_are_symmetric():
    rng = np.random.default_rng(3)
    one, other = rng.integers(4, size=200), rng.integers(6, size=200)
    forth, back = frame_accuracy(one, letters(other)), frame_accuracy(other, letters(one))
    assert forth == pytest.approx(back)


@pytest.mark.slow
def test_scores_of_random_predictions_stay_in_range():
    rng = np.random.default_rng(8)
    for _ in range(20):
        scores = score_segmentation(rng.integers(9, size=100), walk_run_jump(), frame_rate=30.0)
        for name in ("accuracy", "nmi", "v_measure", "boundary_precision", "boundary_recall"):
            assert scores["accuracy_by_order"] <= scores["accuracy"]
            assert 0 <= scores[name] <= 1
        assert abs(scores["ari"]) < 0.2
        assert abs(scores["ami"]) < 0.2


def test_a_prediction_of_another_length_is_refused_by_name():
    with pytest.raises(DataError, match=r"made_up: the annotation has 100 frames.* has 99"):
        score_segmentation(np.zeros(99, dtype=np.int64), walk_run_jump(), frame_rate=30.0)


# ---- separability ----


def blobs(distance: float, count: int = 100) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(4)
    labels = np.repeat([0, 1, 2], count)
    return rng.standard_normal((3 * count, 5)) + distance * np.eye(3, 5)[labels], labels


def test_separability_grows_as_clusters_move_apart():
    near, far = separability(*blobs(2.0)), separability(*blobs(20.0))
    assert near.silhouette < far.silhouette
    assert near.davies_bouldin > far.davies_bouldin
    assert near.gap < far.gap < 1
    assert near.canonical_correlation < far.canonical_correlation < 1


def test_random_clusters_are_not_separable():
    values, labels = blobs(0.0)
    result = separability(values, labels)
    assert result.silhouette == pytest.approx(0, abs=0.05)
    assert result.gap == pytest.approx(0, abs=0.05)
    assert result.canonical_correlation == pytest.approx(0, abs=0.05)


def test_gap_is_that_of_the_distances_by_hand():
    values = np.array([[0.0], [1.0], [10.0], [11.0]])
    # Within: 1 and 1. Between: 10, 11, 9, 10.
    assert separability(values, clusters(0, 0, 1, 1)).gap == pytest.approx(1 - 1 / 10)


def test_canonical_correlation_is_the_explained_share_where_there_is_one_direction():
    """Means 0.5 and 10.5 about 5.5: 100 of the variance 100.25 (times four) lies between."""
    values = np.array([[0.0], [1.0], [10.0], [11.0]])
    found = separability(values, clusters(0, 0, 1, 1)).canonical_correlation
    assert found == pytest.approx(100 / 101)


def test_no_linear_change_alters_canonical_correlation():
    values, labels = blobs(2.0)
    mixed = values @ np.random.default_rng(0).standard_normal((5, 5))
    doubled = np.hstack([values, values[:, :2]])
    expected = separability(values, labels).canonical_correlation
    for changed in (mixed, doubled):
        assert separability(changed, labels).canonical_correlation == pytest.approx(expected)


def test_scaling_an_embedding_changes_nothing():
    values, labels = blobs(3.0)
    assert vars(separability(1000 * values, labels)) == pytest.approx(
        vars(separability(values, labels))
    )


def test_a_subsample_is_fixed_by_its_seed_and_close_to_the_whole():
    values, labels = blobs(5.0, count=400)
    whole = separability(values, labels)
    part = separability(values, labels, sample=300)
    assert part == separability(values, labels, sample=300)
    assert part.silhouette != separability(values, labels, sample=300, seed=1).silhouette
    assert part.silhouette == pytest.approx(whole.silhouette, abs=0.05)


@pytest.mark.parametrize(
    ("values", "labels"),
    [
        (np.eye(4), clusters(0, 0, 0, 0)),
        (np.eye(4), clusters(0, 1, 2, 3)),
        (np.ones((4, 2)), clusters(0, 0, 1, 1)),
    ],
    ids=["one cluster", "every vector its own", "all vectors alike"],
)
def test_separability_without_meaning_is_nan(values, labels):
    assert all(np.isnan(value) for value in vars(separability(values, labels)).values())
