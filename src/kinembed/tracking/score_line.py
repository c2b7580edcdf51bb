"""Scores in words, for the last lines of a run's log."""

from collections.abc import Mapping

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
    parts = [
        f"{kind}, {100 * summary[variant]['accuracy']:.1f} % of the frames are in the right "
        f"behaviour (accuracy {summary[variant]['accuracy']:.3f}, AMI {summary[variant]['ami']:.3f})"
        for variant, kind in KINDS.items()
        if variant in summary
    ]
    return f"Agreement with the annotations: {'; '.join(parts)}" if parts else ""
