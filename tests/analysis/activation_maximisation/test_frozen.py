"""A frozen network is the same network with less to do, and is given back as it was."""

import pytest
import torch
from torch import nn

from kinembed.analysis.activation_maximisation.frozen import frozen
from kinembed.core.errors import DataError
from kinembed.networks.two_stream import TwoStream, TwoStreamNetworkParameters

pytestmark = pytest.mark.slow

DRAWS = torch.Generator().manual_seed(0)
PICTURES = torch.rand(2, 1, 4, 16, 16, generator=DRAWS)
FLOW = torch.randn(2, 2, 4, 16, 16, generator=DRAWS)


@pytest.fixture
def network():
    """Two streams whose normalisations have seen something, one weight of which is fixed."""
    torch.manual_seed(0)
    network = TwoStream(3, TwoStreamNetworkParameters(widths=(4, 4, 4), fused=8)).train()
    for _ in range(3):
        network(PICTURES, FLOW)
    network.fusion[0].weight.requires_grad_(False)
    return network.eval()


def norms_of(network):
    return [one for one in network.modules() if isinstance(one, nn.BatchNorm3d)]


def test_a_frozen_network_gives_the_same_without_its_normalisations(network):
    expected = network(PICTURES, FLOW)
    with frozen(network, "classifier"):
        assert not norms_of(network)
        assert not any(one.requires_grad for one in network.parameters())
        assert not any(part.training for part in network.modules())
        torch.testing.assert_close(network(PICTURES, FLOW), expected, rtol=1e-4, atol=1e-5)


def test_the_layer_that_is_read_keeps_what_it_gives(network):
    given = []
    hook = network.fusion[0].register_forward_hook(lambda *call: given.append(call[2]))
    network(PICTURES, FLOW)
    with frozen(network, "fusion.0"):
        assert norms_of(network) == [network.fusion[1]]
        network(PICTURES, FLOW)
    hook.remove()
    torch.testing.assert_close(given[1], given[0], rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("broken", [False, True])
def test_a_network_is_given_back_as_it_was(network, broken):
    before = dict(network.named_modules())
    needs = {name: one.requires_grad for name, one in network.named_parameters()}
    state = {name: value.clone() for name, value in network.state_dict().items()}
    try:
        with frozen(network, "fusion"):
            assert dict(network.named_modules()) != before
            if broken:
                raise KeyboardInterrupt
    except KeyboardInterrupt:
        assert broken
    assert dict(network.named_modules()) == before
    assert {name: one.requires_grad for name, one in network.named_parameters()} == needs
    assert not network.fusion[0].weight.requires_grad
    torch.testing.assert_close(network.state_dict(), state, rtol=0, atol=0)


def test_normalisation_by_the_batch_is_left_alone():
    by_batch = nn.BatchNorm2d(4, track_running_stats=False)
    network = nn.Sequential(nn.Conv2d(1, 4, 3), by_batch).eval()
    with frozen(network, "1"):
        assert network[1] is by_batch


def test_an_unknown_layer_is_refused_and_leaves_the_network(network):
    count = len(norms_of(network))
    with pytest.raises(DataError, match="has no layer 'fused'"), frozen(network, "fused"):
        pass
    assert len(norms_of(network)) == count
