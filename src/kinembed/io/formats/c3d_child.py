"""Reads a C3D file by ezc3d in a process of its own, which a broken file may crash or halt.

It is a script: ``python c3d_child.py <file> <result>`` writes arrays as numpy's ``.npz``, or says
on its last line why it cannot. It imports nothing of this package, so that it begins quickly.
"""

import sys
from importlib import import_module
from mmap import PAGESIZE
from pathlib import Path
from typing import Any

import numpy as np

_COMPUTED = ("ANGLES", "FORCES", "MOMENTS", "POWERS", "SCALARS")
_LEAST_MEMORY, _MEMORY_PER_BYTE = 1 << 29, 100
"""What reading may take beyond what Python and ezc3d have, and for each byte of the file."""
_ELSEWHERE = 3 << 29
"""What these have where the system does not say."""


def main(source: str, target: str) -> None:
    """Write what a C3D file holds as arrays.

    Parameters
    ----------
    source : str
        Path of the file.
    target : str
        Path of the result: ``points`` (frames, points, 3), ``residuals`` (frames, points),
        ``rate`` (Hz), ``first`` (number of the first frame, 0 where the header alone says it),
        ``tolerant`` (whether ezc3d ignored bad formatting), and texts: ``labels``,
        ``computed``, ``subjects``, ``prefixes``, ``screen``.
    """
    reader = import_module("ezc3d").c3d
    _limit_memory(_memory() + _LEAST_MEMORY + _MEMORY_PER_BYTE * Path(source).stat().st_size)
    tolerant = False
    try:
        found = reader(source)
    except Exception:  # ezc3d lets out whatever a broken file makes go wrong
        found, tolerant = reader(source, ignore_bad_formatting=True), True
    np.savez(target, tolerant=tolerant, **_arrays(found["parameters"], found["data"]))


def _arrays(parameters: Any, data: Any) -> dict[str, Any]:
    group, subjects = parameters["POINT"], parameters.get("SUBJECTS", {})
    texts = {
        "labels": _names(group),
        "computed": [name for kind in _COMPUTED for name in _texts(group, kind)],
        "subjects": _texts(subjects, "NAMES"),
        "prefixes": _texts(subjects, "LABEL_PREFIXES"),
        "screen": _texts(group, "Y_SCREEN"),
    }
    return {
        "points": np.array(data["points"], dtype=np.float64)[:3].transpose(2, 1, 0),
        "residuals": np.array(data["meta_points"]["residuals"], dtype=np.float64)[0].T,
        "rate": float(group["RATE"]["value"][0]),
        "first": _first_frame(parameters.get("TRIAL", {})),
        **{name: np.array(value, dtype=np.str_) for name, value in texts.items()},
    }


def _first_frame(trial: Any) -> int:
    """ACTUAL_START_FIELD, two words of 16 bits, for the header's word cannot count far."""
    words = [int(word) & 0xFFFF for word in trial.get("ACTUAL_START_FIELD", {}).get("value", [])]
    return sum(word << 16 * index for index, word in enumerate(words[:2]))


def _names(group: Any) -> list[str]:
    """Names of points; a file splits a long list into LABELS, LABELS2 and so on."""
    more = [f"LABELS{number}" for number in range(2, 100)]
    return [name for key in ("LABELS", *more) for name in _texts(group, key)]


def _texts(group: Any, key: str) -> list[str]:
    return [str(text).strip() for text in group[key]["value"]] if key in group else []


def _memory() -> int:
    """Bytes of addresses that the process has."""
    try:
        return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * PAGESIZE
    except OSError:
        return _ELSEWHERE


def _limit_memory(most: int) -> None:
    """Let the process take no more than that, or than it may; the hard limit stays."""
    try:
        resource = import_module("resource")
    except ImportError:  # Windows has no such limit
        return
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(resource.RLIMIT_AS, (allowed, hard))


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except Exception as problem:  # its text reaches the parent
        sys.exit(f"{problem}")
