"""Numbers of a page: few bytes for long series, which the page's script unpacks.

Values become 16-bit levels, as fine as their range allows (:data:`LEVELS` steps); levels become
differences from row to row, which are small for movements; low bytes go before high bytes; all of
it is compressed (zlib) and written in base64.
"""

import base64
import zlib
from typing import Any

import numpy as np
from jaxtyping import Float

LEVELS = 32767
"""Levels lie in [-LEVELS, LEVELS]."""
MISSING = -32768
"""The level of NaN."""


def pack(values: Float[np.ndarray, "rows columns"]) -> dict[str, Any]:
    """Pack a table as plain values for JSON.

    A value is ``offset + scale * level``, at most half a ``scale`` off. ``data`` holds differences
    of levels from row to row, modulo 2**16.

    Parameters
    ----------
    values : ndarray of float, shape (rows, columns)
        The table; NaN may be anywhere.

    Returns
    -------
    dict of str to Any
        ``columns`` (int), ``offset`` and ``scale`` (float), ``data`` (str, base64).
    """
    finite = values[np.isfinite(values)]
    lowest, highest = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)
    offset, scale = (lowest + highest) / 2, (highest - lowest) / (2 * LEVELS) or 1.0
    levels = np.where(np.isnan(values), MISSING, np.round((values - offset) / scale))
    steps = np.diff(levels.astype("<i2"), axis=0, prepend=np.zeros((1, values.shape[1]), "<i2"))
    planes = np.ascontiguousarray(steps).view(np.uint8).reshape(-1, 2).T
    return {
        "columns": values.shape[1],
        "offset": offset,
        "scale": scale,
        "data": base64.b64encode(zlib.compress(planes.tobytes(), 9)).decode("ascii"),
    }
