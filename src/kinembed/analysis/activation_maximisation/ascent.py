"""The ascent: inputs that excite units, many units at once.

Every unit begins with noise of its own, a function of seed and unit, and steps are those of its own
gradients: what is found for a unit does not depend on which others share its batch (but for
rounding).
"""

from collections.abc import Sequence

import numpy as np
import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from kinembed.analysis.activation_maximisation.adam import Adam
from kinembed.analysis.activation_maximisation.frozen import frozen
from kinembed.analysis.activation_maximisation.inputs import BoundedInput, Shares
from kinembed.analysis.activation_maximisation.jitter import jittered
from kinembed.analysis.activation_maximisation.network_under_study import NetworkUnderStudy
from kinembed.analysis.activation_maximisation.objective import (
    bound_gradient,
    excitement,
    variation_gradient,
)
from kinembed.analysis.activation_maximisation.targets import (
    WHOLE,
    AscentParameters,
    Maximised,
    Target,
)
from kinembed.core.errors import DataError
from kinembed.training.devices import autocast, resolve_device

Largest = Float[np.ndarray, "units"]
"""The largest activation of every unit of a layer on held-out data."""


def maximise(
    studied: NetworkUnderStudy,
    layer: str,
    targets: Sequence[Target],
    largest: Largest,
    parameters: AscentParameters,
) -> Maximised:
    """Find inputs within their bounds that excite units of a layer.

    Parameters
    ----------
    studied : NetworkUnderStudy
        Network in evaluation mode and its inputs; the network is moved to the device.
    layer : str
        Name of the layer, as ``network.named_modules()`` gives it.
    targets : sequence of Target
        Unit, weight and seed of each input to find; one at least.
    largest : ndarray of float, shape (units,)
        Largest activation of every unit of the layer on held-out data.
    parameters : AscentParameters
        Steps, rate, penalties and jitter of the ascent.

    Returns
    -------
    Maximised
        The inputs and the activations they reach, in the order of the targets.

    Raises
    ------
    DataError
        When there is no target, the layer does not exist or is not used, it lacks a unit that is
        named or has another number of units than `largest`, the largest activation of a unit is not
        positive, or the network is in training mode.
    """
    _check(layer, targets, largest)
    studied.check_evaluating()
    studied.network.to(resolve_device(parameters.device))
    size = parameters.batch_size
    with frozen(studied.network, layer):
        found = [
            _Ascent(studied, layer, targets[start : start + size], largest, parameters).climb()
            for start in range(0, len(targets), size)
        ]
    names = [one.name for one in studied.inputs]
    return Maximised(
        tuple(targets),
        {name: np.concatenate([one.inputs[name] for one in found]) for name in names},
        np.concatenate([one.activations for one in found]),
        np.concatenate([one.stopped for one in found]),
    )


