"""What a network is trained for, and how one training step moves weights towards it.

``mse`` is the mean squared error of prediction, the published default. The others add the two
critics of AGED (:mod:`kinembed.networks.critics`) as a variant of Su & Shlizerman
(arXiv 1905.12176) does.
"""

from dataclasses import dataclass
from typing import Literal

import torch
from jaxtyping import Float
from torch import Tensor, nn

from kinembed.networks.critics import Critics, Judgement
from kinembed.networks.published_gru import PublishedGru
from kinembed.networks.seeding import seeded
from kinembed.networks.seq2seq import Seq2Seq
from kinembed.training.devices import Precision, autocast

ObjectiveName = Literal["mse", "adversarial", "joint"]

ERROR_AND_FIDELITY_WEIGHT = 0.6
"""Weight of prediction error and fidelity; that of continuity is 1 (the published code)."""


@dataclass(frozen=True)
class Optimisation:
    """How weights are trained: Adam, with the norm of the gradient of all its weights clipped.

    Attributes
    ----------
    learning_rate : float
        Of Adam.
    gradient_norm : float
        Gradients of a greater norm are scaled down to it.
    precision : {"auto", "full", "mixed"}
        Of the forward pass (see :func:`kinembed.training.devices.autocast`).
    """

    learning_rate: float
    gradient_norm: float
    precision: Precision


class MseObjective:
    """The mean squared error of prediction.

    Modules and optimisers go by the names that they have in a checkpoint.

    Parameters
    ----------
    network : Seq2Seq
        The network that is trained, on its device.
    optimisation : Optimisation
        Learning rate, clipping and precision.
    """

    losses: tuple[str, ...] = ("loss",)
    """Names of a step's losses; ``loss`` is the mean squared error, whatever the objective."""

    def __init__(self, network: Seq2Seq, optimisation: Optimisation) -> None:
        self.network = network
        self.optimisation = optimisation
        self.modules: dict[str, nn.Module] = {"network": network}
        self.optimisers: dict[str, torch.optim.Optimizer] = {"optimiser": self._adam(network)}

    def step(
        self,
        source: Float[Tensor, "batch source channels"],
        target: Float[Tensor, "batch target channels"],
        weights: Float[Tensor, "batch target channels"] | None = None,
    ) -> dict[str, float]:
        """Train on a batch of windows.

        Parameters
        ----------
        source : Tensor of float, shape (batch, source frames, channels)
            Standardised frames that the network reads.
        target : Tensor of float, shape (batch, target frames, channels)
            The frames after them.
        weights : Tensor of float, shape (batch, target frames, channels), optional
            How much the prediction of each value counts, at least 0; None: all alike.

        Returns
        -------
        dict of str to float
            ``loss``, the mean squared error before any weight moved; it may be infinite or NaN.
        """
        error = _mean_squared_error(self._predict(source, target.shape[1]), target, weights)
        self._minimise("optimiser", error)
        return {"loss": error.item()}

    def _adam(self, *modules: nn.Module) -> torch.optim.Adam:
        weights = [weight for module in modules for weight in module.parameters()]
        return torch.optim.Adam(weights, lr=self.optimisation.learning_rate)

    def _autocast(self, source: Tensor) -> torch.autocast:
        return autocast(source.device, self.optimisation.precision)

    def _predict(
        self, source: Float[Tensor, "batch source channels"], frames: int
    ) -> Float[Tensor, "batch frames channels"]:
        with self._autocast(source):
            predicted: Tensor = self.network(source, frames).target
        return predicted.float()

    def _minimise(self, optimiser: str, loss: Float[Tensor, ""]) -> None:
        """One step of an optimiser; whatever else the loss depends on gets no gradient."""
        chosen = self.optimisers[optimiser]
        weights = [weight for group in chosen.param_groups for weight in group["params"]]
        loss.backward(inputs=weights)
        nn.utils.clip_grad_norm_(weights, self.optimisation.gradient_norm)
        chosen.step()
        chosen.zero_grad(set_to_none=True)


class JointObjective(MseObjective):
    """One optimiser minimises the losses of network and critics at once (as published).

    Nothing in it is adversarial: in ``0.6 * (error + fidelity) + continuity`` stand the critics'
    own losses, so the network, too, is moved to let its predictions be told from recordings.

    Parameters
    ----------
    network : Seq2Seq
        The network that predicts.
    critics : Critics
        On the device of the network.
    optimisation : Optimisation
        Of network and critics.
    """

    losses = ("loss", "fidelity", "continuity")

    def __init__(self, network: Seq2Seq, critics: Critics, optimisation: Optimisation) -> None:
        super().__init__(network, optimisation)
        self.critics = critics
        self.modules["critics"] = critics
        self.optimisers["optimiser"] = self._adam(network, critics)

    def step(
        self,
        source: Float[Tensor, "batch source channels"],
        target: Float[Tensor, "batch target channels"],
        weights: Float[Tensor, "batch target channels"] | None = None,
    ) -> dict[str, float]:
        """Move network and critics, their gradients clipped together.

        Parameters
        ----------
        source : Tensor of float, shape (batch, source frames, channels)
            Standardised frames that the network reads.
        target : Tensor of float, shape (batch, target frames, channels)
            The frames after them.
        weights : Tensor of float, shape (batch, target frames, channels), optional
            How much the prediction of each value counts, at least 0; None: all alike.

        Returns
        -------
        dict of str to float
            ``loss`` (mean squared error), ``fidelity`` and ``continuity`` (the critics' losses, in
            nats), before any weight moved.
        """
        predicted = self._predict(source, target.shape[1])
        error = _mean_squared_error(predicted, target, weights)
        with self._autocast(source):
            discrimination_loss = self.critics.discrimination_loss(source, target, predicted)
        self._minimise("optimiser", _weighted(error, discrimination_loss))
        return _named(error, discrimination_loss)


