"""What a program of a peer does: read a task, cluster its rows, and write the labels."""

import sys
import time
from collections.abc import Callable

import numpy as np


def answer(cluster: Callable[[np.ndarray, int, int], np.ndarray]) -> None:
    """Take rows, number and seed from a file, and write labels and seconds into another.

    Arguments of the command: the name of the method, the task and the file of the labels.
    """
    _, task, labels = sys.argv[1:]
    given = np.load(task)
    begun = time.perf_counter()
    found = cluster(given["values"], int(given["number"]), int(given["seed"]))
    np.savez(labels, labels=found, seconds=time.perf_counter() - begun)
