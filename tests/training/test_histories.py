"""Histories of several networks in one table."""

from functools import partial
from types import SimpleNamespace

import pandas as pd

from kinembed.training.histories import collect_histories


def network(*losses):
    steps = range(1, 1 + len(losses))
    return SimpleNamespace(history=pd.DataFrame({"step": steps, "loss": losses}))


def test_every_row_names_its_network():
    networks = {"b": partial(network, 0.5, 0.25), "a": partial(network, 2.0)}
    table = collect_histories(networks)
    expected = {"network": ["b", "b", "a"], "step": [1, 2, 1], "loss": [0.5, 0.25, 2.0]}
    pd.testing.assert_frame_equal(table.reset_index(drop=True), pd.DataFrame(expected))


def test_the_column_of_names_is_chosen():
    table = collect_histories({"86_01": partial(network, 1.0)}, "sequence")
    assert table.to_dict("records") == [{"sequence": "86_01", "step": 1, "loss": 1.0}]
