import numpy as np
import pytest
import torch
from pydantic import ValidationError

from kinembed.core.errors import DataError
from kinembed.motion.layouts.skeletons import cmu_asf_skeleton, h36m_skeleton
from kinembed.networks.skeleton_graph import SkeletonGraph
from kinembed.networks.stgcn import (
    KERNEL,
    Block,
    GraphConvolution,
    StGcn,
    StgcnParameters,
    StridedProjection,
)

GRAPH = SkeletonGraph(("hips", "chest", "head"), np.arange(3), (-1, 0, 1))
SMALL = {"widths": (4, 6, 8)}


def network_of(graph=GRAPH, classes=5, **changes):
    torch.manual_seed(0)
    return StGcn(graph, classes, StgcnParameters(**(SMALL | changes)))


def test_graph_convolution_equals_loops_over_joints():
    torch.manual_seed(0)
    adjacency = torch.rand(2, 3, 3)
    layer = GraphConvolution(4, 5, adjacency)
    torch.nn.init.uniform_(layer.importance)
    x = torch.randn(2, 4, 6, 3)
    expected = torch.zeros(2, 5, 6, 3)
    for k in range(2):
        weight = layer.convolution.weight[5 * k : 5 * k + 5, :, 0, 0]
        bias = layer.convolution.bias[5 * k : 5 * k + 5]
        for v in range(3):
            part = torch.einsum("oi,nit->not", weight, x[..., v]) + bias[:, None]
            for w in range(3):
                expected[..., w] += part * adjacency[k, v, w] * layer.importance[k, v, w]
    torch.testing.assert_close(layer(x), expected)


def test_edges_begin_with_importance_one_and_learn():
    network = network_of()
    assert all((block.spatial.importance == 1).all() for block in network.blocks)
    network(torch.randn(2, 3, 20, 3)).square().sum().backward()
    assert all(block.spatial.importance.grad.abs().sum() > 0 for block in network.blocks)


def test_blocks_are_as_published():
    network = StGcn(GRAPH, 60, StgcnParameters(widths=(64, 128, 256)))
    convolutions = [block.temporal[2] for block in network.blocks]
    assert [layer.out_channels for layer in convolutions] == [64] * 4 + [128] * 3 + [256] * 3
    assert [layer.stride[0] for layer in convolutions] == [1, 1, 1, 1, 2, 1, 1, 2, 1, 1]
    assert all(layer.kernel_size == (9, 1) for layer in convolutions)
    kinds = [type(block.residual).__name__ for block in network.blocks]
    straight, projected = "Identity", "Sequential"
    assert (
        kinds
        == ["NoneType", *[straight] * 3, projected, *[straight] * 2, projected] + [straight] * 2
    )
    assert [block.temporal[-1].p for block in network.blocks] == [0.0] + [0.5] * 9


