"""Lines and numbers of text files, for all parsers.

Lines count from 1. A number is what C's ``strtod`` takes in decimal and is finite; Python's own
``float`` is more lenient (``1_000``, ``nan``). Rows of numbers are converted by numpy in one go;
they are read one by one only to say which of them is wrong.
"""

import csv
import math
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from kinembed.core.errors import FormatError
from kinembed.core.limits import FARTHEST

_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
LINE = re.compile(r"\S[^\n]*")
"""A line that is not blank, without blanks before it."""
_SHOWN = 40


class Line(NamedTuple):
    """A line that is not blank.

    Attributes
    ----------
    number : int
        Number in the file, from 1.
    text : str
        Text without outer blanks.
    """

    number: int
    text: str


def read_lines(text: str, file: str) -> list[Line]:
    """Split a text into its lines that are not blank.

    Parameters
    ----------
    text : str
        Content of the file.
    file : str
        Name of the file, for messages.

    Returns
    -------
    list of Line
        At least one line.

    Raises
    ------
    FormatError
        When no line remains, or the text holds a control character; then with the line.
    """
    control = _CONTROL.search(text)
    if control is not None:
        line = text[: control.start()].count("\n") + 1
        problem = f"expected text, found binary data (character {control[0]!r})"
        raise FormatError(file, problem, line)
    lines = list(_numbered(unified_ends(text)))
    if not lines:
        raise FormatError(file, "expected text, but the file is empty")
    return lines


def unified_ends(text: str) -> str:
    """End every line by a line feed, whichever system wrote it.

    Parameters
    ----------
    text : str
        Content of a file.

    Returns
    -------
    str
        The same, of as many lines.
    """
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _numbered(text: str) -> Iterator[Line]:
    """Lines that are not blank; millions of blank ones cost no memory."""
    number, counted = 1, 0
    for found in LINE.finditer(text):
        number += text.count("\n", counted, found.start())
        counted = found.start()
        yield Line(number, found[0].rstrip())


def shorten(text: str) -> str:
    """Quote a text, cut where it would swamp a message.

    Parameters
    ----------
    text : str
        Text of any length.

    Returns
    -------
    str
        Its first 40 characters in quotes.
    """
    return repr(text if len(text) <= _SHOWN else text[:_SHOWN] + "...")


def format_numbers(values: Float[np.ndarray, "n"]) -> str:
    """Write numbers in the fewest digits that read back as the same values.

    Parameters
    ----------
    values : ndarray of float, shape (n,)
        Values of a row.

    Returns
    -------
    str
        Numbers separated by blanks.
    """
    return " ".join(map(repr, values.tolist()))


def number_rows(
    rows: Sequence[str], columns: int, separator: str | None = None
) -> Float[np.ndarray, "rows columns"] | None:
    """Convert rows of finite numbers at once, none beyond ``FARTHEST``.

    Parameters
    ----------
    rows : sequence of str
        At least one row.
    columns : int
        Numbers in each row.
    separator : str, optional
        Character between numbers; None means blanks.

    Returns
    -------
    ndarray of float, shape (rows, columns), or None
        None if any row is something else.
    """
    if "" in rows:  # numpy would pass over it
        return None
    try:
        values = np.loadtxt(rows, delimiter=separator, comments=None, ndmin=2)
    except ValueError:
        return None
    fits = values.shape == (len(rows), columns) and bool((np.abs(values) <= FARTHEST).all())
    return values if fits else None


def csv_words(line: Line, file: str, separator: str = ",") -> list[str]:
    """Split a line of CSV at its commas.

    Parameters
    ----------
    line : Line
        Line of the file.
    file : str
        Name of the file, for messages.
    separator : str, default ","
        What separates the words.

    Returns
    -------
    list of str
        Words without outer blanks and quotes.

    Raises
    ------
    FormatError
        When quotes are broken; with the line.
    """
    _, words = next(csv_rows([line.text], file, separator, before=line.number - 1))
    return [word.strip() for word in words]