class _Ascent:
    """A batch of targets; ``shares`` are those of each input (see :mod:`.inputs`)."""

    def __init__(
        self,
        studied: NetworkUnderStudy,
        layer: str,
        targets: Sequence[Target],
        largest: Largest,
        parameters: AscentParameters,
    ) -> None:
        self.studied, self.layer, self.targets, self.parameters = (
            studied,
            layer,
            targets,
            parameters,
        )
        where = resolve_device(parameters.device)
        every = torch.tensor(largest, dtype=torch.float32, device=where)
        self.count = len(largest)
        self.units = torch.tensor([target.unit for target in targets], device=where)
        self.largest = every[self.units]
        self.chi = torch.tensor(
            [target.chi for target in targets], dtype=torch.float32, device=where
        )
        drawn = [_draw(studied, target, parameters) for target in targets]
        self.moves = torch.as_tensor(np.stack([moves for _, moves in drawn], 1), device=where)
        self.shares = [
            one.project(torch.as_tensor(np.stack(noise), device=where))
            for one, noise in zip(
                studied.inputs, zip(*(starts for starts, _ in drawn), strict=True), strict=True
            )
        ]
        self.stopped = torch.full((len(targets),), WHOLE, device=where)
        self.good = self.shares

    @property
    def alive(self) -> Bool[Tensor, "targets"]:
        """Targets whose ascent has not stopped."""
        return self.stopped == WHOLE

    def climb(self) -> Maximised:
        """All steps, and what was reached."""
        rate = self.parameters.learning_rate
        pairs = zip(self.studied.inputs, self.shares, strict=True)
        moments = [Adam(one, shares, rate) for one, shares in pairs]
        for step, moves in enumerate(self.moves):
            gradients = self._gradients(step, moves)
            for index, (one, adam) in enumerate(zip(self.studied.inputs, moments, strict=True)):
                moved = adam.moved(self.shares[index], gradients[index])
                self.shares[index] = self._unless_stopped(one.project(moved), self.good[index])
        with torch.no_grad():
            self._stop(self._activations().isfinite(), self.parameters.steps)
            self.shares = list(map(self._unless_stopped, self.shares, self.good))
            activations = self._activations()
        return Maximised(
            tuple(self.targets),
            {name: values.cpu().numpy() for name, values in self._given().items()},
            activations.double().cpu().numpy(),
            self.stopped.cpu().numpy(),
        )

    def _gradients(self, step: int, moves: Int[Tensor, "targets axes"]) -> list[Tensor]:
        """Of the objective; targets without finite ones stop, and have zeros."""
        self.shares = [shares.detach().requires_grad_() for shares in self.shares]
        with autocast(self.units.device, self.parameters.precision):
            activations = self._activations(moves)
        value = excitement(activations / self.largest)
        slopes = torch.autograd.grad(value.sum(), self.shares, materialize_grads=True)
        self.shares = [shares.detach() for shares in self.shares]
        gradients = list(map(self._penalised, self.studied.inputs, self.shares, slopes))
        # Reading every value of a gradient would take many times as long as its norm.
        norms = [torch.linalg.vector_norm(one.flatten(1), dim=1) for one in gradients]
        self._stop(torch.stack([value, *norms]).isfinite().all(dim=0), step)
        self.good = list(map(self._unless_stopped, self.shares, self.good))
        return [self._unless_stopped(one, 0.0) for one in gradients]

    def _penalised(self, one: BoundedInput, shares: Shares, slope: Shares) -> Shares:
        """The slope of the activation, less those of the penalties."""
        weight, kappa = self.parameters.bound_weight, self.parameters.kappa
        # Networks lay out gradients as suits them; sums across layouts take several times as long.
        slope = slope.contiguous().sub(bound_gradient(one, shares), alpha=weight)
        return slope.sub_(variation_gradient(one, shares, kappa, self.chi))

    def _activations(
        self, moves: Int[Tensor, "targets axes"] | None = None
    ) -> Float[Tensor, "targets"]:
        given = self._given()
        if moves is not None and moves.any():
            given = {one.name: jittered(one, given[one.name], moves) for one in self.studied.inputs}
        every = self.studied.activations([self.layer], given)[self.layer]
        if every.shape[1] != self.count:
            raise DataError(
                f"layer {self.layer!r} has {every.shape[1]} units, but largest activations of "
                f"{self.count} were given; measure them at this layer"
            )
        return every.gather(1, self.units[:, None])[:, 0]

    def _given(self) -> dict[str, Tensor]:
        pairs = zip(self.studied.inputs, self.shares, strict=True)
        return {one.name: one.whole(shares) for one, shares in pairs}

    def _stop(self, finite: Bool[Tensor, "targets"], step: int) -> None:
        self.stopped[self.alive & ~finite] = step

    def _unless_stopped(self, values: Tensor, others: Tensor | float) -> Tensor:
        """Values of targets that have not stopped; of those that have, the others."""
        if self.alive.all():
            return values
        alive = self.alive.reshape(-1, *(1 for _ in values.shape[1:]))
        return torch.where(alive, values, others)


def _draw(
    studied: NetworkUnderStudy, target: Target, parameters: AscentParameters
) -> tuple[list[Float[np.ndarray, "..."]], Int[np.ndarray, "steps axes"]]:
    """Noise to begin with, for each input, and how far each step moves what is seen."""
    generator = np.random.default_rng((target.seed, target.unit))
    noise = [
        generator.normal(scale=parameters.noise, size=one.shape).astype(np.float32)
        for one in studied.inputs
    ]
    space = max(len(one.space) for one in studied.inputs)
    far = np.array([parameters.jitter_time, *[parameters.jitter_space] * space])
    return noise, generator.integers(-far, far + 1, (parameters.steps, len(far)))


def _check(layer: str, targets: Sequence[Target], largest: Largest) -> None:
    if not targets:
        raise DataError(f"no unit of layer {layer!r} is a target; name some")
    unknown = sorted({target.unit for target in targets if not 0 <= target.unit < len(largest)})
    if unknown:
        raise DataError(
            f"layer {layer!r} has the units 0 to {len(largest) - 1}, not {_told(unknown)}"
        )
    dead = sorted({target.unit for target in targets if not largest[target.unit] > 0})
    if dead:
        raise DataError(
            f"units {_told(dead)} of layer {layer!r} never fire on held-out data, so there is "
            "nothing to compare with; leave them out"
        )


def _told(units: Sequence[int]) -> str:
    return ", ".join(map(str, units))