class AdversarialObjective(MseObjective):
    """Critics and network move in turn within every step (as the idea intends).

    The critics learn to tell recordings from predictions. Then the network minimises
    ``0.6 * (error + fidelity) + continuity``, where the last two are now small when the critics
    judge its predictions as recorded (Goodfellow et al. 2014, the non-saturating form).

    Parameters
    ----------
    network : Seq2Seq
        The network that predicts.
    critics : Critics
        On the device of the network.
    optimisation : Optimisation
        Of the network's optimiser and of the critics'.
    """

    losses = ("loss", "fidelity", "continuity")

    def __init__(self, network: Seq2Seq, critics: Critics, optimisation: Optimisation) -> None:
        super().__init__(network, optimisation)
        self.critics = critics
        self.modules["critics"] = critics
        self.optimisers["critics_optimiser"] = self._adam(critics)

    def step(
        self,
        source: Float[Tensor, "batch source channels"],
        target: Float[Tensor, "batch target channels"],
        weights: Float[Tensor, "batch target channels"] | None = None,
    ) -> dict[str, float]:
        """Move the critics, then the network against them.

        Parameters
        ----------
        source : Tensor of float, shape (batch, source frames, channels)
            Standardised frames that the network reads.
        target : Tensor of float, shape (batch, target frames, channels)
            The frames after them.
        weights : Tensor of float, shape (batch, target frames, channels), optional
            How much the prediction of each value counts, at least 0; None: all alike.

        Returns
        -------
        dict of str to float
            ``loss`` (mean squared error), ``fidelity`` and ``continuity`` (the critics' losses, in
            nats), before any weight moved.
        """
        predicted = self._predict(source, target.shape[1])
        error = _mean_squared_error(predicted, target, weights)
        with self._autocast(source):
            discrimination_loss = self.critics.discrimination_loss(
                source, target, predicted.detach()
            )
        self._minimise(
            "critics_optimiser",
            discrimination_loss.fidelity + discrimination_loss.continuity,
        )
        with self._autocast(source):
            generator_loss = self.critics.generator_loss(source, predicted)
        self._minimise("optimiser", _weighted(error, generator_loss))
        return _named(error, discrimination_loss)


def make_objective(
    name: ObjectiveName, network: Seq2Seq, channels: int, seed: int, optimisation: Optimisation
) -> MseObjective:
    """The objective of that name; critics are of the network's size and cell, on its device.

    Critics of an LSTM have torch's GRU.

    Parameters
    ----------
    name : {"mse", "adversarial", "joint"}
        Which objective.
    network : Seq2Seq
        The network that is trained, on its device.
    channels : int
        Channels of a frame.
    seed : int
        Of the critics' weights, at least 0; they differ from those that a network draws.
    optimisation : Optimisation
        Learning rate, clipping and precision.

    Returns
    -------
    MseObjective
        Of the class that the name stands for.

    Raises
    ------
    KeyError
        When the name is none of them.
    """
    if name == "mse":
        return MseObjective(network, optimisation)
    critics = _initial_critics(channels, network, seed)
    critics.to(network.readout.weight.device)
    kind = {"joint": JointObjective, "adversarial": AdversarialObjective}[name]
    return kind(network, critics, optimisation)


def _initial_critics(channels: int, network: Seq2Seq, seed: int) -> Critics:
    """Critics whose weights come from the seed and are no copy of a network's."""
    as_published = isinstance(network.encoder, PublishedGru)
    with seeded(-1 - seed):  # no network's seed is negative
        return Critics(channels, network.readout.in_features, as_published=as_published)


def _mean_squared_error(
    predicted: Float[Tensor, "batch target channels"],
    target: Float[Tensor, "batch target channels"],
    weights: Float[Tensor, "batch target channels"] | None,
) -> Float[Tensor, ""]:
    """The weighted mean; 0 where nothing counts."""
    if weights is None:
        return nn.functional.mse_loss(predicted, target)
    squares = (predicted - target).square()
    return (weights * squares).sum() / weights.sum().clamp(min=1)


def _weighted(error: Float[Tensor, ""], critics: Judgement) -> Float[Tensor, ""]:
    return ERROR_AND_FIDELITY_WEIGHT * (error + critics.fidelity) + critics.continuity


def _named(error: Float[Tensor, ""], critics: Judgement) -> dict[str, float]:
    fidelity, continuity = critics
    return {
        "loss": error.item(),
        "fidelity": fidelity.item(),
        "continuity": continuity.item(),
    }
