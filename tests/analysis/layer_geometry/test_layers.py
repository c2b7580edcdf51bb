import numpy as np
import pytest
import torch
from torch import nn

from kinembed.analysis.layer_geometry import (
    dataset_graph,
    dtw_distances,
    label_smoothness,
    window_descriptors,
)
from kinembed.analysis.layer_geometry.layers import INPUT, layer_features
from kinembed.core.errors import DataError
from kinembed.networks.seq2seq import NetworkParameters, Seq2Seq

LENGTHS = (20, 12, 20, 33, 12)


def clips_of(*lengths, persons=None):
    generator = np.random.default_rng(0)
    shape = () if persons is None else (persons,)
    return [generator.normal(size=(3, frames, 5, *shape)).astype("float32") for frames in lengths]


def test_features_of_each_clip_are_those_of_the_clip_alone(network):
    clips, seen = clips_of(*LENGTHS), {}
    features = layer_features(network, ["blocks.3", "blocks.9"], clips, device="cpu")
    for name in features:
        network.get_submodule(name).register_forward_hook(
            lambda module, given, out, name=name: seen.update({name: out})
        )
    for index, clip in enumerate(clips):
        network(torch.as_tensor(clip)[None])
        for name, values in features.items():
            expected = seen[name][0].permute(1, 0, 2).flatten(1).detach()
            np.testing.assert_allclose(values[index], expected, atol=1e-5)
    assert [len(values) for values in features["blocks.3"]] == [20, 12, 20, 33, 12]
    assert [len(values) for values in features["blocks.9"]] == [5, 3, 5, 9, 3]


def test_the_input_is_a_layer_too(network):
    clips = clips_of(*LENGTHS)
    for values, clip in zip(
        layer_features(network, [INPUT], clips, device="cpu")[INPUT], clips, strict=True
    ):
        np.testing.assert_array_equal(values, clip.transpose(1, 0, 2).reshape(len(clip[0]), -1))


def test_persons_are_features_of_their_sequence(network):
    clips = clips_of(12, 20, 12, persons=2)
    both = layer_features(network, ["blocks.4"], clips, device="cpu")["blocks.4"]
    for person, half in enumerate(np.split(both[2], 2, axis=1)):
        alone = [clip[..., person] for clip in clips]
        one = layer_features(network, ["blocks.4"], alone, device="cpu")["blocks.4"]
        np.testing.assert_allclose(half, one[2], atol=1e-5)


def test_no_dropout_and_no_hook_is_left_behind(network):
    network.train()
    clips = clips_of(12)
    one, other = (layer_features(network, ["blocks.9"], clips, device="cpu") for _ in range(2))
    np.testing.assert_array_equal(one["blocks.9"][0], other["blocks.9"][0])
    assert not any(module._forward_hooks for module in network.modules())


def test_decoder_steps_of_the_seq2seq_network_are_layers():
    torch.manual_seed(0)
    network = Seq2Seq(4, NetworkParameters(units=6)).eval()
    windows = list(torch.randn(7, 10, 4).numpy())
    layers = ["encoder[0]", "encoder[1]", "encoder[5]", "encoder"]
    features = layer_features(
        network, layers, windows, run=lambda batch: network(batch, 5), device="cpu"
    )
    states = network(torch.as_tensor(np.stack(windows)), 5)
    for index in range(7):
        encoder, decoder = states.encoder_states[index], states.decoder_states[index]
        expected = [encoder, decoder[:1], decoder[4:], torch.cat([encoder, decoder])]
        for layer, values in zip(layers, expected, strict=True):
            np.testing.assert_allclose(features[layer][index], values.detach(), atol=1e-6)


def test_separate_decoders_are_named_as_they_are():
    network = Seq2Seq(4, NetworkParameters(units=6, tied=False))
    features = layer_features(
        network,
        ["own_decoder[2]"],
        [np.zeros((10, 4), dtype="float32")],
        run=lambda batch: network(batch, 5),
        device="cpu",
    )
    assert features["own_decoder[2]"][0].shape == (1, 6)


def test_from_features_to_smoothness_in_a_few_lines(network):
    """Two kinds of clip whose input tells them apart, from 6 trials, lengths as they come."""
    generator = np.random.default_rng(0)
    labels = ["still", "moving"] * 12
    clips = []
    for label in labels:
        clip = generator.normal(scale=0.1, size=(3, int(generator.integers(16, 40)), 5))
        swing = 3 * np.sin(np.arange(clip.shape[1]) / 3)[:, None] * (label == "moving")
        clips.append((clip + swing).astype("float32"))
    frames = [clip.shape[1] for clip in clips]
    trials = [str(index // 4) for index in range(24)]
    features = layer_features(network, [INPUT, "blocks.0", "blocks.9"], clips, device="cpu")
    for values in features.values():
        distances = dtw_distances(window_descriptors(values, frames, window=4))
        graph = dataset_graph(distances, 5, trials)
        assert label_smoothness(graph, labels).label_score < 0.2


@pytest.mark.parametrize(
    ("layers", "message"),
    [
        (["blocks.10"], "has no layer 'blocks.10'; it has norm, blocks, blocks.0, .*, input"),
        (["blocks.0[1]"], r"'blocks.0' was called 1 times: .*blocks.0\[0\], not blocks.0\[1\]"),
        ([""], "has no layer ''"),
    ],
)
def test_a_layer_that_does_not_exist_lists_those_that_do(network, layers, message):
    with pytest.raises(DataError, match=message):
        layer_features(network, layers, clips_of(12), device="cpu")


def test_a_layer_that_takes_no_part_is_named(network):
    with pytest.raises(DataError, match="layer 'blocks' was not used"):
        layer_features(network, ["blocks"], clips_of(12), device="cpu")


def test_a_layer_that_gives_no_tensor_is_refused():
    class Odd(nn.Module):
        def forward(self, x):
            return {"values": x}

    with pytest.raises(DataError, match="a layer gives dict, expected a tensor"):
        layer_features(nn.Sequential(Odd()), ["0"], clips_of(12), device="cpu")


def test_a_layer_arranged_otherwise_is_told_how():
    class FramesFirst(nn.Module):
        def forward(self, x):
            return x.permute(2, 0, 1, 3).flatten(2)  # frames, batch, features

    network, clips = nn.Sequential(FramesFirst()), clips_of(9, 9)
    with pytest.raises(DataError, match="9 rows for 2 sequences; give `to_frames`"):
        layer_features(network, ["0"], clips, device="cpu")
    told = layer_features(
        network, ["0"], clips, to_frames=lambda output, _: output.transpose(0, 1), device="cpu"
    )
    assert [values.shape for values in told["0"]] == [(9, 15), (9, 15)]


def test_flat_layers_have_one_frame():
    network = nn.Sequential(nn.Flatten(), nn.Linear(3 * 12 * 5, 7))
    features = layer_features(network, ["1"], clips_of(12, 12, 12), device="cpu")
    assert [values.shape for values in features["1"]] == [(1, 7)] * 3
