"""Small shifts of inputs during the ascent, so that nothing depends on one pixel or frame.

What leaves at one end comes back at the other. All inputs of a target move alike.
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
    """Move each input of a batch along time and space; what leaves at one end returns at the other.

    Parameters
    ----------
    given : BoundedInput
        The input, whose axes of time and space are moved along.
    values : Tensor of float, shape (batch, ...)
        Inputs.
    moves : Tensor of int, shape (batch, axes)
        Frames to move by in column 0; pixels along the axes of space in those after it.

    Returns
    -------
    Tensor of float, shape (batch, ...)
        The moved inputs.
    """
    for column, axis in enumerate((given.time, *given.space)):
        values = rolled(values, moves[:, column], axis + 1)
    return values


def rolled(
    values: Float[Tensor, "batch ..."], moves: Int[Tensor, "batch"], axis: int
) -> Float[Tensor, "batch ..."]:
    """Roll along an axis as ``torch.roll`` does, by another shift for each of a batch.

    Parameters
    ----------
    values : Tensor of float, shape (batch, ...)
        What is rolled.
    moves : Tensor of int, shape (batch,)
        Shift of each of the batch; negative ones move towards the beginning.
    axis : int
        Axis to roll along; axis 0 is the batch.

    Returns
    -------
    Tensor of float, shape (batch, ...)
        The rolled values.
    """
    length = values.shape[axis]
    at = (torch.arange(length, device=values.device) - moves[:, None]) % length
    shape = [len(values), *(1 for _ in values.shape[1:])]
    shape[axis] = length
    return values.take_along_dim(at.reshape(shape), dim=axis)
