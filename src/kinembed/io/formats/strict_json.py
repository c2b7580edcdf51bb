"""JSON of other programs, read strictly: what is too deep or of another kind is refused."""

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
from jaxtyping import Float

from kinembed.core.errors import FormatError
from kinembed.core.limits import DEEPEST


def read_json(text: str, *, file: str) -> Any:
    """Read a JSON text.

    Parameters
    ----------
    text : str
        Content of the file.
    file : str
        Name of the file, for messages.

    Returns
    -------
    object
        Lists, mappings, texts, numbers, truth values and None.

    Raises
    ------
    FormatError
        When it is no JSON (NaN and Infinity are not), then with the line, or is nested more than
        ``DEEPEST`` deep.
    """
    try:
        found = json.loads(text, parse_constant=_refuse)
    except json.JSONDecodeError as problem:
        raise FormatError(file, f"expected JSON, but {problem.msg}", problem.lineno) from problem
    except (ValueError, RecursionError) as problem:
        raise FormatError(file, f"expected JSON, but {problem}") from problem
    level = [found]
    for _ in range(DEEPEST):
        level = [inner for one in level for inner in _inside(one)]
        if not level:
            return found
    raise FormatError(file, f"expected JSON at most {DEEPEST} deep, found more")


def mapping(value: Any, *, file: str, where: str) -> dict[str, Any]:
    """Check that a value is an object.

    Parameters
    ----------
    value : object
        What JSON holds.
    file : str
        Name of the file, for messages.
    where : str
        Where it stands, for messages.

    Returns
    -------
    dict
        The value.

    Raises
    ------
    FormatError
        When it is something else.
    """
    if not isinstance(value, dict):
        raise FormatError(file, f"expected an object as {where}, found {_shown(value)}")
    return value


def sequence(value: Any, *, file: str, where: str) -> list[Any]:
    """Check that a value is an array.

    Parameters
    ----------
    value : object
        What JSON holds; null is an empty array.
    file : str
        Name of the file, for messages.
    where : str
        Where it stands, for messages.

    Returns
    -------
    list
        The value.

    Raises
    ------
    FormatError
        When it is something else.
    """
    if value is None:
        return []
    if not isinstance(value, list):
        raise FormatError(file, f"expected an array as {where}, found {_shown(value)}")
    return value


def numbers(value: Sequence[Any], *, file: str, where: str) -> Float[np.ndarray, "n"]:
    """Check that values are numbers.

    Parameters
    ----------
    value : sequence of object
        What JSON holds; null is NaN.
    file : str
        Name of the file, for messages.
    where : str
        Where they stand, for messages.

    Returns
    -------
    ndarray of float, shape (n,)
        The values.

    Raises
    ------
    FormatError
        When one is no number, or beyond all that a float holds.
    """
    for one in value:
        if not (one is None or (isinstance(one, int | float) and not isinstance(one, bool))):
            raise FormatError(file, f"expected numbers in {where}, found {_shown(one)}")
    try:
        found = np.array([np.nan if one is None else float(one) for one in value])
    except OverflowError as problem:
        raise FormatError(file, f"expected numbers in {where}, but {problem}") from problem
    if np.isinf(found).any():  # 1e400
        raise FormatError(file, f"expected finite numbers in {where}")
    return found


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no number of JSON")


def _inside(value: Any) -> list[Any]:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [one for one in inner if isinstance(one, dict | list)]


def _shown(value: Any) -> str:
    shown = json.dumps(value)
    return shown if len(shown) <= 40 else f"{shown[:40]}..."
