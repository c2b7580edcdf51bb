"""Shares in messages: a fixed form, which never becomes 1e+02."""

LEAST = 0.001
"""A smaller share is not told from none by one decimal."""


def percent(share: float) -> str:
    """Write a share as a percentage.

    Parameters
    ----------
    share : float
        From 0 to 1.

    Returns
    -------
    str
        With one decimal and the sign, such as "12.5 %"; "less than 0.1 %" of what is less, but not
        none.
    """
    return "less than 0.1 %" if 0 < share < LEAST else f"{100 * share:.1f} %"
