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
    """Bones of joints (the last axis), whose parents precede them; the root has parent -1."""
    return np.asarray(positions[..., 1:] - positions[..., list(parents[1:])])


def ways(parents: Sequence[int]) -> Float[np.ndarray, "bones joints"]:
    """1 where a bone is on the way from the root to a joint: ``bones @ ways`` are the joints."""
    found = np.zeros((len(parents) - 1, len(parents)), dtype=np.float32)
    for joint, parent in enumerate(parents[1:], start=1):
        found[:, joint] = found[:, parent]
        found[joint - 1, joint] = 1
    return found
