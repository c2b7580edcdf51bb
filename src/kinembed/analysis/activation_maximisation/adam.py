"""Adam (Kingma & Ba, arXiv 1412.6980) with one second moment for all channels of a place.

Adam as it is divides every value by its own recent size, so that steps keep signs and lose
proportions; brought back to a bound on their norm, inputs would then end at equal sizes whatever
the network asks for (a linear filter is not found). Divided by the recent norm at their place they
keep their direction, and where the ascent comes to rest the objective does rest within the bounds.
"""

import torch

from kinembed.analysis.activation_maximisation.inputs import BoundedInput, Shares

BETAS = (0.9, 0.999)
EPSILON = 1e-8


class Adam:
    """The moments of one input's gradients; a step moves every place by about the rate."""

    def __init__(self, given: BoundedInput, shares: Shares, learning_rate: float) -> None:
        self.given, self.rate, self.steps = given, learning_rate, 0
        self.first = torch.zeros_like(shares)
        self.second = torch.zeros_like(given.squares(shares))

    def moved(self, shares: Shares, gradient: Shares) -> Shares:
        """The shares a step along a gradient, before they are brought back within the bounds."""
        self.steps += 1
        beta, gamma = BETAS
        self.first.lerp_(gradient, 1 - beta)
        self.second.lerp_(self.given.squares(gradient), 1 - gamma)
        lengths = (self.second / (1 - gamma**self.steps)).sqrt_().add_(EPSILON)
        return shares.addcdiv(self.first, lengths, value=self.rate / (1 - beta**self.steps))
