"""Adam (Kingma & Ba, arXiv 1412.6980) with one second moment for all channels of a location.

Adam as it is divides every value by its own recent size, so that steps keep signs and lose
proportions; brought back to a bound on their norm, inputs would then end at equal sizes whatever
the network asks for (a linear filter is not found). Divided by the recent norm at their location
they keep their direction, and where the ascent comes to rest the objective does rest within the
bounds.
"""

import torch

from kinembed.analysis.activation_maximisation.inputs import BoundedInput, Shares

BETAS = (0.9, 0.999)
EPSILON = 1e-8


class Adam:
    """The moments of one input's gradients; a step moves every location by about the rate.

    Parameters
    ----------
    given : BoundedInput
        The input that is optimised; it says over which axis a location's norm is computed.
    shares : Tensor of float, shape (batch, ...)
        Where the ascent begins, in bounds; the moments have its shape and device.
    learning_rate : float
        Length of a step at each location, in bounds.
    """

    def __init__(self, given: BoundedInput, shares: Shares, learning_rate: float) -> None:
        self.given, self.rate, self.steps = given, learning_rate, 0
        self.first = torch.zeros_like(shares)
        self.second = torch.zeros_like(given.squares(shares))

    def moved(self, shares: Shares, gradient: Shares) -> Shares:
        """Move shares one step along a gradient, without bringing them back within the bounds.

        Parameters
        ----------
        shares : Tensor of float, shape (batch, ...)
            Where the ascent stands, in bounds.
        gradient : Tensor of float, shape (batch, ...)
            Gradient of the objective, which is maximised, by the shares.

        Returns
        -------
        Tensor of float, shape (batch, ...)
            The shares after the step.
        """
        self.steps += 1
        beta, gamma = BETAS
        self.first.lerp_(gradient, 1 - beta)
        self.second.lerp_(self.given.squares(gradient), 1 - gamma)
        lengths = (self.second / (1 - gamma**self.steps)).sqrt_().add_(EPSILON)
        return shares.addcdiv(self.first, lengths, value=self.rate / (1 - beta**self.steps))
