"""Arrays of MATLAB files: version 7.3 by h5py, older ones by scipy in a process of its own.

A hostile older file makes scipy's reader crash; then the process ends, and kinembed says so.
"""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from kinembed.core.errors import FormatError
from kinembed.io.formats import mat_child
from kinembed.io.formats.hdf5 import open_hdf5
from kinembed.io.formats.local_copy import local_copy

_NEW = b"MATLAB 7.3"
_MOST_SECONDS = 120
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
    if content.startswith(_NEW):
        return _of_hdf5(content, wanted, file)
    with local_copy(content, ".mat") as path:
        return _of_child(path, wanted, file)


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
    path: Path, wanted: Sequence[str], file: str
) -> tuple[dict[str, np.ndarray], tuple[str, ...]]:
    target = path.with_suffix(".npz")
    command = [sys.executable, "-I", str(mat_child.__file__), str(path), str(target), *wanted]
    try:
        done = subprocess.run(command, capture_output=True, check=False, timeout=_MOST_SECONDS)
    except subprocess.TimeoutExpired as problem:
        problem_text = f"reading it took more than {_MOST_SECONDS} s"
        raise FormatError(file, f"expected {EXPECTED}, but {problem_text}") from problem
    if done.returncode or not target.is_file():
        raise FormatError(file, f"expected {EXPECTED}, but {_why(done)}")
    with np.load(target, allow_pickle=False) as found:
        arrays = {name: found[name] for name in found.files}
    names = tuple(arrays.pop(mat_child.NAMES).tolist())
    return arrays, names


def _why(done: "subprocess.CompletedProcess[bytes]") -> str:
    lines = done.stderr.decode("utf-8", "replace").strip().splitlines()
    if done.returncode < 0 or not lines:
        return "reading it crashed: it is broken, or made to do harm"
    return lines[-1].partition(": ")[2] or lines[-1]
