"""Whether two bodies are measured in one unit of length."""

import logging
from collections.abc import Sequence

import numpy as np

from kinembed.motion.motion import Motion
from kinembed.motion.skeleton import Skeleton

logger = logging.getLogger(__name__)

OTHER_UNIT = 5.0
"""Bodies that differ more in size are measured in different units, not large and small."""


def warn_of_other_unit(motion: Motion, skeleton: Skeleton, other: str) -> None:
    """Log that a body is so much larger or smaller than another that its unit must be another one.

    Parameters
    ----------
    motion : Motion
        The recording.
    skeleton : Skeleton
        Of the other body; joints that it does not share with the recording do not count.
    other : str
        What the other body is of, for the message.
    """
    shared = [joint for joint in skeleton.joints if joint in motion.skeleton.joints]
    first, second = _size(motion.skeleton, shared), _size(skeleton, shared)
    if min(first, second) <= 0 or max(first / second, second / first) <= OTHER_UNIT:
        return
    remedy = "" if skeleton.turns else "; ingestion.positions.scale=body needs no unit"
    logger.warning(
        f"{motion.trial}: its body is {first / second:.3g} times as large as that of {other}, so "
        f"its lengths seem to be in another unit: convert the file{remedy}",
        extra={"markup": False},
    )


def _size(skeleton: Skeleton, joints: Sequence[str]) -> float:
    """How far joints lie from their parents, or from their centroid where none turns."""
    offsets = skeleton.offsets[[skeleton.index(joint) for joint in joints]]
    if skeleton.turns:  # the root's own offset says where the body stands
        offsets = offsets[[joint != skeleton.root for joint in joints]]
    elif joints:
        offsets = offsets - offsets.mean(axis=0)
    return float(np.linalg.norm(offsets))
