"""Points that are nowhere near the body: a tracker's slip, which one number can be."""

import warnings

import numpy as np
from jaxtyping import Bool, Float

TIMES = 20
"""A point is far if it is this many times as far from the body's middle as points usually are."""


def far_points(
    values: Float[np.ndarray, "frames joints axes"], seen: Bool[np.ndarray, "frames joints"]
) -> Bool[np.ndarray, "frames joints"]:
    """Find points that lie far outside of the body.

    Parameters
    ----------
    values : ndarray of float, shape (frames, joints, axes)
        Positions, anything where a joint was not seen.
    seen : ndarray of bool, shape (frames, joints)
        Whether a joint was seen.

    Returns
    -------
    ndarray of bool, shape (frames, joints)
        Whether a joint that was seen is at least 20 times as far from the median of the frame's
        joints as all usually are (the median), and as it usually is itself: what always lies apart,
        such as the corner of a cage, is not far. With fewer than three joints in a frame none is.
    """
    known = np.where(seen[..., None], values, np.nan)
    several = seen.sum(axis=1) >= 3
    if not several.any():
        return np.zeros_like(seen)
    middle = np.full((len(values), 1, values.shape[2]), np.nan)
    middle[several, 0] = np.nanmedian(known[several], axis=1)
    away = np.linalg.norm(known - middle, axis=2)
    usual = float(np.nanmedian(away))
    with np.errstate(invalid="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # joints that are never seen have no median
        own = np.nanmedian(away, axis=0)
        return np.asarray(away >= TIMES * np.maximum(own, usual)) & (usual > 0)
