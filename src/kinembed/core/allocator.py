"""Memory that networks free at every step and ask for again at the next.

The C library of Linux gives large blocks back to the system as soon as they are free, and has each
of their pages mapped and zeroed when they are asked for again: a tenth of a step of training on a
processor, and more of an ascent. Graphics cards have torch's own allocator, which keeps them.
"""

import ctypes
import sys

_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3
"""Parameters of ``mallopt`` (mallopt(3))."""
_NEVER = -1
_LARGEST = 32 * 2**20
"""Bytes: the most that glibc accepts; what is larger still goes back at once."""


def keep_freed_memory() -> bool:
    """Keep what is freed for what is asked for next, until the process ends.

    Returns
    -------
    bool
        Whether the C library complied; without glibc nothing changes and it is False.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None) if sys.platform == "linux" else None
    if mallopt is None:
        return False
    return bool(mallopt(_TRIM_THRESHOLD, _NEVER) and mallopt(_MMAP_THRESHOLD, _LARGEST))
