"""Names of a vocabulary that recordings share."""

import numpy as np
import pandas as pd
import pytest

from kinembed.core.errors import FormatError
from kinembed.report.naming import named_predictions, names_of_recordings, parse_names
from kinembed.report.plots.theme import style_numbers_for

RECORDINGS = {"all": ("a", "b"), "c": ("c",)}


def prediction(*clusters):
    return pd.DataFrame(
        {
            "frame": range(len(clusters)),
            "time_s": np.arange(len(clusters)) / 10,
            "estimated": clusters,
        }
    )


PREDICTIONS = {
    "a": lambda: prediction(0, 0, 1, 2),
    "b": lambda: prediction(3, 2, 2, 0),
    "c": lambda: prediction(0, 1, 1, 1),
}


def labels(text):
    names = names_of_recordings(parse_names(text, file="names.yml"), RECORDINGS, PREDICTIONS)
    return {
        name: list(map(str, named_predictions(names, name, load())["estimated"]))
        for name, load in PREDICTIONS.items()
    }


def test_a_name_of_the_model_is_that_of_all_its_recordings():
    found = labels("all: {estimated: {names: {0: walk, 3: hop}}}")
    assert found["a"] == ["walk", "walk", "cluster 1", "cluster 2"]
    assert found["b"] == ["hop", "cluster 2", "cluster 2", "walk"]
    assert found["c"] == ["0", "1", "1", "1"]


def test_names_of_a_recording_come_first():
    found = labels("{all: {estimated: {names: {0: walk}}}, a: {estimated: {names: {0: run}}}}")
    assert (found["a"][0], found["b"][3]) == ("run", "walk")


def test_a_group_keeps_its_name_where_one_of_it_is_left():
    found = labels("all: {estimated: {names: {1: jump, 0: walk}, merge: [[1, 3]]}}")
    assert found["a"] == ["walk", "walk", "jump", "cluster 2"]
    assert found["b"] == ["jump", "cluster 2", "cluster 2", "walk"]
    found = labels("all: {estimated: {names: {0: walk}, merge: [[0, 2]]}}")
    assert found["a"] == ["walk", "walk", "cluster 1", "walk"]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (
            "all: {estimated: {names: {7: walk}}}",
            "no recording has a cluster 7; there are 0, 1, 2, 3",
        ),
        (
            "all: {estimated: {split: [{cluster: 0, name: kneel, start: 1}]}}",
            "write it under the name of a recording",
        ),
    ],
)
def test_what_cannot_be_meant_is_named(text, problem):
    with pytest.raises(FormatError, match=rf"names.yml: all.*{problem}"):
        labels(text)


def test_the_only_recording_of_a_shared_model_has_its_names():
    names = parse_names("all: {estimated: {names: {1: walk}}}", file="names.yml")
    found = names_of_recordings(names, {"all": ("c",)}, PREDICTIONS)
    labels = named_predictions(found, "c", PREDICTIONS["c"]())["estimated"]
    assert list(labels) == ["cluster 0", "walk", "walk", "walk"]


def test_a_name_has_one_place_in_all_recordings_of_a_model():
    text = "all: {estimated: {names: {3: hop, 2: walk, 1: walk}}}"
    found = names_of_recordings(parse_names(text, file="names.yml"), RECORDINGS, PREDICTIONS)
    assert found.style_numbers == {"a": {"walk": 1, "hop": 3}, "b": {"walk": 1, "hop": 3}}
    assert style_numbers_for(["hop", "cluster 0", "kneel"], found.style_numbers["b"]) == {
        "hop": 3,
        "cluster 0": 0,
        "kneel": 1,
    }
