"""A network whose units are looked at, and how activations are read from its layers.

Layers have the names that ``network.named_modules()`` gives them, as in
:mod:`kinembed.analysis.layer_geometry`.
The activation of a unit is its mean over the places of its layer: frames, joints, pixels, calls.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor, nn

from kinembed.analysis.activation_maximisation.inputs import BoundedInput
from kinembed.analysis.layer_geometry.layers import recorded
from kinembed.core.errors import DataError

Given = Mapping[str, Tensor]
"""Input name -> a batch of that input."""
Arrange = Callable[[Tensor, int], Tensor]


@dataclass(frozen=True, eq=False)
class NetworkUnderStudy:
    """A network that is set to evaluate, and the inputs it takes.

    Attributes
    ----------
    network: any module.
    inputs: one or several; the network is called with them in this order.
    run: how the network is called on named inputs, if it needs more than that.
    to_places: from an output of a layer and the number of inputs in the batch to (batch,
        channels, places); :func:`channels_first` unless the layers are arranged otherwise.
    """

    network: nn.Module
    inputs: tuple[BoundedInput, ...]
    run: Callable[[Given], object] | None = None
    to_places: Arrange | None = None

    def check_evaluating(self) -> None:
        """Raise DataError for a network in training mode: its units would not be what they are."""
        training = [name for name, part in self.network.named_modules() if part.training]
        if training:
            raise DataError(
                f"the network is in training mode ({', '.join(training) or 'whole'}), in which "
                "dropout and batch statistics change what units do; call network.eval() first"
            )

    def activations(
        self, layers: Sequence[str], given: Given
    ) -> dict[str, Float[Tensor, "batch channels"]]:
        """Mean activation of every unit of some layers, for each of a batch.

        Raises DataError for a network in training mode, and a layer that does not exist (naming
        those that do) or took no part.
        """
        self.check_evaluating()
        arrange, size = self.to_places or channels_first, len(next(iter(given.values())))
        with _differentiable(self.network), recorded(self.network, layers) as outputs:
            if self.run is None:
                self.network(*(given[one.name] for one in self.inputs))
            else:
                self.run(given)
        return {
            layer: _mean([arrange(call, size) for call in calls])
            for layer, calls in outputs().items()
        }


def channels_first(output: Tensor, batch: int) -> Float[Tensor, "batch channels places"]:
    """The usual arrangements, as channels at places.

    (batch, channels) dense layers; (batch, frames, channels) recurrent and attention layers;
    (batch, channels, ...) convolutions over two axes or more. Persons that a network has folded
    into the batch are places. Raises DataError for rows that are not those of the batch.
    """
    if len(output) % batch:
        raise DataError(
            f"a layer has {len(output)} rows for {batch} inputs; give `to_places`, which arranges "
            "its output as (batch, channels, places)"
        )
    bodies = output.unflatten(0, (batch, -1))
    axis = 3 if output.ndim == 3 else 2
    placed: Tensor = bodies.movedim(axis, 1).flatten(2)
    return placed


def _mean(
    calls: Sequence[Float[Tensor, "batch channels _"]],
) -> Float[Tensor, "batch channels"]:
    """Over the places of all calls, in single precision at least.

    A sum in the layer's own precision, rounded once: its gradient stays a view. That of a mean, of
    a sum in another precision, or of calls side by side is written out, in a layout that is not the
    layer's.
    """
    wide = torch.promote_types(calls[0].dtype, torch.float32)
    totals = torch.stack([places.sum(dim=2).to(wide) for places in calls])
    return totals.sum(dim=0) / sum(places.shape[2] for places in calls)


def _differentiable(network: nn.Module) -> AbstractContextManager[None]:
    """Recurrent layers that are set to evaluate have no gradient in cuDNN."""
    recurrent = any(isinstance(part, nn.RNNBase) for part in network.modules())
    return torch.backends.cudnn.flags(enabled=False) if recurrent else nullcontext()
