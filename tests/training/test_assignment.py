"""Which model each recording belongs to."""

import pytest

from kinembed.core.errors import DataError
from kinembed.training.assignment import ModelAssignment, assign_models

SHARED = ModelAssignment({"a": "m", "b": "m", "c": "n"})


def test_each_recording_may_have_a_model_of_its_own():
    assigned = assign_models(["a", "b"], "each")
    assert assigned.models == {"a": "a", "b": "b"}
    assert assigned.recordings_of_each(["a", "b"]) == {"a": ("a",), "b": ("b",)}


def test_all_recordings_may_share_a_model():
    assigned = assign_models(["b", "a"], "all")
    assert assigned.models == {"b": "all", "a": "all"}
    assert assigned.recordings_of_each([]) == {"all": ("b", "a")}


def test_models_are_joined_with_recordings_by_the_table():
    assert SHARED.by_recording({"m": 1, "n": 2}) == {"a": 1, "b": 1, "c": 2}
    own = ModelAssignment({"a": "n", "b": "m"})
    assert own.by_model({"a": 1, "b": 2}) == {"n": {"a": 1}, "m": {"b": 2}}
    assert own.recordings_of_each([]) == {"n": ("a",), "m": ("b",)}
    assert SHARED.by_model({"a": 1, "b": 2, "c": 3}) == {"m": {"a": 1, "b": 2}, "n": {"c": 3}}


def test_without_a_table_models_bear_the_names_of_recordings():
    earlier = ModelAssignment(None)
    assert earlier.by_recording({"a": 1}) == {"a": 1}
    assert earlier.by_model({"a": 1}) == {"a": {"a": 1}}


def test_a_model_that_is_not_stored_is_named_with_its_recording():
    with pytest.raises(DataError, match="c: nothing is stored of its model 'n', but of m"):
        SHARED.by_recording({"m": 1})


def test_a_recording_that_is_not_stored_is_named():
    with pytest.raises(DataError, match="recordings b, but of a"):
        ModelAssignment({"a": "n", "b": "m"}).by_model({"a": 1})
