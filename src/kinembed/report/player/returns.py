"""What the page says of behaviours that return with further seeds, and of those that do not."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from kinembed.segmentation.predictions import VARIANTS


def returns_of(
    usage: pd.DataFrame, stability: Mapping[str, pd.DataFrame]
) -> dict[str, dict[str, Any]]:
    """Say of each row of the table of behaviours in how many further seeds it returns.

    Parameters
    ----------
    usage : DataFrame
        As :func:`kinembed.report.exports.behaviour_usage` returns it.
    stability : mapping of str to DataFrame
        Sequence -> columns :data:`kinembed.evaluation.stability.BEHAVIOURS`.

    Returns
    -------
    dict of str to dict of str to Any
        Sequence that has rows in both -> ``cells`` (a text per row of the table, empty where it is
        no cluster), ``seeds`` (how many further ones) and ``unstable`` (labels of the prediction
        that is shown first).
    """
    return {
        str(name): _of_sequence(rows, stability[str(name)])
        for name, rows in usage.groupby("sequence")
        if len(stability.get(str(name), ()))
    }


def _of_sequence(usage: pd.DataFrame, stability: pd.DataFrame) -> dict[str, Any]:
    known = stability.set_index(["prediction", "cluster"])
    rows = usage.to_dict("records")
    shown = next((name for name in VARIANTS if name in set(usage["tier"])), "")
    return {
        "cells": [_cell(_known(row, known)) for row in rows],
        "seeds": int(stability["seeds"].max()),
        "unstable": [
            row["label"]
            for row in rows
            if row["tier"] == shown and not _known(row, known)["stable"].all()
        ],
    }


def _known(row: Mapping[str, Any], known: pd.DataFrame) -> pd.DataFrame:
    """Rows of the clusters that go by one label."""
    keys = [(row["tier"], int(number)) for number in row["clusters"].split()]
    return known.loc[[key for key in keys if key in known.index]]


def _cell(clusters: pd.DataFrame) -> str:
    """A text for each cluster; with its number where there are several."""
    texts = [
        (
            number,
            f"{round(row.returns * row.seeds)} of {row.seeds}" + ", unstable" * (not row.stable),
        )
        for (_, number), row in zip(clusters.index, clusters.itertuples(), strict=True)
    ]
    if len(texts) == 1:
        return texts[0][1]
    return "; ".join(f"cluster {number}: {text}" for number, text in texts)
