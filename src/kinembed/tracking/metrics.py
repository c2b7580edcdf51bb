"""Metrics as named points, read from what a dataset holds.

Names are dotted and start with the dataset's: ``evaluation.86_01.accuracy``. In a table the
columns of text name the row and the columns of numbers are its metrics. What is no finite number
is left out.
"""

import dataclasses
import math
from collections.abc import Mapping
from dataclasses import dataclass
from numbers import Real
from typing import Any

import pandas as pd
from pydantic import BaseModel

from kinembed.core.errors import DataError
from kinembed.core.parameters import Parameters


@dataclass(frozen=True)
class Point:
    """One value of a metric, at one step.

    Attributes
    ----------
    name : str
        Dotted; it starts with the dataset's name.
    value : float
        Finite.
    step : int
        Step of training; 0 for what has no steps.
    """

    name: str
    value: float
    step: int = 0


class History(Parameters):
    """Columns of a table that hold a metric's step and, where there are several, its owner.

    Attributes
    ----------
    step : str
        Column of the step, whole numbers.
    by : str or None
        Column of the owner, such as the network; None: the whole table is one history.
    """

    step: str
    by: str | None = None


def flattened(values: Any, prefix: str = "") -> dict[str, Any]:
    """Leaves of nested mappings, models and dataclasses under dotted names; lists are leaves.

    Parameters
    ----------
    values : Any
        Mapping, pydantic model, dataclass, or a leaf.
    prefix : str
        Put before every name, with a dot; a lone leaf goes by it alone.

    Returns
    -------
    dict of str to Any
        Dotted name -> leaf.
    """
    if isinstance(values, BaseModel):
        values = values.model_dump(mode="json")
    elif dataclasses.is_dataclass(values) and not isinstance(values, type):
        values = dataclasses.asdict(values)
    if not isinstance(values, Mapping):
        return {prefix: values}
    leaves: dict[str, Any] = {}
    for key, value in values.items():
        leaves |= flattened(value, f"{prefix}.{key}" if prefix else str(key))
    return leaves


def metric_points(name: str, data: Any) -> list[Point]:
    """Numbers of a (nested) mapping, or of a table whose text columns name its rows.

    Parameters
    ----------
    name : str
        Put before every point's name, with a dot; empty: nothing.
    data : mapping or pd.DataFrame
        Whatever in it is no finite number, truth values among them, is left out.

    Returns
    -------
    list of Point
        At step 0.

    Raises
    ------
    DataError
        When the data is neither a mapping nor a table, or a table of several rows has no column of
        text.
    """
    if isinstance(data, pd.DataFrame):
        return _table_points(name, data)
    if not isinstance(data, Mapping):
        raise DataError(f"{name}: metrics are a mapping or a table, not {type(data).__name__}")
    leaves = flattened(data, name)
    return [Point(key, float(value)) for key, value in leaves.items() if _is_number(value)]


def history_points(name: str, table: pd.DataFrame, columns: History) -> list[Point]:
    """One point per row and numeric column, at the row's step.

    Parameters
    ----------
    name : str
        Put before every point's name, with a dot.
    table : pd.DataFrame
        Columns of numbers are metrics; other columns and values that are not finite are left out.
    columns : History
        The columns of the step and of the owner, who enters the points' names.

    Returns
    -------
    list of Point
        Row by row.

    Raises
    ------
    DataError
        When one of those columns is absent.
    ValueError
        When a step is not finite.
    """
    absent = {columns.step, columns.by} - {None, *table.columns}
    if absent:
        raise DataError(f"{name}: the table has no column {', '.join(sorted(map(str, absent)))}")
    values = table.drop(columns=[columns.step, columns.by or ""], errors="ignore")
    owners = table[columns.by].map("{}.".format).tolist() if columns.by else [""] * len(table)
    return _points(name, values, owners, table[columns.step].astype(int).tolist())


def _table_points(name: str, table: pd.DataFrame) -> list[Point]:
    words = [column for column in table if not pd.api.types.is_numeric_dtype(table[column])]
    if not words and len(table) > 1:
        raise DataError(f"{name}: a column of text must tell the {len(table)} rows apart")
    owners = ["".join(f"{word}." for word in row) for row in table[words].itertuples(index=False)]
    return _points(name, table, owners, [0] * len(table))


def _points(name: str, table: pd.DataFrame, owners: list[str], steps: list[int]) -> list[Point]:
    """Finite numbers of a table, row by row."""
    rows = table.select_dtypes("number").to_dict("records")
    return [
        Point(f"{name}.{owner}{column}", float(value), step)
        for owner, step, row in zip(owners, steps, rows, strict=True)
        for column, value in row.items()
        if math.isfinite(value)
    ]


def _is_number(value: Any) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool) and math.isfinite(value)
