"""A network whose weights stand still while its inputs move.

Weights then need no gradient, and a normalisation that evaluates is a scale and a shift, which the
convolution before it does along with its own.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise

from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from kinembed.analysis.layer_geometry.layers import layer_module

Convolution = nn.Conv1d | nn.Conv2d | nn.Conv3d
Normalisation = nn.BatchNorm1d | nn.BatchNorm2d | nn.BatchNorm3d


@contextmanager
def frozen(network: nn.Module, layer: str) -> Iterator[None]:
    """Let an evaluating network give the same for less work while the context is open.

    Weights need no gradient, and in every ``nn.Sequential`` a normalisation is fused with the
    convolution before it, unless that convolution is `layer`. Afterwards everything is as it was.

    Parameters
    ----------
    network : nn.Module
        A network in evaluation mode; it is changed in place.
    layer : str
        Name of the layer whose output must stay what it is.

    Yields
    ------
    None
        Nothing: the network itself is used.

    Raises
    ------
    DataError
        When the layer does not exist.
    """
    weights = [one for one in network.parameters() if one.requires_grad]
    pairs = list(_pairs(network, layer_module(network, layer)))
    try:
        for one in weights:
            one.requires_grad_(False)
        for layers, index, convolution, norm in pairs:
            layers[index] = fuse_conv_bn_eval(convolution, norm)
            layers[index + 1] = nn.Identity().eval()
        yield
    finally:
        for layers, index, convolution, norm in pairs:
            layers[index], layers[index + 1] = convolution, norm
        for one in weights:
            one.requires_grad_(True)


def _pairs(
    network: nn.Module, seen: nn.Module
) -> Iterator[tuple[nn.Sequential, int, Convolution, Normalisation]]:
    """Where a convolution whose output is not read is followed by its normalisation."""
    for layers in network.modules():
        if isinstance(layers, nn.Sequential):
            for index, (one, after) in enumerate(pairwise(layers)):
                if not isinstance(one, Convolution) or not isinstance(after, Normalisation):
                    continue
                if one is not seen and after.running_mean is not None:
                    yield layers, index, one, after
