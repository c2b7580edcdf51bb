"""Tables of DeepLabCut in HDF5 (``.h5``), as pandas lays them out: as a table or in blocks.

pandas itself would unpickle what such a file holds; here its arrays are read by h5py.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float

from kinembed.core.errors import FormatError
from kinembed.io.formats.dlc_columns import TRAINING_LABELS, columns_of, individuals_of
from kinembed.io.formats.hdf5 import is_group, open_hdf5, texts
from kinembed.io.formats.pickled_names import pickled_names
from kinembed.io.formats.timing import EvenTime, even_frames, no_line
from kinembed.motion.positions.recorded import RecordedPositions

EXPECTED = "a file of DeepLabCut"
_LEVELS = ("scorer", "individuals", "bodyparts", "coords")

_MOST_NAMES = 100_000


@dataclass(frozen=True, eq=False)
class _Table:
    """Names of columns, the index of the rows, and the numbers."""

    names: list[tuple[str, ...]]
    index: np.ndarray
    values: Float[np.ndarray, "rows columns"]


def parse_dlc_h5(content: bytes, *, file: str) -> list[RecordedPositions]:
    """Read the predictions in an HDF5 file of DeepLabCut.

    Parameters
    ----------
    content : bytes
        Content of the file.
    file : str
        Name of the file, for messages.

    Returns
    -------
    list of RecordedPositions
        Of each individual, keypoints in pixels with confidences; without a frame rate. Frames that
        the index leaves out are not seen.

    Raises
    ------
    FormatError
        When h5py is not installed, the file holds no table of DeepLabCut, its rows are pictures
        (training labels), or frame numbers do not rise.
    """
    with open_hdf5(content, file=file, expected=EXPECTED) as stored:
        table = _read(stored, file)
    levels = len(table.names[0]) if table.names else 0
    if levels not in (3, 4) or any(len(names) != levels for names in table.names):
        raise FormatError(file, f"expected {EXPECTED}, found columns of {levels} names")
    used = _LEVELS if levels == 4 else (_LEVELS[0], *_LEVELS[2:])
    words = zip(*table.names, strict=True)
    header = {level: ["", *names] for level, names in zip(used, words, strict=True)}
    return individuals_of(
        columns_of(header, file=file),
        header["coords"],
        lambda column: table.values[:, column - 1],
        _time(table.index, file),
    )


def _read(stored: Any, file: str) -> _Table:
    groups = [one for one in stored.values() if is_group(one) and "pandas_type" in one.attrs]
    if len(groups) != 1:
        raise FormatError(file, f"expected {EXPECTED} with one table, found {len(groups)}")
    group = groups[0]
    if int(group.attrs.get("levels", 1)) > 1:
        raise FormatError(file, f"expected frame numbers, found pictures: {TRAINING_LABELS}")
    if "table" in group:
        return _of_table(group["table"], file)
    if "block0_values" in group:
        return _of_blocks(group, file)
    raise FormatError(file, f"expected {EXPECTED}, found {', '.join(group) or 'nothing'}")


def _of_table(dataset: Any, file: str) -> _Table:
    rows = dataset[:]
    if "index" not in (rows.dtype.names or ()):
        raise FormatError(file, f"expected frame numbers, found pictures: {TRAINING_LABELS}")
    kinds = {name: f"{name}_kind" for name in rows.dtype.names if name != "index"}
    blocks = [name for name, kind in kinds.items() if kind in dataset.attrs]
    names = [
        name
        for block in blocks
        for name in pickled_names(bytes(dataset.attrs[kinds[block]]), file=file)
    ]
    values = [rows[block].reshape(len(rows), -1) for block in blocks]
    return _table(names, rows["index"], values, file)


def _of_blocks(group: Any, file: str) -> _Table:
    if "axis1" not in group:
        raise FormatError(file, f"expected frame numbers, found pictures: {TRAINING_LABELS}")
    blocks = [f"block{number}" for number in range(int(group.attrs["nblocks"]))]
    names = [name for block in blocks for name in _names(group, f"{block}_items")]
    stored = [group[f"{block}_values"] for block in blocks]
    values = [one[:] if one.attrs.get("transposed") else one[:].T for one in stored]
    return _table(names, group["axis1"][:], values, file)


def _names(group: Any, items: str) -> Iterable[tuple[str, ...]]:
    levels = range(int(group.attrs[f"{items}_nlevels"]))
    for level in levels:
        _check_few(group[f"{items}_level{level}"])
        _check_few(group[f"{items}_label{level}"])
    words = [texts(group[f"{items}_level{level}"][:]) for level in levels]
    codes = [group[f"{items}_label{level}"][:].tolist() for level in levels]
    for indices in zip(*codes, strict=True):
        yield tuple(of_level[index] for of_level, index in zip(words, indices, strict=True))


def _check_few(names: Any) -> None:
    """Texts take many times the memory that they take in the file."""
    if names.size > _MOST_NAMES:
        raise ValueError(f"{names.name} holds {names.size} names; the limit is {_MOST_NAMES}")


def _table(
    names: list[tuple[str, ...]], index: np.ndarray, values: Sequence[np.ndarray], file: str
) -> _Table:
    if not values:
        raise FormatError(file, f"expected {EXPECTED}, found no columns")
    together = np.concatenate(values, axis=1).astype(np.float64)
    if together.shape != (len(index), len(names)):
        problem = f"found values {together.shape} of {len(index)} rows and {len(names)} columns"
        raise FormatError(file, f"expected {EXPECTED}, {problem}")
    return _Table(names, index, together)


def _time(index: np.ndarray, file: str) -> EvenTime:
    if index.ndim != 1 or index.dtype.kind not in "iuf":
        raise FormatError(file, f"expected frame numbers, found pictures: {TRAINING_LABELS}")
    if len(index) == 0:
        raise FormatError(file, "expected at least one frame, found none")
    numbers = index.astype(np.float64)
    return even_frames(numbers, file=file, line_of=no_line, column="frame numbers")
