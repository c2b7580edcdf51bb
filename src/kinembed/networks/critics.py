"""Critics that tell recorded windows from predicted ones.

Gui et al., *Adversarial Geometry-Aware Human Motion Prediction* (AGED, ECCV 2018): the fidelity
critic judges a target window by itself, the continuity critic judges it as what follows its
source. Each is one GRU and a linear logit from its last state; above zero means recorded.
"""

from typing import NamedTuple

import torch
from jaxtyping import Float
from torch import Tensor, nn

from kinembed.networks.published_gru import PublishedGru


class Judgement(NamedTuple):
    """One number of each critic: logits of a batch, or losses.

    Attributes
    ----------
    fidelity : Tensor of float, shape (batch,) or ()
        Of the critic that sees the target alone.
    continuity : Tensor of float, shape (batch,) or ()
        Of the critic that sees source and target.
    """

    fidelity: Float[Tensor, "*batch"]
    continuity: Float[Tensor, "*batch"]


class Critic(nn.Module):
    """One GRU and a linear readout of its last state.

    Parameters
    ----------
    channels : int
        Channels of a frame.
    units : int
        Units of the GRU.
    as_published : bool
        The GRU and the first weights of the readout are those of the published program (TensorFlow
        1.13); else they are torch's.
    """

    def __init__(self, channels: int, units: int, *, as_published: bool = False) -> None:
        super().__init__()
        self.recurrent = _gru(channels, units, as_published)
        self.readout = nn.Linear(units, 1)
        if as_published:
            nn.init.xavier_uniform_(self.readout.weight)
            nn.init.zeros_(self.readout.bias)

    def forward(self, frames: Float[Tensor, "batch frames channels"]) -> Float[Tensor, "batch"]:
        """Logit of each window being recorded, in single precision.

        Parameters
        ----------
        frames : Tensor of float, shape (batch, frames, channels)
            Windows, standardised.

        Returns
        -------
        Tensor of float32, shape (batch,)
            Above 0: recorded; below 0: predicted.
        """
        _, last = self.recurrent(frames)
        logits: Tensor = self.readout(last[0])
        return logits[:, 0].float()


class Critics(nn.Module):
    """The critic of fidelity and the critic of continuity.

    Parameters
    ----------
    channels : int
        Channels of a frame.
    units : int
        Units of each critic's GRU.
    as_published : bool
        As of :class:`Critic`.
    """

    def __init__(self, channels: int, units: int, *, as_published: bool = False) -> None:
        super().__init__()
        self.fidelity = Critic(channels, units, as_published=as_published)
        self.continuity = Critic(channels, units, as_published=as_published)

    def forward(
        self,
        source: Float[Tensor, "batch source channels"],
        target: Float[Tensor, "batch target channels"],
    ) -> Judgement:
        """Logits of each target window.

        Parameters
        ----------
        source : Tensor of float, shape (batch, source frames, channels)
            Frames before the target, which the continuity critic sees too.
        target : Tensor of float, shape (batch, target frames, channels)
            Recorded or predicted frames.

        Returns
        -------
        Judgement
            Logits, each of shape (batch,).
        """
        return Judgement(self.fidelity(target), self.continuity(torch.cat([source, target], 1)))

    def discrimination_loss(
        self,
        source: Float[Tensor, "batch source channels"],
        target: Float[Tensor, "batch target channels"],
        predicted: Float[Tensor, "batch target channels"],
    ) -> Judgement:
        """The critics' own losses: cross entropy on recorded plus that on predicted windows.

        Parameters
        ----------
        source : Tensor of float, shape (batch, source frames, channels)
            Frames before the target.
        target : Tensor of float, shape (batch, target frames, channels)
            Recorded frames.
        predicted : Tensor of float, shape (batch, target frames, channels)
            Predicted frames; detached where no gradient shall reach the network.

        Returns
        -------
        Judgement
            Losses in nats, scalars; 2 ln 2 when a critic cannot tell recorded from predicted.
        """
        both: Judgement = self(torch.cat([source, source]), torch.cat([target, predicted]))
        halves = (logits.chunk(2) for logits in both)
        return Judgement(*(_entropy(real, 1.0) + _entropy(made, 0.0) for real, made in halves))

    def generator_loss(
        self,
        source: Float[Tensor, "batch source channels"],
        predicted: Float[Tensor, "batch target channels"],
    ) -> Judgement:
        """Losses that are small when the critics judge predictions as recorded windows.

        The non-saturating form (Goodfellow et al. 2014): cross entropy with the truth *recorded*.

        Parameters
        ----------
        source : Tensor of float, shape (batch, source frames, channels)
            Frames before the target.
        predicted : Tensor of float, shape (batch, target frames, channels)
            Predicted frames.

        Returns
        -------
        Judgement
            Losses in nats, scalars.
        """
        return Judgement(*(_entropy(logits, 1.0) for logits in self(source, predicted)))


def _gru(channels: int, units: int, as_published: bool) -> nn.GRU | PublishedGru:
    if as_published:
        return PublishedGru(channels, units)
    return nn.GRU(channels, units, batch_first=True)


def _entropy(logits: Float[Tensor, "batch"], recorded: float) -> Float[Tensor, ""]:
    truth = torch.full_like(logits, recorded)
    return nn.functional.binary_cross_entropy_with_logits(logits, truth)
