"""A file that a script of a process of its own checks or reads: a broken one may crash that one.

The script is given the path of the file, the path of its result if it reads, and further
arguments. It writes arrays as numpy's ``.npz`` without pickles, or says on its last line why not.
"""

import subprocess
import sys
from pathlib import Path

import numpy as np

from kinembed.core.errors import FormatError
from kinembed.core.limits import check_unpacked
from kinembed.io.formats.local_copy import local_copy

_LONGEST_S, _BYTES_PER_S = 60, 1 << 20
"""How long a script may take: a minute, and a second more for each MiB."""


def check_by_child(
    script: Path, content: bytes, *arguments: str, suffix: str, file: str, expected: str
) -> None:
    """Check a file by a script.

    Parameters
    ----------
    script : Path
        The script.
    content : bytes
        Content of the file.
    *arguments : str
        Further arguments of the script.
    suffix : str
        End of the file's name, such as ``".h5"``.
    file : str
        Name of the file, for messages.
    expected : str
        What the file should be, for messages.

    Raises
    ------
    FormatError
        When the script says why the file is refused, crashes, or does not end.
    """
    with local_copy(content, suffix) as path:
        problem = _problem([str(script), str(path), *arguments], len(content))
    if problem:
        raise FormatError(file, f"expected {expected}, but {problem}")


def arrays_of_child(
    script: Path, content: bytes, *arguments: str, suffix: str, file: str, expected: str
) -> dict[str, np.ndarray]:
    """Read a file by a script.

    Parameters
    ----------
    script, content, *arguments, suffix, file, expected
        As in :func:`check_by_child`.

    Returns
    -------
    dict of str to ndarray
        The arrays that the script writes.

    Raises
    ------
    FormatError
        When the script says that it cannot read the file, crashes, takes too long, or finds more
        than a recording of its size may hold.
    """
    with local_copy(content, suffix) as path:
        result = path.with_suffix(".npz")
        problem = _problem([str(script), str(path), str(result), *arguments], len(content))
        if problem or not result.is_file():
            raise FormatError(file, f"expected {expected}, but {problem or 'it holds nothing'}")
        size = result.stat().st_size
        check_unpacked(size, len(content), file=file, what="what it holds")
        with np.load(result, allow_pickle=False) as arrays:
            return dict(arrays)


def _problem(command: list[str], length: int) -> str:
    """Run a script; empty if it ends well."""
    longest_s = _LONGEST_S + length // _BYTES_PER_S
    whole = [sys.executable, "-I", *command]
    try:
        ended = subprocess.run(whole, capture_output=True, timeout=longest_s, check=False)
    except subprocess.TimeoutExpired:
        return f"it was not read within {longest_s} s"
    if not ended.returncode:
        return ""
    said = ended.stderr.decode("utf-8", "replace").strip().splitlines()
    crashed = ended.returncode < 0 or not said
    return "reading it crashed: it is broken, or made to do harm" if crashed else said[-1]
