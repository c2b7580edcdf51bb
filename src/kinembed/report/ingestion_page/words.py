"""Numbers as the page says them."""

PERCENT = "\N{NO-BREAK SPACE}%"


def counted(number: int, noun: str) -> str:
    """Say how many there are.

    Parameters
    ----------
    number : int
        How many.
    noun : str
        Of what, in the singular; its plural ends in s.

    Returns
    -------
    str
        Such as ``"1 recording"`` or ``"1,200 frames"``.
    """
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def percent(share: float) -> str:
    """Say a share.

    Parameters
    ----------
    share : float
        0 to 1.

    Returns
    -------
    str
        Percent with one decimal at most; only nothing is 0 %, only the whole is 100 %.
    """
    if 0 < share < 0.001:
        return f"<0.1{PERCENT}"
    if 0.999 < share < 1:
        return f">99.9{PERCENT}"
    return f"{round(100 * share, 1):g}{PERCENT}"


def duration(seconds: float) -> str:
    """Say how long something lasts.

    Parameters
    ----------
    seconds : float
        Seconds.

    Returns
    -------
    str
        In seconds below two minutes, else in minutes.
    """
    if seconds < 120:
        return f"{seconds:.1f} s"
    return f"{seconds / 60:,.1f} minutes"
