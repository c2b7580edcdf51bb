"""What is maximised (Feichtenhofer, Pinz, Wildes & Zisserman, arXiv 1801.01415; constants ours).

    x* = argmax a_c(x) / (rho^2 ahat_c) - lambda_B R_B(x) - R_TV(x; kappa, chi)

a_c is the mean activation of unit c over the locations of its layer, so that the whole input is
seen: rho^2 is the number of the input's locations. Everything is multiplied by it here, which
changes no maximum: the first term becomes a_c / ahat_c, and both penalties means over locations.
They are counted in bounds, so that they mean the same in metres and in pixels.

Penalties are given by their gradients, which are all that an ascent needs of them: written out they
need less than half the time of values and what autograd makes of them.
"""

import torch
from jaxtyping import Float
from torch import Tensor

from kinembed.analysis.activation_maximisation.inputs import BoundedInput, Shares

NORM_EXPONENT = 3
"""Of R_B."""

Ratio = Float[Tensor, "batch"]
Weight = Float[Tensor, "batch"] | float


def excitement(ratio: Ratio) -> Ratio:
    """Weigh an activation: itself up to the largest on held-out data, its logarithm beyond.

    Where streams gate one another activations grow without proportion, to thousands of the largest;
    next to those no penalty would weigh anything.

    Parameters
    ----------
    ratio : Tensor of float, shape (batch,)
        Activations, as multiples of the unit's largest on held-out data.

    Returns
    -------
    Tensor of float, shape (batch,)
        The ratio where it is at most 1, else 1 + log(ratio).
    """
    return torch.where(ratio <= 1, ratio, 1 + ratio.clamp(min=1).log())


def bound_gradient(given: BoundedInput, shares: Shares) -> Shares:
    """Compute the gradient of R_B, the mean over locations of the norm to the third power.

    Parameters
    ----------
    given : BoundedInput
        The input: its locations and channels.
    shares : Tensor of float, shape (batch, ...)
        Deviations, in the bounds of their locations.

    Returns
    -------
    Tensor of float, shape (batch, ...)
        Gradient by the shares.
    """
    rise = NORM_EXPONENT / given.locations * given.norms(shares) ** (NORM_EXPONENT - 2)
    return shares * rise


def variation_gradient(given: BoundedInput, shares: Shares, kappa: float, chi: Weight) -> Shares:
    """Compute the gradient of R_TV, the mean over locations of kappa (dx^2 + dy^2) + chi dt^2.

    d are differences of neighbours, in the largest of the bounds; their squares are summed over
    channels. Joints and bones have none in space.

    Parameters
    ----------
    given : BoundedInput
        The input: its axes of time, space and channels.
    shares : Tensor of float, shape (batch, ...)
        Deviations, in the bounds of their locations.
    kappa : float
        Weight of variation across space, at least 0.
    chi : float or Tensor of float, shape (batch,)
        Weight of variation in time, at least 0: one for each of the batch, or one for all.

    Returns
    -------
    Tensor of float, shape (batch, ...)
        Gradient by the shares.
    """
    deviation = given.relative(shares)
    gradient = torch.zeros_like(deviation)
    for axis, weight in ((given.time, chi), *((axis, kappa) for axis in given.space)):
        scale = torch.as_tensor(weight, dtype=deviation.dtype, device=deviation.device)
        scale = (2 / given.locations * scale).reshape(-1, *(1 for _ in given.shape))
        pull = deviation.diff(dim=axis + 1).mul_(scale)
        count = given.shape[axis] - 1
        gradient.narrow(axis + 1, 1, count).add_(pull)
        gradient.narrow(axis + 1, 0, count).sub_(pull)
    return given.relative(gradient)
