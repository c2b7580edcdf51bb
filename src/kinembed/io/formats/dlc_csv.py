"""Tables that DeepLabCut, Lightning Pose and EKS export as CSV.

Lines of header name scorers, individuals where there are several, body parts and coordinates; the
first column numbers frames. Coordinates are pixels, whose y points down. Parts of no individual
(``single``) are left out where others belong to one.
"""

import csv
from collections.abc import Sequence
from io import StringIO

import numpy as np
import pandas as pd
from jaxtyping import Float

from kinembed.core.errors import FormatError
from kinembed.io.formats.dlc_columns import TRAINING_LABELS, columns_of, individuals_of
from kinembed.io.formats.text import Line, csv_words, is_number, read_lines, shorten
from kinembed.io.formats.timing import EvenTime, even_frames
from kinembed.motion.positions.recorded import RecordedPositions

HEADER = ("scorer", "individuals", "bodyparts", "coords")
_MISSING = ("", "nan", "NaN", "NA")


def parse_dlc_csv(text: str, *, file: str) -> list[RecordedPositions]:
    """Read the predictions in a CSV file of DeepLabCut or of programs that write alike.

    Parameters
    ----------
    text : str
        Content of the file.
    file : str
        Name of the file, for messages.

    Returns
    -------
    list of RecordedPositions
        Of each individual, keypoints in pixels with confidences; without a frame rate. Frames that
        the first column leaves out are not seen.

    Raises
    ------
    FormatError
        When the header is another, frames have names of pictures (training labels), a cell is no
        number, or frame numbers do not rise; with the line.
    """
    lines = read_lines(text, file)
    header, first = _header(lines, file)
    columns = columns_of(header, file=file)
    rows = lines[first:]
    if not rows:
        raise FormatError(file, "expected rows below the header, found none", lines[-1].number)
    cells = _cells(rows, len(header["coords"]), file)
    time = _time(cells[0], rows, file)
    return individuals_of(
        columns, header["coords"], lambda column: _numbers(cells[column], rows, column, file), time
    )


def _header(lines: Sequence[Line], file: str) -> tuple[dict[str, list[str]], int]:
    """Lines of the header by their first word, and the first line of the table."""
    found: dict[str, list[str]] = {}
    for line in lines[: len(HEADER)]:
        words = csv_words(line, file)
        if words[0].lower() not in HEADER:
            break
        found[words[0].lower()] = words
    for wanted in ("scorer", "bodyparts", "coords"):
        if wanted not in found:
            raise FormatError(file, f"expected a line {wanted!r} in the header of DeepLabCut", 1)
    return found, len(found)


def _cells(rows: Sequence[Line], columns: int, file: str) -> pd.DataFrame:
    for line in rows:
        found = line.text.count(",") + 1
        if found != columns:
            problem = f"expected {columns} columns, as the header has, found {found}"
            raise FormatError(file, problem, line.number)
    return pd.read_csv(
        StringIO("\n".join(line.text for line in rows)),
        header=None,
        dtype=str,
        keep_default_na=False,
        skip_blank_lines=False,
        quoting=csv.QUOTE_NONE,
    )


def _time(cells: "pd.Series[str]", rows: Sequence[Line], file: str) -> EvenTime:
    first = str(cells.iloc[0])
    if not is_number(first.strip()):
        raise FormatError(
            file,
            f"expected a frame number, found {shorten(first)}: {TRAINING_LABELS}",
            rows[0].number,
        )
    numbers = _numbers(cells, rows, 0, file)
    return even_frames(
        numbers, file=file, line_of=lambda row: rows[row].number, column="frame numbers"
    )


def _numbers(
    cells: "pd.Series[str]", rows: Sequence[Line], column: int, file: str
) -> Float[np.ndarray, "rows"]:
    texts = cells.str.strip()
    values = pd.to_numeric(texts, errors="coerce").to_numpy(dtype=np.float64)
    for row in np.flatnonzero(~np.isfinite(values)).tolist():
        if texts.iloc[row] not in _MISSING:
            problem = f"expected a number in column {column + 1}, found {shorten(texts.iloc[row])}"
            raise FormatError(file, problem, rows[row].number)
    return values
