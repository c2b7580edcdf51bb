"""Small moves of what a network sees during the ascent, so that nothing hangs on one place.

What leaves at one end comes back at the other. All inputs of an target move alike.
"""

import torch
from jaxtyping import Float, Int
from torch import Tensor

from kinembed.analysis.activation_maximisation.inputs import BoundedInput


def jittered(
    given: BoundedInput,
    values: Float[Tensor, "batch ..."],
    moves: Int[Tensor, "batch axes"],
) -> Float[Tensor, "batch ..."]:
    """Each of a batch, moved: column 0 of `moves` is along time, those after it along space."""
    for column, axis in enumerate((given.time, *given.space)):
        values = rolled(values, moves[:, column], axis + 1)
    return values


def rolled(
    values: Float[Tensor, "batch ..."], moves: Int[Tensor, "batch"], axis: int
) -> Float[Tensor, "batch ..."]:
    """``torch.roll`` along an axis, by another number of steps for each of a batch."""
    length = values.shape[axis]
    at = (torch.arange(length, device=values.device) - moves[:, None]) % length
    shape = [len(values), *(1 for _ in values.shape[1:])]
    shape[axis] = length
    return values.take_along_dim(at.reshape(shape), dim=axis)
