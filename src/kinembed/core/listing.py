"""Names in a sentence: the first few, and how many more."""

from collections.abc import Iterable

NAMED = 8
"""Names that a message lists, at most."""


def listed(names: Iterable[str]) -> str:
    """List names in a message.

    Parameters
    ----------
    names : iterable of str
        Names; one that comes again is listed once.

    Returns
    -------
    str
        The first 8, separated by commas, and the number of the others.
    """
    distinct = list(dict.fromkeys(names))
    more = f" and {len(distinct) - NAMED} more" if len(distinct) > NAMED else ""
    return ", ".join(distinct[:NAMED]) + more
