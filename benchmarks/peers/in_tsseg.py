"""Run one method of tsseg on one series; this process knows nothing of kinembed.

``python in_tsseg.py METHOD TASK LABELS``: TASK is an npz file with ``values`` (rows, channels),
``number`` (0: not given) and ``seed``; LABELS becomes one with ``labels`` and ``seconds``.
"""

import importlib
import sys
import time

import numpy as np
from sklearn.utils import check_random_state

METHODS = {
    "e2usd": "E2USDDetector",
    "time2state": "Time2StateDetector",
    "hdp_hsmm": "HdpHsmmDetector",
    "ticc": "TiccDetector",
    "clap": "ClapDetector",
}
SEEDED = ("e2usd", "time2state", "clap")
WINDOW_ROWS = {"ticc": 3}
"""At 10 rows per second, 0.3 s; all other settings are those of the package."""


def settings(method: str, number: int, seed: int) -> dict[str, int]:
    """Arguments of a detector beside its defaults."""
    found = {"n_states": number} if number else {}
    if method in SEEDED:
        found["random_state"] = seed
    if method in WINDOW_ROWS:
        found["window_size"] = WINDOW_ROWS[method]
    return found


def main(method: str, task: str, labels: str) -> None:
    """Read the task, run the detector, and write its labels."""
    given = np.load(task)
    check_random_state(None).seed(int(given["seed"]))  # of NumPy's global generator
    detector = getattr(importlib.import_module("tsseg.algorithms"), METHODS[method])
    made = detector(**settings(method, int(given["number"]), int(given["seed"])))
    begun = time.perf_counter()
    found = made.fit_predict(given["values"])
    np.savez(labels, labels=np.asarray(found), seconds=time.perf_counter() - begun)


if __name__ == "__main__":
    main(*sys.argv[1:])
