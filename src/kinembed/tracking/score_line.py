"""Scores in words, for the last lines of a run's log."""

from collections.abc import Mapping

import pandas as pd

from kinembed.core.percentages import percent

KINDS = {"given": "with the number of clusters you set", "estimated": "with the number found"}


def score_line(summary: Mapping[str, Mapping[str, float]]) -> str:
    """Say how well clusters agree with the annotations.

    Parameters
    ----------
    summary : mapping of str to (mapping of str to float)
        ``given`` and ``estimated``, as far as there are scores -> measure -> mean over sequences.

    Returns
    -------
    str
        One line; empty where nothing is annotated.
    """
    parts = [_part(kind, summary[one]) for one, kind in KINDS.items() if one in summary]
    return f"Agreement with the annotations: {'; '.join(parts)}" if parts else ""


def method_line(scores: pd.DataFrame) -> str:
    """Say how well the clusters of several methods agree with the annotations.

    Parameters
    ----------
    scores : DataFrame
        Columns ``protocol``, ``method``, ``sequence`` and ``accuracy`` (0 to 1), of one protocol
        with the number of clusters given.

    Returns
    -------
    str
        One line, the best method first; empty where nothing is annotated.
    """
    if scores.empty:
        return ""
    means = scores.groupby("method")["accuracy"].mean().sort_values(ascending=False)
    found = ", ".join(f"{method} {accuracy:.3f}" for method, accuracy in means.items())
    protocol, sequences = scores["protocol"].iloc[0], scores["sequence"].nunique()
    return f"Mean accuracy of {protocol} (sequences: {sequences}): {found}"


def _part(kind: str, means: Mapping[str, float]) -> str:
    accuracy, ami = means["accuracy"], means["ami"]
    return (
        f"{kind}, {percent(accuracy)} of the frames are in the right behaviour "
        f"(accuracy {accuracy:.3f}, AMI {ami:.3f})"
    )
