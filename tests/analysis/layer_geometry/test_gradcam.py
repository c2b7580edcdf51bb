import numpy as np
import pytest
import torch

from kinembed.analysis.layer_geometry.gradcam import class_activation, grad_cam, joint_importance
from kinembed.core.errors import DataError

pytestmark = pytest.mark.slow

CLASSES = np.array([0, 3, 1])


def clips_of(batch=3, frames=24, persons=()):
    generator = torch.Generator().manual_seed(1)
    return torch.randn(batch, 3, frames, 5, *persons, generator=generator)


def test_there_is_a_map_of_every_joint_at_every_layer(network):
    maps = grad_cam(network, network.layers, clips_of(), CLASSES)
    assert [maps[name].shape for name in network.layers] == [
        *[(3, 24, 5)] * 4,
        *[(3, 12, 5)] * 3,
        *[(3, 6, 5)] * 3,
    ]
    assert all((values >= 0).all() for values in maps.values())
    signed = grad_cam(network, network.layers, clips_of(), CLASSES, signed=True)
    for name, values in signed.items():
        np.testing.assert_array_equal(np.maximum(values, 0), maps[name])


@pytest.mark.parametrize("persons", [(), (1,), (2,)])
def test_the_signed_map_of_the_last_layer_is_the_class_activation_map(network, persons):
    clips, last = clips_of(persons=persons), network.layers[-1]
    signed = grad_cam(network, [last], clips, CLASSES, signed=True)[last]
    plain = class_activation(network, last, network.classifier, clips, CLASSES)
    bodies = signed.shape[0] // len(CLASSES)
    assert bodies == (persons[0] if persons else 1)
    channels = network.classifier.in_features
    constant = channels * bodies * signed[0].size
    np.testing.assert_allclose(signed * constant, plain, rtol=1e-4, atol=1e-5)


def test_class_activations_average_to_the_logit(network):
    clips, last = clips_of(), network.layers[-1]
    plain = class_activation(network, last, network.classifier, clips, CLASSES)
    with torch.no_grad():
        logits = network(clips)[range(3), CLASSES] - network.classifier.bias[CLASSES]
    np.testing.assert_allclose(plain.mean(axis=(1, 2)), logits, atol=1e-5)


@pytest.mark.parametrize("layer", ["blocks.2", "blocks.5", "blocks.8"])
def test_the_weights_of_channels_are_those_of_finite_differences(network, layer):
    """Adding h to all of channel k changes the logit by h * alpha_k * frames * joints."""
    network = network.double()
    clips, module, step = clips_of(1).double(), network.get_submodule(layer), 1e-6
    seen, change = {}, torch.zeros(())

    def shifted(module, given, output):
        seen.setdefault("A", output.detach())
        return output + change

    hook = module.register_forward_hook(shifted)
    channels = module.temporal[2].out_channels
    alpha = np.empty(channels)
    with torch.no_grad():
        network(clips)
        for channel in range(channels):
            logits = []
            for sign in (1, -1):
                change = torch.zeros(1, channels, 1, 1, dtype=torch.float64)
                change[0, channel] = sign * step
                logits.append(network(clips)[0, 2].item())
            alpha[channel] = (logits[0] - logits[1]) / (2 * step) / seen["A"][0, 0].numel()
    hook.remove()
    expected = np.einsum("k,ktv->tv", alpha, seen["A"][0].numpy()) / channels
    signed = grad_cam(network, [layer], clips, np.array([2]), signed=True)[layer][0]
    np.testing.assert_allclose(signed, expected, rtol=1e-5, atol=1e-12)
    assert np.abs(expected).max() > 0


def test_sequences_of_a_batch_do_not_disturb_one_another(network):
    together = grad_cam(network, ["blocks.4"], clips_of(), CLASSES)["blocks.4"]
    for index, label in enumerate(CLASSES):
        clip = clips_of()[index : index + 1]
        alone = grad_cam(network, ["blocks.4"], clip, np.array([label]))["blocks.4"]
        np.testing.assert_allclose(together[index], alone[0], rtol=1e-4, atol=1e-9)


def test_a_frozen_network_has_maps_and_keeps_no_gradient(network):
    expected = grad_cam(network, ["input", "blocks.1"], clips_of(), CLASSES, signed=True)
    network.requires_grad_(False)
    frozen = grad_cam(network, ["input", "blocks.1"], clips_of(), CLASSES, signed=True)
    for name, values in expected.items():
        np.testing.assert_allclose(frozen[name], values, rtol=1e-4, atol=1e-9)
    assert all(weight.grad is None for weight in network.parameters())


def test_dropout_does_not_act(network):
    network.train()
    one, other = (grad_cam(network, ["blocks.1"], clips_of(), CLASSES) for _ in range(2))
    np.testing.assert_array_equal(one["blocks.1"], other["blocks.1"])


def test_joint_importance_is_the_mean_over_valid_frames():
    maps = np.arange(12.0).reshape(2, 3, 2)
    np.testing.assert_allclose(joint_importance(maps), [[2, 3], [8, 9]])
    np.testing.assert_allclose(joint_importance(maps, np.array([1, 2])), [[0, 1], [7, 8]])


@pytest.mark.parametrize("counts", [[0, 2], [1, 4]])
def test_frames_beyond_a_map_cannot_be_valid(counts):
    with pytest.raises(DataError, match="of 3 frames of a map 1 to 3 can be valid"):
        joint_importance(np.zeros((2, 3, 2)), np.array(counts))


@pytest.mark.parametrize(
    ("layers", "classes", "message"),
    [
        (["blocks.12"], [0, 1, 2], "no layer 'blocks.12'; it has norm"),
        (["classifier"], [0, 1, 2], r"output of shape \(3, 4\); a map needs"),
        (["blocks.1"], [0, 1, 4], "knows classes 0 to 3, but 0 to 4 were asked for"),
    ],
)
def test_maps_that_cannot_be_are_refused(network, layers, classes, message):
    with pytest.raises(DataError, match=message):
        grad_cam(network, layers, clips_of(), np.array(classes))


@pytest.mark.parametrize("classes", [[0, -1, 2], [0, 1, 4]])
def test_class_activations_of_no_class_are_refused(network, classes):
    message = f"knows classes 0 to 3, but {min(classes)} to {max(classes)} were asked for"
    with pytest.raises(DataError, match=message):
        class_activation(
            network, network.layers[-1], network.classifier, clips_of(), np.array(classes)
        )
