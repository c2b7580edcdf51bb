"""Scores in words, for the last lines of a run's log."""

from collections.abc import Mapping

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


def _part(kind: str, means: Mapping[str, float]) -> str:
    accuracy, ami = means["accuracy"], means["ami"]
    return (
        f"{kind}, {percent(accuracy)} of the frames are in the right behaviour "
        f"(accuracy {accuracy:.3f}, AMI {ami:.3f})"
    )
