"""What the named layers of any network make of sequences of different lengths.

Conventions
-----------
* Layers have the names that ``network.named_modules()`` gives them; ``input`` is what the network
  is given. A module that is called several times in one pass (a decoder, step by step) gives its
  calls one after the other; ``decoder[2]`` is its third alone.
* Sequences of one shape are stacked into a batch, without any filling up.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor, nn

from kinembed.core.errors import DataError
from kinembed.training.devices import DeviceName, resolve_device

INPUT = "input"
"""The layer that stands for what the network is given."""

BATCH_SIZE = 64
"""Sequences that are passed through the network at once."""

Run = Callable[[Tensor], object]


def layer_features(
    network: nn.Module,
    layers: Sequence[str],
    sequences: Sequence[Float[np.ndarray, "..."]],
    *,
    run: Run | None = None,
    to_frames: Callable[[Tensor, int], Tensor] | None = None,
    device: DeviceName = "auto",
) -> dict[str, list[Float[np.ndarray, "_ features"]]]:
    """Compute the features of each sequence at each layer.

    Parameters
    ----------
    network : nn.Module
        Any module; it is evaluated (no dropout) and moved to the device.
    layers : sequence of str
        Names of layers (see the module's conventions).
    sequences : sequence of ndarray of float
        One array each, as the network reads it but for the batch, which comes first.
    run : Callable, optional
        Calls the network on a batch; None calls it with the batch alone.
    to_frames : Callable, optional
        Arranges an output, given the number of sequences in it, as (sequences, frames, features);
        None means :func:`frames_first`.
    device : {"auto", "cpu", "cuda", "mps"}, optional
        Where the network runs.

    Returns
    -------
    dict of str to list of ndarray of float32, shape (rows, features)
        Layer -> features of each sequence, a row for each frame that the layer has; calls of one
        layer follow one another.

    Raises
    ------
    DataError
        When a layer does not exist (the message names those that do), is not used or gives no
        tensor, or its rows are no multiple of the sequences.
    """
    arrange, where = to_frames or frames_first, resolve_device(device)
    network.to(where).eval()
    found: dict[str, list[np.ndarray]] = {
        name: [np.empty((0, 0))] * len(sequences) for name in layers
    }
    for indices in _alike(sequences):
        batch = torch.as_tensor(np.stack([sequences[i] for i in indices]), dtype=torch.float32)
        with torch.inference_mode(), recorded(network, layers) as outputs:
            (run or network)(batch.to(where))
        for name, calls in outputs().items():
            rows = torch.cat([arrange(call, len(indices)) for call in calls], dim=1)
            for index, values in zip(indices, rows.float().cpu().numpy(), strict=True):
                found[name][index] = values
    return found


def frames_first(output: Tensor, sequences: int) -> Float[Tensor, "sequences frames features"]:
    """Arrange an output in one of the usual layouts as rows of features.

    (batch, features) is one frame; (batch, frames, features) recurrent and attention layers;
    (batch, channels, frames, ...) convolutions over frames and joints. Persons that a network
    has folded into the batch are features of their sequence.

    Parameters
    ----------
    output : Tensor
        Output of a layer.
    sequences : int
        Number of sequences in the batch.

    Returns
    -------
    Tensor of float, shape (sequences, frames, features)
        The arranged output.

    Raises
    ------
    DataError
        When the rows of the output are no multiple of the sequences.
    """
    if len(output) % sequences:
        raise DataError(
            f"a layer has {len(output)} rows for {sequences} sequences; give `to_frames`, which "
            "arranges its output as (sequences, frames, features)"
        )
    bodies: Tensor = output.unflatten(0, (sequences, -1))
    time = {3: 2, 4: 3, 5: 3}.get(output.ndim)  # one axis is that of bodies
    return bodies.flatten(1)[:, None] if time is None else bodies.movedim(time, 1).flatten(2)


@contextmanager
def recorded(
    network: nn.Module, layers: Sequence[str]
) -> Iterator[Callable[[], dict[str, list[Tensor]]]]:
    """Keep the outputs of layers while the context is open.

    Parameters
    ----------
    network : nn.Module
        Any module.
    layers : sequence of str
        Names of layers (see the module's conventions).

    Yields
    ------
    Callable
        Called after the network, gives a dict: layer -> its outputs, one tensor per call.

    Raises
    ------
    DataError
        When a layer does not exist or gives no tensor, or, when the outputs are asked for, when it
        was not called as often as its name says.
    """
    modules = {name: layer_module(network, name) for name in layers}
    calls: dict[str, list[Tensor]] = {}
    with ExitStack() as stack:
        for name in {_layer_and_call(name)[0] for name in layers}:
            kept = calls.setdefault(name, [])
            if name == INPUT and modules[INPUT] is network:
                hook = network.register_forward_pre_hook(partial(_keep_input, kept))
            else:
                hook = layer_module(network, name).register_forward_hook(
                    partial(_keep_output, kept)
                )
            stack.callback(hook.remove)
        yield lambda: {name: _chosen(name, calls) for name in layers}


def _keep_input(kept: list[Tensor], _: nn.Module, given: tuple[object, ...]) -> None:
    kept.append(_tensor(given))


def _keep_output(kept: list[Tensor], _: nn.Module, __: tuple[object, ...], output: object) -> None:
    kept.append(_tensor(output))


def _tensor(output: object) -> Tensor:
    """The first tensor of what a layer returns; recurrent ones return their memory, too."""
    while isinstance(output, tuple | list) and output:
        output = output[0]
    if not isinstance(output, Tensor):
        raise DataError(f"a layer gives {type(output).__name__}, expected a tensor")
    return output


def _layer_and_call(layer: str) -> tuple[str, int | None]:
    """Name of the module, and which of its calls."""
    match = re.fullmatch(r"(.+)\[(\d+)\]", layer)
    return (layer, None) if match is None else (match[1], int(match[2]))


def layer_module(network: nn.Module, layer: str) -> nn.Module:
    """Find the module that a layer's name means.

    Parameters
    ----------
    network : nn.Module
        Any module.
    layer : str
        Name of the layer; the number of a call, as in ``decoder[2]``, is not read.

    Returns
    -------
    nn.Module
        The module; for ``input`` the network itself, unless a module has that name.

    Raises
    ------
    DataError
        When there is no such layer; the message names those that exist.
    """
    modules: dict[str, nn.Module] = {
        name: module for name, module in network.named_modules() if name
    }
    modules.setdefault(INPUT, network)
    name, _ = _layer_and_call(layer)
    if name not in modules:
        raise DataError(f"the network has no layer {name!r}; it has {', '.join(modules)}")
    return modules[name]


def _chosen(layer: str, calls: dict[str, list[Tensor]]) -> list[Tensor]:
    name, call = _layer_and_call(layer)
    kept = calls[name]
    if not kept:
        raise DataError(f"layer {name!r} was not used by the network")
    if call is None:
        return kept
    if call >= len(kept):
        raise DataError(
            f"layer {name!r} was called {len(kept)} times: it has {name}[0] to "
            f"{name}[{len(kept) - 1}], not {layer}"
        )
    return [kept[call]]


def _alike(sequences: Sequence[Float[np.ndarray, "..."]]) -> Iterator[list[int]]:
    """Indices of sequences of one shape, no more than a batch."""
    shapes: dict[tuple[int, ...], list[int]] = {}
    for index, values in enumerate(sequences):
        shapes.setdefault(values.shape, []).append(index)
    for indices in shapes.values():
        for start in range(0, len(indices), BATCH_SIZE):
            yield indices[start : start + BATCH_SIZE]
