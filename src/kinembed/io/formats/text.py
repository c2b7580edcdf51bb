"""Lines and numbers of text files, for all parsers.

Lines count from 1. A number is what C's ``strtod`` takes in decimal and is finite; Python's own
``float`` is more lenient (``1_000``, ``nan``). Rows of numbers are converted by numpy in one go;
they are looked at one by one only to say which of them is wrong.
"""

import csv
import math
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from kinembed.core.errors import FormatError

_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_SHOWN = 40


class Line(NamedTuple):
    """A line with something on it: its number in the file, and its text without outer blanks."""

    number: int
    text: str


def read_lines(text: str, file: str) -> list[Line]:
    """Lines that are not blank; raises FormatError if there are none or the text is binary."""
    control = _CONTROL.search(text)
    if control is not None:
        line = text[: control.start()].count("\n") + 1
        problem = f"expected text, found binary data (character {control[0]!r})"
        raise FormatError(file, problem, line)
    lines = [Line(n, line.strip()) for n, line in enumerate(text.splitlines(), 1)]
    lines = [line for line in lines if line.text]
    if not lines:
        raise FormatError(file, "expected text, but the file is empty")
    return lines


def shorten(text: str) -> str:
    """Quoted, and cut where it would swamp a message."""
    return repr(text if len(text) <= _SHOWN else text[:_SHOWN] + "...")


def format_numbers(values: Float[np.ndarray, "n"]) -> str:
    """Separated by blanks, in the fewest digits that read back as the same values."""
    return " ".join(map(repr, values.tolist()))


def number_rows(
    rows: Sequence[str], columns: int, separator: str | None = None
) -> Float[np.ndarray, "rows columns"] | None:
    """Values of rows of that many finite numbers; None if any row is something else.

    Numbers are separated by blanks unless a separator is given. There is at least one row.
    """
    if "" in rows:  # numpy would pass over it
        return None
    try:
        values = np.loadtxt(rows, delimiter=separator, comments=None, ndmin=2)
    except ValueError:
        return None
    fits = values.shape == (len(rows), columns) and bool(np.isfinite(values).all())
    return values if fits else None


def csv_words(line: Line, file: str) -> list[str]:
    """Words between the commas of a line; raises FormatError where quotes are broken."""
    try:
        return [word.strip() for word in next(csv.reader([line.text]))]
    except csv.Error as problem:
        raise FormatError(
            file, f"expected comma-separated text, but {problem}", line.number
        ) from problem


def number_problem(text: str, columns: int, separator: str | None = None) -> str | None:
    """Why a row is not of that many finite numbers; None if it is."""
    words = [word.strip() for word in text.split(separator)]
    if len(words) != columns:
        return f"found {len(words)} in {shorten(text)}"
    wrong = next((word for word in words if not is_number(word)), None)
    return None if wrong is None else f"found {wrong!r}"


def is_number(word: str) -> bool:
    """Whether a word is a finite number."""
    return _NUMBER.fullmatch(word) is not None and math.isfinite(float(word))


def read_numbers(line: Line, text: str, columns: int, *, file: str, what: str) -> list[float]:
    """Finite numbers of a line; raises FormatError with what was expected there."""
    problem = number_problem(text, columns)
    if problem is not None:
        raise FormatError(file, f"expected {what}, {problem}", line.number)
    return [float(word) for word in text.split()]


def read_table(
    lines: Sequence[Line], columns: int, separator: str | None = None, *, file: str, what: str
) -> Float[np.ndarray, "rows columns"]:
    """Rows of finite numbers; raises FormatError at the first row that is something else."""
    values = number_rows([line.text for line in lines], columns, separator)
    if values is None:
        raise next(_row_errors(lines, columns, separator, file=file, what=what))
    return values


def _row_errors(
    lines: Sequence[Line], columns: int, separator: str | None, *, file: str, what: str
) -> Iterator[FormatError]:
    for line in lines:
        problem = number_problem(line.text, columns, separator)
        if problem is not None:
            yield FormatError(file, f"expected {what}, {problem}", line.number)


def begins_with_number(line: str) -> bool:
    """Whether the first word of a line is a number; words end at commas or spaces."""
    words = line.replace(",", " ").split()
    try:
        float(words[0])
    except (IndexError, ValueError):
        return False
    return True
