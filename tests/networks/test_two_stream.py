import pytest
import torch
from torch import nn

from kinembed.core.errors import DataError
from kinembed.networks.two_stream import (
    CrossResidual,
    Residual,
    TwoStream,
    TwoStreamNetworkParameters,
)

SMALL = TwoStreamNetworkParameters(widths=(3, 4, 5), fused=6)


def inputs(frames=5, side=16, seed=0):
    generator = torch.Generator().manual_seed(seed)
    appearance = torch.rand((2, 1, frames, side, side), generator=generator)
    return appearance, torch.randn((2, 2, frames, side, side), generator=generator)


@pytest.fixture
def network():
    torch.manual_seed(0)
    return TwoStream(7, SMALL).eval()


def features(network, layer, *given):
    kept = []
    hook = network.get_submodule(layer).register_forward_hook(lambda *call: kept.append(call[2]))
    with torch.no_grad():
        network(*given)
    hook.remove()
    return kept[0]


def test_every_layer_keeps_the_frames_and_has_its_width(network):
    shapes = {layer: tuple(features(network, layer, *inputs()).shape) for layer in network.layers}
    assert shapes == {
        "appearance.0": (2, 3, 5, 8, 8),
        "flow.0": (2, 3, 5, 8, 8),
        "appearance.1": (2, 4, 5, 4, 4),
        "flow.1": (2, 4, 5, 4, 4),
        "appearance.2": (2, 5, 5, 2, 2),
        "flow.2": (2, 5, 5, 2, 2),
        "fusion": (2, 6, 5, 2, 2),
        "classifier": (2, 7),
    }


def test_channels_come_last_in_memory_from_the_input_on(network):
    for layer in ("appearance.0", "flow.0", "fusion"):
        found = features(network, layer, *inputs())
        assert found.is_contiguous(memory_format=torch.channels_last_3d), layer


def test_as_configured_it_is_small():
    network = TwoStream(11, TwoStreamNetworkParameters())
    assert sum(weight.numel() for weight in network.parameters()) < 200_000


@pytest.mark.parametrize("connection", ["multiplicative", "additive"])
def test_both_streams_learn(connection):
    torch.manual_seed(0)
    network = TwoStream(7, SMALL.model_copy(update={"connection": connection}))
    given = [one.requires_grad_() for one in inputs()]
    nn.functional.cross_entropy(network(*given), torch.tensor([1, 4])).backward()
    for name, weight in network.named_parameters():
        assert weight.grad is not None, name
        assert weight.grad.abs().sum() > 0, name
    assert all(one.grad.abs().sum() > 0 for one in given)


def doubling(connection):
    """Of two features f swaps those of motion, and F doubles its input and adds 1."""
    cross = CrossResidual(2, connection)
    cross.motion.weight.data = torch.tensor([[0.0, 1.0], [1.0, 0.0]])[..., None, None, None]
    cross.branch = nn.Conv3d(2, 2, 1)
    cross.branch.weight.data = 2 * torch.eye(2)[..., None, None, None]
    cross.branch.bias.data = torch.ones(2)
    return cross


@pytest.mark.parametrize(
    ("connection", "expected", "without_motion"),
    [
        ("multiplicative", [3 + 2 * 3 * 7 + 1, -1 + 2 * -1 * 5 + 1], [3 + 1, -1 + 1]),
        (
            "additive",
            [3 + 2 * (3 + 7) + 1, -1 + 2 * (-1 + 5) + 1],
            [3 + 2 * 3 + 1, -1 + 2 * -1 + 1],
        ),
    ],
)
def test_connections_are_as_worked_by_hand(connection, expected, without_motion):
    cross = doubling(connection)
    x, m = (torch.tensor(pair)[None, :, None, None, None] for pair in ([3.0, -1.0], [5.0, 7.0]))
    assert cross(x, m).flatten().tolist() == expected
    assert cross(x, torch.zeros_like(m)).flatten().tolist() == without_motion


def test_motion_enters_as_it_is_before_training():
    torch.manual_seed(0)
    cross, m = CrossResidual(4, "multiplicative"), torch.randn(1, 4, 2, 3, 3)
    torch.testing.assert_close(cross.motion(m), m)


@pytest.mark.parametrize("connection", ["multiplicative", "additive"])
def test_without_flow_appearance_hears_nothing_of_motion_or_is_left_to_itself(connection):
    """Without motion, streams without biases give x + F(0) = x, or what a plain residual gives."""
    torch.manual_seed(0)
    network = TwoStream(7, SMALL.model_copy(update={"connection": connection})).eval()
    appearance, flow = inputs()
    layer = network.appearance[0]
    entered = layer.entry(appearance)
    if connection == "multiplicative":
        expected = entered
    else:
        plain = Residual(3).eval()
        plain.branch = layer.residual.branch
        expected = torch.relu(plain(entered))
    found = features(network, "appearance.0", appearance, torch.zeros_like(flow))
    torch.testing.assert_close(found, expected)
    assert not torch.allclose(found, features(network, "appearance.0", appearance, flow))


def test_streams_see_each_frame_by_itself_and_the_fusion_its_neighbours(network):
    appearance, flow = inputs()
    other = appearance.clone()
    other[:, :, 4] = 0
    for layer, same in (("appearance.2", 4), ("flow.2", 5), ("fusion", 3)):
        one, two = (features(network, layer, given, flow) for given in (appearance, other))
        equal = [torch.allclose(one[:, :, t], two[:, :, t], atol=1e-6) for t in range(5)]
        assert equal == [t < same for t in range(5)], layer


def test_pictures_and_flow_that_do_not_fit_are_refused(network):
    appearance, flow = inputs()
    with pytest.raises(DataError, match=r"flow of shape .*found \(2, 1, 5, 16, 16\) and \(2, 2, 4"):
        network(appearance, flow[:, :, :4])
    with pytest.raises(DataError, match="expected pictures"):
        network(flow, flow)
