"""What is maximised (Feichtenhofer, Pinz, Wildes & Zisserman, arXiv 1801.01415; constants ours).

    x* = argmax a_c(x) / (rho^2 ahat_c) - lambda_B R_B(x) - R_TV(x; kappa, chi)

a_c is the mean activation of unit c over the places of its layer, so that the whole input is seen:
rho^2 is the number of the input's places. Everything is multiplied by it here, which changes no
maximum: the first term becomes a_c / ahat_c, and both penalties means over places. They are counted
in bounds, so that they mean the same in metres and in pixels.
"""

import torch
from jaxtyping import Float
from torch import Tensor

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
    deviation = given.deviation(shares) / given.scale
    across = deviation.new_zeros(len(deviation))
    for axis in given.space:
        across = across + _squares(deviation.diff(dim=axis + 1))
    along = _squares(deviation.diff(dim=given.time + 1))
    return (kappa * across + chi * along) / given.places


def _squares(differences: Tensor) -> Tensor:
    return differences.square().flatten(1).sum(dim=1)
