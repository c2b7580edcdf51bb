"""Errors within errors: what an exception was raised from."""

from collections.abc import Iterator
from typing import TypeVar

Kind = TypeVar("Kind", bound=BaseException)


def causes(error: BaseException) -> Iterator[BaseException]:
    """The error itself, then what it was raised from, down to the first cause.

    Parameters
    ----------
    error : BaseException
        The outermost error.

    Yields
    ------
    BaseException
        Each error of the chain once, outermost first; contexts that ``from None`` hides are left
        out.
    """
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        yield current
        hidden = None if current.__suppress_context__ else current.__context__
        current = current.__cause__ or hidden


def find_cause(error: BaseException, kind: type[Kind]) -> Kind | None:
    """The outermost error of a kind in the chain, or None.

    Parameters
    ----------
    error : BaseException
        The outermost error of the chain.
    kind : type of BaseException
        Class of the error sought; subclasses count.

    Returns
    -------
    BaseException or None
        The first error of that class, seen from outside; None where the chain has none.
    """
    return next((cause for cause in causes(error) if isinstance(cause, kind)), None)
