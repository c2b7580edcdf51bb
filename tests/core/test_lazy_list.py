import pickle
from functools import partial

import pytest

from kinembed.core.lazy_list import LazyList

LOADED = []


def load(item):
    LOADED.append(item)
    return item


def test_items_are_loaded_when_they_are_asked_for_and_again():
    LOADED.clear()
    items = LazyList([partial(load, item) for item in "abc"])
    assert len(items) == 3
    assert LOADED == []
    assert items[1] == "b"
    assert [*items[1:], *items] == ["b", "c", "a", "b", "c"]
    assert LOADED == ["b", "b", "c", "a", "b", "c"]


def test_it_reaches_other_processes():
    items = pickle.loads(pickle.dumps(LazyList([partial(load, "a")])))  # noqa: S301
    assert list(items) == ["a"]


def test_an_index_error_of_a_loader_is_no_end_of_the_list():
    items = LazyList([partial(load, "a"), partial([].__getitem__, 0)])
    with pytest.raises(IndexError):
        list(items)
