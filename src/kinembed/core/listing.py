"""Names in a sentence: the first few, or those nearest to another, and how many more."""

from collections.abc import Iterable
from difflib import SequenceMatcher

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


def listed_near(name: str, names: Iterable[str]) -> str:
    """List names in a message, those first that are spelt most like another one.

    Parameters
    ----------
    name : str
        What was typed, and is none of them.
    names : iterable of str
        What there is.

    Returns
    -------
    str
        The 8 nearest, separated by commas, and the number of the others.
    """
    return listed(sorted(names, key=lambda one: -SequenceMatcher(None, name, one).ratio()))
