"""A network under study, and how activations are read from its layers.

Layers have the names that ``network.named_modules()`` gives them, as in
:mod:`kinembed.analysis.layer_geometry`.
The activation of a unit is its mean over the locations of its layer: frames, joints, pixels, calls.
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
    """A network that is set to evaluate, and its inputs.

    Attributes
    ----------
    network : nn.Module
        Any module in evaluation mode.
    inputs : tuple of BoundedInput
        One or several; the network is called with them in this order.
    run : Callable or None
        Calls the network on a mapping of input name to batch; None calls it with the batches alone.
    to_locations : Callable or None
        Arranges an output of a layer, given the number of inputs in the batch, as (batch, channels,
        locations); None means :func:`channels_first`.
    """

    network: nn.Module
    inputs: tuple[BoundedInput, ...]
    run: Callable[[Given], object] | None = None
    to_locations: Arrange | None = None

    def check_evaluating(self) -> None:
        """Check that the network is in evaluation mode, without dropout and batch statistics.

        Raises
        ------
        DataError
            When the network, or any module in it, is in training mode.
        """
        training = [name for name, module in self.network.named_modules() if module.training]
        if training:
            raise DataError(
                f"the network is in training mode ({', '.join(training) or 'whole'}), in which "
                "dropout and batch statistics change what units do; call network.eval() first"
            )

    def activations(
        self, layers: Sequence[str], given: Given
    ) -> dict[str, Float[Tensor, "batch channels"]]:
        """Compute the mean activation of every unit of some layers, for each of a batch.

        Parameters
        ----------
        layers : sequence of str
            Names of the layers.
        given : Mapping of str to Tensor, shape (batch, ...)
            Input name -> a batch of that input, on the network's device.

        Returns
        -------
        dict of str to Tensor of float, shape (batch, channels)
            Layer -> activations, mean over locations and calls; float32 at least.

        Raises
        ------
        DataError
            When the network is in training mode, when a layer does not exist (the message names
            those that do) or is not used, or when its rows are no multiple of the batch.
        """
        self.check_evaluating()
        arrange, size = self.to_locations or channels_first, len(next(iter(given.values())))
        with _differentiable(self.network), recorded(self.network, layers) as outputs:
            if self.run is None:
                self.network(*(given[one.name] for one in self.inputs))
            else:
                self.run(given)
        return {
            layer: _mean([arrange(call, size) for call in calls])
            for layer, calls in outputs().items()
        }


def channels_first(output: Tensor, batch: int) -> Float[Tensor, "batch channels locations"]:
    """Arrange an output in one of the usual layouts as channels at locations.

    (batch, channels) dense layers; (batch, frames, channels) recurrent and attention layers;
    (batch, channels, ...) convolutions over two axes or more. Persons that a network has folded
    into the batch are locations.

    Parameters
    ----------
    output : Tensor
        Output of a layer.
    batch : int
        Number of inputs in the batch.

    Returns
    -------
    Tensor of float, shape (batch, channels, locations)
        The arranged output.

    Raises
    ------
    DataError
        When the rows of the output are no multiple of the batch.
    """
    if len(output) % batch:
        raise DataError(
            f"a layer has {len(output)} rows for {batch} inputs; give `to_locations`, which "
            "arranges its output as (batch, channels, locations)"
        )
    bodies = output.unflatten(0, (batch, -1))
    axis = 3 if output.ndim == 3 else 2
    arranged: Tensor = bodies.movedim(axis, 1).flatten(2)
    return arranged


def _mean(
    calls: Sequence[Float[Tensor, "batch channels _"]],
) -> Float[Tensor, "batch channels"]:
    """Over the locations of all calls, in single precision at least.

    A sum in the layer's own precision, rounded once: its gradient stays a view. That of a mean, of
    a sum in another precision, or of calls side by side is written out, in a layout that is not the
    layer's.
    """
    wide = torch.promote_types(calls[0].dtype, torch.float32)
    totals = torch.stack([locations.sum(dim=2).to(wide) for locations in calls])
    return totals.sum(dim=0) / sum(locations.shape[2] for locations in calls)


def _differentiable(network: nn.Module) -> AbstractContextManager[None]:
    """Recurrent layers that are set to evaluate have no gradient in cuDNN."""
    recurrent = any(isinstance(module, nn.RNNBase) for module in network.modules())
    return torch.backends.cudnn.flags(enabled=False) if recurrent else nullcontext()
