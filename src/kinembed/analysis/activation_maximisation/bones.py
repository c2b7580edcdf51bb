"""A body as bones: vectors from each joint's parent to it, in the order of joints without the root.

A movement of bones hangs together where one of free joints would fall apart: bones that go as far
from their mean as recorded ones carry along all that hangs on them. The root stays at the origin.
"""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float


def bones_of(
    positions: Float[np.ndarray, "*batch joints"], parents: Sequence[int]
) -> Float[np.ndarray, "*batch bones"]:
    """Compute the bone of each joint but the root: its position less that of its parent.

    Parameters
    ----------
    positions : ndarray of float, shape (..., joints)
        One coordinate of each joint, in any unit; joints are the last axis, the root is the first.
    parents : sequence of int
        Index of each joint's parent, which precedes it; -1 for the root.

    Returns
    -------
    ndarray of float, shape (..., bones)
        Bones in the order of joints, one fewer than joints, in the unit of the positions.
    """
    return np.asarray(positions[..., 1:] - positions[..., list(parents[1:])])


def paths_from_root(parents: Sequence[int]) -> Float[np.ndarray, "bones joints"]:
    """Find the bones that lie between the root and each joint: ``bones @ ways`` are the joints.

    Parameters
    ----------
    parents : sequence of int
        Index of each joint's parent, which precedes it; -1 for the root, which is the first.

    Returns
    -------
    ndarray of float32, shape (bones, joints)
        1 where the bone is on the way from the root to the joint, else 0.
    """
    found = np.zeros((len(parents) - 1, len(parents)), dtype=np.float32)
    for joint, parent in enumerate(parents[1:], start=1):
        found[:, joint] = found[:, parent]
        found[joint - 1, joint] = 1
    return found