def csv_rows(
    lines: Iterable[str], file: str, separator: str = ",", before: int = 0
) -> Iterator[tuple[int, list[str]]]:
    """Split lines of CSV into cells; a cell in quotes may go on in the next line.

    Parameters
    ----------
    lines : iterable of str
        Lines of the file, or an open file.
    file : str
        Name of the file, for messages.
    separator : str, default ","
        What separates cells.
    before : int, default 0
        Lines of the file before these.

    Yields
    ------
    tuple of int and list of str
        The line where a row ends, from 1, and its cells.

    Raises
    ------
    FormatError
        When a cell is longer than the csv module takes, or quotes are broken; with the line.
    """
    reader = csv.reader(lines, delimiter=separator)
    try:
        for row in reader:
            yield before + reader.line_num, row
    except csv.Error as problem:
        line = before + reader.line_num
        raise FormatError(file, f"expected separated text, but {problem}", line) from problem


def number_problem(text: str, columns: int, separator: str | None = None) -> str | None:
    """Say why a row is not of that many finite numbers, none beyond ``FARTHEST``.

    Parameters
    ----------
    text : str
        The row.
    columns : int
        Numbers that it must hold.
    separator : str, optional
        Character between numbers; None means blanks.

    Returns
    -------
    str or None
        What was found instead, to end a message; None if nothing is wrong.
    """
    words = [word.strip() for word in text.split(separator)]
    if len(words) != columns:
        return f"found {len(words)} in {shorten(text)}"
    wrong = next((word for word in words if not is_number(word)), None)
    if wrong is not None:
        return f"found {wrong!r}"
    far = next((word for word in words if abs(float(word)) > FARTHEST), None)
    return None if far is None else f"found {far!r}, which is beyond {FARTHEST:g}"


def is_number(word: str) -> bool:
    """Tell whether a word is a finite number in decimal, as C's ``strtod`` takes it.

    Parameters
    ----------
    word : str
        Word without outer blanks.

    Returns
    -------
    bool
        False also for what overflows to infinity.
    """
    return _NUMBER.fullmatch(word) is not None and math.isfinite(float(word))


def read_numbers(line: Line, text: str, columns: int, *, file: str, what: str) -> list[float]:
    """Read the finite numbers of a line.

    Parameters
    ----------
    line : Line
        Line of the file, for its number.
    text : str
        What of the line holds the numbers, separated by blanks.
    columns : int
        Numbers that it must hold.
    file : str
        Name of the file, for messages.
    what : str
        What is expected there, for the message.

    Returns
    -------
    list of float
        As many as asked for.

    Raises
    ------
    FormatError
        When their number differs, or one of them is not finite; with the line.
    """
    problem = number_problem(text, columns)
    if problem is not None:
        raise FormatError(file, f"expected {what}, {problem}", line.number)
    return [float(word) for word in text.split()]


def read_table(
    lines: Sequence[Line], columns: int, separator: str | None = None, *, file: str, what: str
) -> Float[np.ndarray, "rows columns"]:
    """Read rows of finite numbers.

    Parameters
    ----------
    lines : sequence of Line
        At least one line, a row each.
    columns : int
        Numbers in each row.
    separator : str, optional
        Character between numbers; None means blanks.
    file : str
        Name of the file, for messages.
    what : str
        What is expected in a row, for the message.

    Returns
    -------
    ndarray of float, shape (rows, columns)
        Values of all rows.

    Raises
    ------
    FormatError
        When a row is something else; with the line of the first such row.
    """
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
    """Tell whether the first word of a line is a number.

    Parameters
    ----------
    line : str
        Line of a file; its words end at commas or spaces.

    Returns
    -------
    bool
        Whether Python's ``float`` takes the word; False for a blank line.
    """
    words = line.replace(",", " ").split()
    try:
        float(words[0])
    except (IndexError, ValueError):
        return False
    return True
