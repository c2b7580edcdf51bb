"""Classes as units: how sure a network is of one, against all others together.

A logit may grow without the class becoming any likelier, because others grow with it. So the
activation of a class is log(p / (1 - p)) = z_c - log sum over others of exp(z), of logits z; it is
positive where the class is likelier than not. Other layers are as they are.
"""

import torch
from jaxtyping import Float
from torch import Tensor

from kinembed.analysis.activation_maximisation.network_under_study import channels_first


def dense_as_log_odds(output: Tensor, batch: int) -> Float[Tensor, "batch channels places"]:
    """``to_places`` of a network whose one layer with an output (batch, classes) has the logits."""
    return channels_first(log_odds(output) if output.ndim == 2 else output, batch)


def log_odds(logits: Float[Tensor, "batch classes"]) -> Float[Tensor, "batch classes"]:
    """Of each class against all others."""
    itself = torch.eye(logits.shape[1], dtype=torch.bool, device=logits.device)
    others = logits[:, None].masked_fill(itself, -torch.inf)
    return logits - others.logsumexp(dim=2)
