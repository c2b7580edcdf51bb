from dataclasses import dataclass

import pandas as pd
import pytest

from kinembed.core.errors import DataError
from kinembed.core.parameters import Parameters
from kinembed.tracking.metrics import History, Point, flattened, history_points, metric_points


class Inner(Parameters):
    rate: float = 0.5


@dataclass(frozen=True)
class Outer:
    inner: Inner
    names: tuple[str, ...]


def test_models_and_dataclasses_are_flattened_like_mappings() -> None:
    nested = {"a": {"b": Inner()}, "c": Outer(Inner(rate=1), ("x", "y")), "d": None}
    assert flattened(nested) == {
        "a.b.rate": 0.5,
        "c.inner.rate": 1.0,
        "c.names": ("x", "y"),
        "d": None,
    }


def test_numbers_of_a_mapping_are_points() -> None:
    data = {"86_01": {"ari": 1, "model": "gru", "sure": True}, "worst": float("nan")}
    assert metric_points("evaluation", data) == [Point("evaluation.86_01.ari", 1.0)]


def test_text_names_the_rows_of_a_table() -> None:
    table = pd.DataFrame(
        {"sequence": ["a", "b"], "ari": [0.5, None], "method": ["pca", "gru"], "count": [3, 4]}
    )
    assert metric_points("t", table) == [
        Point("t.a.pca.ari", 0.5),
        Point("t.a.pca.count", 3.0),
        Point("t.b.gru.count", 4.0),
    ]


def test_a_single_row_needs_no_name() -> None:
    assert metric_points("t", pd.DataFrame({"ari": [0.5]})) == [Point("t.ari", 0.5)]


def test_rows_without_names_are_refused() -> None:
    with pytest.raises(DataError, match="t: a column of text must tell the 2 rows apart"):
        metric_points("t", pd.DataFrame({"ari": [0.5, 0.6]}))


def test_what_is_neither_mapping_nor_table_is_refused() -> None:
    with pytest.raises(DataError, match="t: metrics are a mapping or a table, not list"):
        metric_points("t", [1, 2])


def test_a_history_has_a_point_per_row_and_column() -> None:
    table = pd.DataFrame(
        {"sequence": ["a", "a", "b"], "epoch": [0, 1, 0], "loss": [3.0, 2.0, 1.0], "note": "x"}
    )
    assert history_points("h", table, History(step="epoch", by="sequence")) == [
        Point("h.a.loss", 3.0, 0),
        Point("h.a.loss", 2.0, 1),
        Point("h.b.loss", 1.0, 0),
    ]


def test_a_history_of_one_owner() -> None:
    table = pd.DataFrame({"step": [5], "loss": [3.0]})
    assert history_points("h", table, History(step="step")) == [Point("h.loss", 3.0, 5)]


def test_a_history_names_the_columns_it_lacks() -> None:
    table = pd.DataFrame({"loss": [3.0]})
    with pytest.raises(DataError, match="h: the table has no column epoch, sequence"):
        history_points("h", table, History(step="epoch", by="sequence"))
