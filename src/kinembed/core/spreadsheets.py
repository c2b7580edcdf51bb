"""Texts in tables that spreadsheets open: none may be read as a formula.

A text that begins with ``=``, ``+``, ``-``, ``@``, a tab or a carriage return gets an apostrophe
before it, by which spreadsheets know a text. Numbers stay. So do texts that begin with apostrophes
alone; before those that look escaped already comes one more, so that every text reads back.
"""

import re
from typing import Any

import pandas as pd

_FORMULA = re.compile(r"'*(?![+-]?[\d.]+(?:[eE][+-]?\d+)?\Z)[=+\-@\t\r]")


def escaped(text: str) -> str:
    """Make a text one that no spreadsheet computes.

    Parameters
    ----------
    text : str
        Content of a cell.

    Returns
    -------
    str
        The text, with an apostrophe before it where it could be a formula.
    """
    return f"'{text}" if _FORMULA.match(text) else text


def plain(cell: str) -> str:
    """Read a cell back; inverse of :func:`escaped`.

    Parameters
    ----------
    cell : str
        Content of a cell as it is stored.

    Returns
    -------
    str
        The text.
    """
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


def escaped_table(table: pd.DataFrame) -> pd.DataFrame:
    """Escape the texts of a table, and the names of its columns and rows.

    Parameters
    ----------
    table : DataFrame
        Any table.

    Returns
    -------
    DataFrame
        A table of the same shape.
    """
    return _mapped(table, escaped)


def plain_table(table: pd.DataFrame) -> pd.DataFrame:
    """Read a table back; inverse of :func:`escaped_table`.

    Parameters
    ----------
    table : DataFrame
        As it is stored.

    Returns
    -------
    DataFrame
        A table of the same shape.
    """
    return _mapped(table, plain)


def _mapped(table: pd.DataFrame, change: Any) -> pd.DataFrame:
    def changed(value: Any) -> Any:
        return change(value) if isinstance(value, str) else value

    found = table.rename(columns=changed, index=changed)
    for index, kind in enumerate(table.dtypes):
        if not (pd.api.types.is_numeric_dtype(kind) or pd.api.types.is_datetime64_any_dtype(kind)):
            column = table.iloc[:, index]
            mapped = column.map(changed)
            kept = mapped if kind == "category" else mapped.astype(kind)
            found.isetitem(index, kept.array)
    return found
