"""A worker process ends when the process that started it has ended, however that was."""

import os
import time
from threading import Event, Thread

INTERVAL_S = 0.5
"""Seconds between two checks of the parent."""

KILLED = 143
"""Exit code of a process that SIGTERM ended."""

_observing = Event()


def end_with(parent: int) -> None:
    """Check from a thread, and end this process at once when `parent` is not its parent any more.

    Does nothing in `parent` itself, and nothing the second time.

    Parameters
    ----------
    parent : int
        Id of the process that started this one and gives the work.
    """
    if os.getpid() == parent or _observing.is_set():
        return
    _observing.set()
    Thread(target=_observe, args=(parent,), daemon=True, name="parent").start()


def _observe(parent: int) -> None:
    """An orphan gets another parent."""
    while os.getppid() == parent:
        time.sleep(INTERVAL_S)
    os._exit(KILLED)  # no cleaning up: that would wait for the work at hand
