"""Arrays of MATLAB files: version 7.3 by h5py, older ones by scipy in a process of its own.

A hostile older file makes scipy's reader crash; then the process ends, and kinembed says so.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from kinembed.io.formats.child_process import arrays_of_child
from kinembed.io.formats.hdf5 import open_hdf5
from kinembed.io.formats.mat_child import NAMES

VERSION_7_3 = b"MATLAB 7.3"
"""What files of this version begin with."""
_CHILD = Path(__file__).with_name("mat_child.py")
EXPECTED = "a MATLAB file"


def read_mat(
    content: bytes, wanted: Sequence[str], *, file: str
) -> tuple[dict[str, np.ndarray], tuple[str, ...]]:
    """Read arrays of a MATLAB file.

    Parameters
    ----------
    content : bytes
        Content of the file.
    wanted : sequence of str
        Names of the arrays.
    file : str
        Name of the file, for messages.

    Returns
    -------
    dict of str to ndarray
        Those of the arrays that are there and hold numbers, with the axes as in MATLAB.
    tuple of str
        Names of all variables.

    Raises
    ------
    FormatError
        When it is no MATLAB file, is cut off, or reading it crashes, or for version 7.3 h5py is not
        installed.
    """
    if content.startswith(VERSION_7_3):
        return _of_hdf5(content, wanted, file)
    return _of_child(content, wanted, file)


def _of_hdf5(
    content: bytes, wanted: Sequence[str], file: str
) -> tuple[dict[str, np.ndarray], tuple[str, ...]]:
    with open_hdf5(content, file=file, expected=EXPECTED) as stored:
        names = tuple(name for name in stored if not name.startswith("#"))
        held = {name: stored[name] for name in wanted if name in stored}
        return {name: one[()].T for name, one in held.items() if _is_numbers(one)}, names


def _is_numbers(one: Any) -> bool:
    return hasattr(one, "dtype") and one.dtype.kind in "fiub"


def _of_child(
    content: bytes, wanted: Sequence[str], file: str
) -> tuple[dict[str, np.ndarray], tuple[str, ...]]:
    arrays = arrays_of_child(_CHILD, content, *wanted, suffix=".mat", file=file, expected=EXPECTED)
    names = tuple(arrays.pop(NAMES).tolist())
    return arrays, names
