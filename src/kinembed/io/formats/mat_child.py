"""Reads arrays of a MATLAB file, of version 4 to 7, by scipy in a process of its own.

scipy's reader follows what a file declares, and a hostile one ends the process. It is given the
paths of the file and of the result, then names of variables; it writes those arrays that hold
numbers, and the names of all variables, without pickles (``.npz``).
"""

import sys

import numpy as np
from scipy.io import loadmat, whosmat

NAMES = "__names__"
"""Array of the names of all variables."""
_MOST_BYTES = 1 << 32


def limit_memory() -> None:
    """Let the process take no more than 4 GiB, or than it may, on systems with such limits."""
    try:
        import resource
    except ImportError:
        return
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    most = _MOST_BYTES if hard == resource.RLIM_INFINITY else min(_MOST_BYTES, hard)
    resource.setrlimit(resource.RLIMIT_AS, (most, hard))


def main(source: str, target: str, wanted: list[str]) -> None:
    """Copy arrays of numbers.

    Parameters
    ----------
    source : str
        Path of the MATLAB file.
    target : str
        Path of the result.
    wanted : list of str
        Names of the variables.
    """
    names = [name for name, _, _ in whosmat(source)]
    found = loadmat(source, variable_names=wanted) if wanted else {}
    arrays = {name: np.asarray(found[name]) for name in wanted if name in found}
    kept = {name: one for name, one in arrays.items() if one.dtype.kind in "fiub"}
    np.savez(target, allow_pickle=False, **{NAMES: np.array(names, dtype=np.str_)}, **kept)


if __name__ == "__main__":
    limit_memory()
    try:
        main(sys.argv[1], sys.argv[2], sys.argv[3:])
    except Exception as problem:  # its text reaches the parent
        sys.exit(f"{problem}")