@pytest.mark.parametrize("frames", [KERNEL, 20, 33])
def test_layers_are_addressable_and_halve_the_frames_twice(frames):
    network, seen = network_of(), {}
    for name in network.layers:
        network.get_submodule(name).register_forward_hook(
            lambda module, given, out, name=name: seen.update({name: out})
        )
    assert network(torch.randn(2, 3, frames, 3)).shape == (2, 5)
    half, quarter = -(-frames // 2), -(-frames // 4)
    assert [seen[name].shape[2] for name in network.layers] == [
        *[frames] * 4,
        *[half] * 3,
        *[quarter] * 3,
    ]
    assert all((out >= 0).all() for out in seen.values())


@pytest.mark.parametrize("partition", ["spatial", "uniform", "distance"])
@pytest.mark.parametrize("make", [cmu_asf_skeleton, h36m_skeleton])
def test_every_partition_works_on_every_skeleton(partition, make):
    graph = SkeletonGraph.of(make())
    network = network_of(graph, partition=partition)
    assert network(torch.randn(2, 3, 12, len(graph.joints))).shape == (2, 5)


def test_the_head_averages_over_persons():
    network = network_of().eval()
    clips = torch.randn(2, 3, 20, 3, 2)
    apart = [network(clips[..., person]) for person in range(2)]
    torch.testing.assert_close(network(clips), (apart[0] + apart[1]) / 2)
    torch.testing.assert_close(network(clips[..., :1]), apart[0])


def test_the_input_is_normalised_for_each_joint_and_channel():
    network = network_of()
    clips = 5 + 3 * torch.randn(8, 3, 40, 3)
    seen = {}
    network.norm.register_forward_hook(lambda module, given, out: seen.update(out=out))
    network(clips)
    torch.testing.assert_close(seen["out"].mean(dim=(0, 2)), torch.zeros(9), atol=1e-5, rtol=0)
    # Channel c of joint v is column 3 v + c.
    column = clips[:, 1, :, 2]
    expected = (column - column.mean()) / column.std(correction=0)
    torch.testing.assert_close(seen["out"][:, 3 * 2 + 1], expected, atol=1e-4, rtol=1e-4)


def test_a_block_passes_its_input_around():
    block = Block(3, 3, torch.zeros(1, 4, 4), stride=1, dropout=0.0, around=True).eval()
    torch.nn.init.zeros_(block.temporal[2].bias)
    x = torch.randn(2, 3, 10, 4)
    torch.testing.assert_close(block(x), torch.relu(x))


@pytest.mark.parametrize("frames", [9, 20])
@pytest.mark.parametrize("layout", [torch.contiguous_format, torch.channels_last])
def test_a_projection_is_drawn_and_computed_as_a_strided_convolution(frames, layout):
    layers = []
    for make in (StridedProjection, lambda *sizes: torch.nn.Conv2d(*sizes[:2], 1, (sizes[2], 1))):
        torch.manual_seed(0)
        layers.append(make(4, 6, 2))
    projection, convolution = layers
    torch.testing.assert_close(projection.state_dict(), convolution.state_dict(), rtol=0, atol=0)
    x = torch.randn(2, 4, frames, 3).contiguous(memory_format=layout).requires_grad_()
    expected = convolution(x.contiguous())  # channels last would write out of bounds
    torch.testing.assert_close(projection(x), expected)
    found, known = (
        torch.autograd.grad(out.square().sum(), [x, *layer.parameters()])
        for out, layer in ((projection(x), projection), (expected, convolution))
    )
    torch.testing.assert_close(found, known)


def test_joints_without_bonds_between_them_do_not_mix():
    network = network_of().eval()
    clips = torch.randn(1, 3, 12, 3, requires_grad=True)
    seen = {}
    network.blocks[0].register_forward_hook(lambda module, given, out: seen.update(out=out))
    network(clips)
    seen["out"][..., 2].sum().backward()
    assert clips.grad[..., 1].abs().sum() > 0
    assert clips.grad[..., 0].abs().sum() == 0


@pytest.mark.parametrize(
    ("shape", "message"),
    [
        ((1, 3, 20, 4), "expected clips of 3 channels and 3 joints \\(hips, chest, head\\)"),
        ((1, 2, 20, 3), "but they have 2 and 3"),
        ((1, 3, 8, 3), "a clip has 8 frames, but the network sees 9 at a time"),
    ],
)
def test_clips_that_do_not_fit_are_refused(shape, message):
    with pytest.raises(DataError, match=message):
        network_of()(torch.randn(*shape))


def test_an_unknown_centre_names_the_joints():
    with pytest.raises(DataError, match="'neck' is no joint of the graph; it has hips, chest"):
        network_of(centre="neck")


@pytest.mark.parametrize("wrong", [{"widths": (4, 6)}, {"partition": "nearest"}, {"dropout": 1.0}])
def test_bad_parameters_are_refused(wrong):
    with pytest.raises(ValidationError):
        StgcnParameters(**wrong)
