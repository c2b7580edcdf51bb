"""What the page says of behaviours that return with further seeds, and of those that do not."""

from collections.abc import Mapping
from typing import Any

import numpy as np
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
        that is shown first; None where nothing is known of them).
    """
    return {
        str(name): _of_sequence(rows, stability[str(name)])
        for name, rows in usage.groupby("sequence")
        if len(stability.get(str(name), ()))
    }


def _of_sequence(usage: pd.DataFrame, stability: pd.DataFrame) -> dict[str, Any]:
    texts, known = _texts(stability), stability.set_index(["prediction", "cluster"])["stable"]
    shown = next((name for name in VARIANTS if name in set(usage["tier"])), "")
    of_rows = [
        [(tier, int(number)) for number in clusters.split() if (tier, int(number)) in texts]
        for tier, clusters in zip(usage["tier"], usage["clusters"], strict=True)
    ]
    first = [tier == shown and bool(own) for tier, own in zip(usage["tier"], of_rows, strict=True)]
    doubtful = [not all(known[one] for one in own) for own in of_rows]
    return {
        "cells": [_cell({number: texts[tier, number] for tier, number in own}) for own in of_rows],
        "seeds": int(stability["seeds"].max()),
        "unstable": usage["label"][np.array(first) & doubtful].tolist() if any(first) else None,
    }


def _texts(stability: pd.DataFrame) -> dict[tuple[str, int], str]:
    """Prediction and cluster -> in how many seeds it returns, and whether it is unstable."""
    columns = ["prediction", "cluster", "returns", "seeds", "stable"]
    return {
        (tier, cluster): f"{round(share * seeds)} of {seeds}{'' if stable else ', unstable'}"
        for tier, cluster, share, seeds, stable in stability[columns].itertuples(index=False)
    }


def _cell(texts: Mapping[int, str]) -> str:
    """The text of one cluster; with their numbers where there are several."""
    if len(texts) == 1:
        return next(iter(texts.values()))
    return "; ".join(f"cluster {number}: {text}" for number, text in texts.items())
