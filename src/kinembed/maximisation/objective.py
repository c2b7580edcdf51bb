"""What is maximised (Feichtenhofer, Pinz, Wildes & Zisserman, arXiv 1801.01415; constants ours).

    x* = argmax a_c(x) / (rho^2 ahat_c) - lambda_B R_B(x) - R_TV(x; kappa, chi)

a_c is the mean activation of unit c over the places of its layer, so that the whole input is seen:
rho^2 is the number of the input's places. Everything is multiplied by it here, which changes no
maximum: the first term becomes a_c / ahat_c, and both penalties means over places. They are counted
in bounds, so that they mean the same in metres and in pixels.
"""

from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor
from torch.autograd.function import once_differentiable

from kinembed.maximisation.inputs import BoundedInput, Shares

NORM_EXPONENT = 3
"""Of R_B."""

Penalty = Float[Tensor, "batch"]


def excitement(ratio: Penalty) -> Penalty:
    """How much an activation counts that is so many times the largest on held-out data.

    Itself up to 1, its logarithm beyond. Where streams gate one another activations grow without
    proportion, to thousands of the largest; next to those no penalty would weigh anything.
    """
    return torch.where(ratio <= 1, ratio, 1 + ratio.clamp(min=1).log())


def bound_penalty(given: BoundedInput, shares: Shares) -> Penalty:
    """R_B: mean over places of the norm, in bounds, to the third power."""
    return given.squares(shares).pow(NORM_EXPONENT / 2).flatten(1).mean(dim=1)


def total_variation(
    given: BoundedInput, shares: Shares, kappa: float, chi: Penalty | float
) -> Penalty:
    """R_TV: mean over places of kappa (dx^2 + dy^2) + chi dt^2, in squares of the largest bound.

    d are differences of neighbours, summed over channels; joints and bones have none in space.
    There is a chi for each of the batch, or one for all.
    """
    deviation = given.relative(shares)
    across = deviation.new_zeros(len(deviation))
    for axis in given.space:
        across = across + _variation(deviation, axis + 1)
    along = _variation(deviation, given.time + 1)
    return (kappa * across + chi * along) / given.places


def _variation(values: Shares, axis: int) -> Penalty:
    """Sum of squared differences of neighbours along an axis, for each of a batch."""
    total: Tensor = _SquaredDifferences.apply(values, axis)  # type: ignore[no-untyped-call]
    return total


class _SquaredDifferences(torch.autograd.Function):
    """The gradient is written out: that of two slices fills zeros of the whole size, twice."""

    @staticmethod
    def forward(ctx: Any, values: Shares, axis: int) -> Penalty:
        differences = values.diff(dim=axis)
        ctx.axis = axis
        ctx.save_for_backward(differences)
        norms: Tensor = torch.linalg.vector_norm(differences.flatten(1), dim=1)
        return norms.square()

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: Penalty) -> tuple[Shares, None]:
        (differences,) = ctx.saved_tensors
        scaled = differences * (-2 * gradient).reshape(-1, *(1 for _ in differences.shape[1:]))
        lengths = list(scaled.shape)
        lengths[ctx.axis] = 1
        edge = scaled.new_zeros(lengths)
        return scaled.diff(dim=ctx.axis, prepend=edge, append=edge), None
