import numpy as np
import pytest
import torch
from torch import nn

from kinembed.analysis.layer_geometry import Occluder, grad_cam, occlusion_drops
from kinembed.analysis.layer_geometry.occlusion import class_probability, hide
from kinembed.core.errors import DataError

JOINTS, FRAMES = 5, 12


class Reader(nn.Module):
    """Class 1 is as likely as the first channel of some joints (or of one place) is great."""

    def __init__(self, weights):
        super().__init__()
        self.weights = nn.Parameter(torch.as_tensor(weights, dtype=torch.float32))

    def forward(self, clips):
        logit = (clips[:, 0] * self.weights).sum(dim=(1, 2))
        return torch.stack([torch.zeros_like(logit), logit], dim=1)


def occluder(joints=1, draws=400):
    return Occluder(joints, draws, np.zeros((3, JOINTS)))


def drops_of(weights, importance, occluder):
    reader = Reader(weights)
    clip = torch.ones(3, FRAMES, JOINTS)
    generator = np.random.default_rng(0)
    return occlusion_drops(reader, clip, 1, {"l": importance}, occluder, generator)


def sigmoid(logit):
    return 1 / (1 + np.exp(-logit))


def test_drops_by_hand():
    """Joint 2 is all that is read, and the map says so; a random joint is it one time in five."""
    weights = np.zeros((FRAMES, JOINTS))
    weights[:, 2] = 1 / FRAMES
    drops = drops_of(weights, weights, occluder())
    whole = sigmoid(1) - sigmoid(0)
    for hidden in ("joints", "cells"):
        assert drops["l", hidden].most == pytest.approx(whole, abs=1e-6)
        assert drops["l", hidden].least == pytest.approx(0, abs=1e-6)
    assert drops["l", "joints"].random == pytest.approx(whole / JOINTS, rel=0.25)
    # A fifth of the places is hidden, so about a fifth of the logit is gone.
    assert drops["l", "cells"].random == pytest.approx(sigmoid(1) - sigmoid(0.8), rel=0.1)


def test_places_are_hidden_where_and_when_the_map_says():
    """Half of what is read is joint 0 in the first half, the rest joint 1 in the second."""
    weights = np.zeros((FRAMES, JOINTS))
    weights[: FRAMES // 2, 0] = weights[FRAMES // 2 :, 1] = 1 / FRAMES
    drops = drops_of(weights, weights, occluder())
    assert drops["l", "cells"].most == pytest.approx(sigmoid(1) - sigmoid(0), abs=1e-6)
    assert drops["l", "joints"].most == pytest.approx(sigmoid(1) - sigmoid(0.5), abs=1e-6)


def test_a_map_of_fewer_frames_is_stretched():
    weights = np.zeros((FRAMES, JOINTS))
    weights[4:8, 3] = weights[:8, 4] = 1 / 12
    coarse = weights[::4]
    drops = drops_of(weights, coarse, occluder())
    assert drops["l", "cells"].most == pytest.approx(sigmoid(1) - sigmoid(0), abs=1e-6)


def test_a_map_that_lies_is_found_out():
    weights = np.zeros((FRAMES, JOINTS))
    weights[:, 2] = 1 / FRAMES
    drops = drops_of(weights, 1 - weights, occluder())
    assert drops["l", "joints"].most == pytest.approx(0, abs=1e-6)
    assert drops["l", "joints"].least > drops["l", "joints"].random


def test_hidden_joints_are_where_they_were_told_to_be():
    mask = np.zeros((1, FRAMES, JOINTS), dtype=bool)
    mask[0, 3, 1] = True
    clip = torch.randn(3, FRAMES, JOINTS, generator=torch.Generator().manual_seed(0))
    fill = np.arange(15.0).reshape(3, JOINTS)
    (seen,) = hide(clip, mask, fill)
    assert seen[:, 3, 1].tolist() == fill[:, 1].tolist()
    assert torch.equal(seen[:, ~mask[0]], clip[:, ~mask[0]])


def test_every_layer_of_a_graph_network_is_tested(network):
    clip = torch.randn(3, FRAMES, JOINTS, generator=torch.Generator().manual_seed(0))
    maps = grad_cam(network, network.layers, clip[None], np.array([2]))
    of_clip = {layer: values[0] for layer, values in maps.items()}
    drops = occlusion_drops(network, clip, 2, of_clip, occluder(2, 3), np.random.default_rng(0))
    assert set(drops) == {(layer, h) for layer in network.layers for h in ("joints", "cells")}
    assert len({one.random for (_, hidden), one in drops.items() if hidden == "joints"}) == 1
    before = class_probability(network, clip[None], np.array([2]))[0]
    assert all(before - 1 <= drop <= before for one in drops.values() for drop in one)


@pytest.mark.parametrize("joints", [0, JOINTS])
def test_hiding_none_or_all_is_refused(joints):
    with pytest.raises(DataError, match=f"{joints} of 5 joints were to be hidden; hide 1 to 4"):
        drops_of(np.zeros((FRAMES, JOINTS)), np.zeros((FRAMES, JOINTS)), occluder(joints))
