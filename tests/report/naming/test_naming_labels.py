import numpy as np
import pandas as pd
import pytest

from kinembed.core.errors import FormatError
from kinembed.motion.segments import segments
from kinembed.report.naming import Names, check_names, named_predictions, parse_names
from kinembed.segmentation.predictions import NOT_SEEN

CLUSTERS = np.repeat([0, 1, 2, 0, 3], 20)
"""100 frames at 10 Hz."""


@pytest.fixture
def predictions():
    frames = np.arange(100)
    return pd.DataFrame({"frame": frames, "time_s": frames / 10, "given": CLUSTERS})


def named(predictions, text):
    names = parse_names(f"one: {{given: {text}}}", file="names.yml")
    return named_predictions(names, "one", predictions)["given"]


def test_without_names_clusters_stay_as_they_are(predictions):
    for text in ("{}", "other: {given: {names: {0: a}}}"):
        labels = named_predictions(parse_names(text, file="f"), "one", predictions)
        assert list(labels) == ["given"]
        np.testing.assert_array_equal(labels["given"], CLUSTERS)
    assert named_predictions(Names(), "one", predictions)["given"].dtype == CLUSTERS.dtype


def test_clusters_without_a_name_go_by_their_number(predictions):
    assert segments(named(predictions, "{names: {1: walk, 3: '<b>'}}")) == [
        (0, 20, "cluster 0"),
        (20, 40, "walk"),
        (40, 60, "cluster 2"),
        (60, 80, "cluster 0"),
        (80, 100, "<b>"),
    ]


def test_clusters_of_one_name_are_one_behaviour(predictions):
    labels = named(predictions, "{names: {1: walk, 2: walk}}")
    assert segments(labels)[1] == (20, 60, "walk")


def test_merged_clusters_go_by_one_name_or_by_their_numbers(predictions):
    assert segments(named(predictions, "{merge: [[2, 1]]}"))[1] == (20, 60, "clusters 2+1")
    labels = named(predictions, "{merge: [[2, 1]], names: {2: hop}}")
    assert segments(labels)[1] == (20, 60, "hop")


@pytest.mark.parametrize("start", ["start: 70", "start_s: 7"])
def test_a_cluster_is_split_at_a_frame_or_a_second(predictions, start):
    labels = named(predictions, f"{{names: {{0: a}}, split: [{{cluster: 0, name: b, {start}}}]}}")
    assert [run for run in segments(labels) if run.label in {"a", "b"}] == [
        (0, 20, "a"),
        (60, 70, "a"),
        (70, 80, "b"),
    ]


def test_a_split_may_end_and_later_ones_hold(predictions):
    text = "{split: [{cluster: 0, name: b, start: 5, stop: 65}, {cluster: 0, name: c, start: 10}]}"
    assert [run for run in segments(named(predictions, text)) if run.label in {"b", "c"}] == [
        (5, 10, "b"),
        (10, 20, "c"),
        (60, 80, "c"),
    ]


def test_a_merged_cluster_may_be_split(predictions):
    text = "{merge: [[1, 2]], names: {1: hop}, split: [{cluster: 2, name: jump, start: 50}]}"
    assert segments(named(predictions, text))[1:3] == [(20, 50, "hop"), (50, 60, "jump")]


def test_the_prediction_is_untouched(predictions):
    before = predictions.copy()
    named(predictions, "{names: {0: a}, split: [{cluster: 0, name: b, start: 5}]}")
    pd.testing.assert_frame_equal(predictions, before)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{names: {7: a}}", r"one\.given\.names\.7: there is no cluster 7; there are 0, 1, 2, 3$"),
        ("{merge: [[0, 1], [2, 9]]}", r"one\.given\.merge\.1: there is no cluster 9; there are 0"),
        (
            "{split: [{cluster: 8, name: a, start: 0}]}",
            r"one\.given\.split\.0\.cluster: there is no cluster 8; there are 0",
        ),
        (
            "{split: [{cluster: 0, name: a, start_s: 2, stop: 60}]}",
            r"split\.0: cluster 0 has no frame from 20 to 60; it has 0 to 20, 60 to 80$",
        ),
        (
            "{split: [{cluster: 0, name: a, start: 500}]}",
            r"split\.0: cluster 0 has no frame from 500 to 100",
        ),
    ],
)
def test_what_is_not_there_is_named_with_what_is(predictions, text, message):
    with pytest.raises(FormatError, match=message) as raised:
        named(predictions, text)
    assert str(raised.value).startswith("names.yml: ")


def test_an_error_lists_a_few_segments_at_most(predictions):
    predictions["given"] = np.arange(100) // 2 % 2
    with pytest.raises(FormatError, match=r"it has 0 to 2, 4 to 6, .*, 28 to 30 and 17 more"):
        named(predictions, "{split: [{cluster: 0, name: a, start: 2, stop: 4}]}")


def test_a_prediction_that_was_not_made_cannot_be_named(predictions):
    names = parse_names("one: {estimated: {names: {0: a}}}", file="names.yml")
    with pytest.raises(FormatError, match=r"one\.estimated: there is no such prediction; .* given"):
        named_predictions(names, "one", predictions)


def test_names_are_checked_against_the_predictions_they_are_for(predictions):
    def never():
        raise AssertionError("a prediction that is not named need not be loaded")

    def same():
        return predictions

    names = parse_names("'86_03': {given: {names: {0: a}}}", file="names.yml")
    check_names(names, {"86_03": same, "x": never})
    with pytest.raises(FormatError, match=r"^names\.yml: 86_03: .* there are 86_04, 86_05$"):
        check_names(names, {"86_05": never, "86_04": never})
    wrong = parse_names("'86_03': {given: {names: {9: a}}}", file="names.yml")
    with pytest.raises(FormatError, match=r"86_03\.given\.names\.9: there is no cluster 9"):
        check_names(wrong, {"86_03": same})


def test_frames_that_were_not_seen_have_no_name(predictions):
    later = predictions["frame"] >= 3
    part = predictions.assign(given=predictions["given"].where(later, NOT_SEEN))
    labels = named(part, "{names: {0: a}, split: [{cluster: 0, name: b, start: 0, stop: 5}]}")
    assert labels[:5] == ["not seen"] * 3 + ["b"] * 2
    with pytest.raises(FormatError, match=r"there is no cluster 7; there are 0, 1, 2, 3$"):
        named(part, "{names: {7: a}}")
