"""Classes as units: how probable a network finds one, against all others together.

A logit may grow without the class becoming any likelier, because others grow with it. So the
activation of a class is log(p / (1 - p)) = z_c - log sum over others of exp(z), of logits z; it is
positive where the class is likelier than not. Other layers are as they are.
"""

import torch
from jaxtyping import Float
from torch import Tensor

from kinembed.analysis.activation_maximisation.network_under_study import channels_first


def dense_as_log_odds(output: Tensor, batch: int) -> Float[Tensor, "batch channels locations"]:
    """Arrange an output as channels at locations; logits of classes become log odds.

    This is ``to_locations`` of a network whose one layer with an output (batch, classes) has the
    logits.

    Parameters
    ----------
    output : Tensor
        Output of any layer; one of two axes holds logits.
    batch : int
        Number of inputs in the batch.

    Returns
    -------
    Tensor of float, shape (batch, channels, locations)
        The arranged output, as :func:`channels_first` gives it.

    Raises
    ------
    DataError
        When the rows of the output are no multiple of the batch.
    """
    return channels_first(log_odds(output) if output.ndim == 2 else output, batch)


def log_odds(logits: Float[Tensor, "batch classes"]) -> Float[Tensor, "batch classes"]:
    """Compute log(p / (1 - p)) of each class: its logit less the log-sum-exp of all others.

    Parameters
    ----------
    logits : Tensor of float, shape (batch, classes)
        Logits of two classes or more.

    Returns
    -------
    Tensor of float, shape (batch, classes)
        Log odds in nats; positive where a class is likelier than all others together.
    """
    itself = torch.eye(logits.shape[1], dtype=torch.bool, device=logits.device)
    others = logits[:, None].masked_fill(itself, -torch.inf)
    return logits - others.logsumexp(dim=2)
