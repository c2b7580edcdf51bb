import math

import pytest
import torch
from pydantic import ValidationError

from kinembed.core.errors import DataError
from kinembed.networks.video_lstm import (
    Decoded,
    VideoLstm,
    VideoLstmParameters,
    cross_entropy,
    squared_error,
)

SOURCE, TARGET = torch.rand(2, 3, 5, 6, generator=torch.Generator().manual_seed(0)).unbind()


def network_of(**changes):
    torch.manual_seed(0)
    network = VideoLstm(6, VideoLstmParameters(**({"units": 4} | changes)))
    for name, weight in network.named_parameters():
        if "peepholes" in name:
            torch.nn.init.uniform_(weight, -1, 1)
    return network


@pytest.mark.parametrize(
    ("task", "past", "future"),
    [("autoencoder", True, False), ("future", False, True), ("composite", True, True)],
)
@pytest.mark.parametrize("layers", [1, 2])
def test_a_task_has_its_decoders_and_every_weight_learns(task, past, future, layers):
    network = network_of(task=task, layers=layers, conditional=True)
    decoded = network(SOURCE, TARGET)
    assert (decoded.reconstruction is not None, decoded.future is not None) == (past, future)
    network.loss(decoded, SOURCE, TARGET).backward()
    assert all(weight.grad.abs().sum() > 0 for weight in network.parameters())


def test_losses_of_a_composite_are_added():
    network = network_of()
    decoded = network(SOURCE, TARGET)
    parts = cross_entropy(decoded.reconstruction, SOURCE) + cross_entropy(decoded.future, TARGET)
    torch.testing.assert_close(network.loss(decoded, SOURCE, TARGET), parts)
    alone = Decoded(None, decoded.future)
    torch.testing.assert_close(
        network.loss(alone, SOURCE, TARGET), cross_entropy(decoded.future, TARGET)
    )


@pytest.mark.parametrize("layers", [1, 2])
def test_decoders_begin_where_the_encoder_ends(layers):
    network = network_of(layers=layers)
    _, memory = network.encoder(SOURCE)
    for decoder, raw in (
        (network.past, network(SOURCE, TARGET).reconstruction.flip(1)),
        (network.future, network(SOURCE, TARGET).future),
    ):
        expected, _ = decoder.recurrent(torch.empty(3, 5, 0), memory)
        torch.testing.assert_close(raw, decoder.readout(expected))


def test_an_unconditional_decoder_sees_no_truth_so_both_ways_agree():
    network = network_of(layers=2)
    decoded, free = network(SOURCE, TARGET), network.roll_out(SOURCE, 5)
    torch.testing.assert_close(free.reconstruction, decoded.reconstruction)
    torch.testing.assert_close(free.future, decoded.future)


def test_a_forced_decoder_sees_only_what_came_before():
    network = network_of(conditional=True)
    decoded = network(SOURCE, TARGET)
    changed = TARGET.clone()
    changed[:, 3] = 0
    same = network(SOURCE, changed).future == decoded.future
    assert same[:, :4].all()
    assert not same[:, 4].any()


def test_a_reconstruction_is_forced_from_the_last_frame_to_the_first():
    """Frame t is made after t + 1: the gradient of frame 3 in its own, through the encoder only."""
    network = network_of(conditional=True)
    for weight in network.encoder.parameters():
        torch.nn.init.zeros_(weight)  # the memory now says nothing about the source
    source = SOURCE.clone().requires_grad_()
    raw = network(source, TARGET).reconstruction
    for frame in range(5):
        (gradient,) = torch.autograd.grad(raw[:, frame].sum(), source, retain_graph=True)
        depends = gradient.abs().sum((0, 2)) > 0
        assert depends.tolist() == [later > frame for later in range(5)]


@pytest.mark.parametrize("values", ["binary", "real"])
def test_a_free_decoder_is_a_forced_one_that_is_told_its_own_frames(values):
    network = network_of(conditional=True, layers=2, values=values)
    free = network.roll_out(SOURCE, 5)
    own = torch.sigmoid if values == "binary" else torch.nn.Identity()
    told = network(SOURCE, own(free.future))
    torch.testing.assert_close(told.future, free.future)
    _, memory = network.encoder(SOURCE)
    past = own(free.reconstruction).flip(1)
    forced = network.past.teacher_forced(torch.zeros(3, 1, 6), past, memory)
    torch.testing.assert_close(forced.flip(1), free.reconstruction)


@pytest.mark.parametrize("conditional", [False, True])
def test_a_roll_out_goes_on_as_long_as_one_likes(conditional):
    network = network_of(conditional=conditional)
    long = network.roll_out(SOURCE, 60)
    assert long.future.shape == (3, 60, 6)
    assert long.reconstruction.shape == (3, 5, 6)
    torch.testing.assert_close(long.future[:, :7], network.roll_out(SOURCE, 7).future)


def test_losses_are_sums_over_channels_and_means_over_frames():
    logits = torch.zeros(2, 3, 4)
    truth = torch.ones(2, 3, 4)
    truth[0] = 0
    assert cross_entropy(logits, truth).item() == pytest.approx(4 * math.log(2))
    assert squared_error(truth, torch.full((2, 3, 4), 0.5)).item() == pytest.approx(1.0)
    assert squared_error(truth, 1 - truth).item() == pytest.approx(4.0)


def test_real_values_are_judged_by_squared_error():
    network = network_of(values="real", task="future")
    decoded = network(10 * SOURCE, 10 * TARGET)
    expected = (decoded.future - 10 * TARGET).square().sum(2).mean()
    torch.testing.assert_close(network.loss(decoded, 10 * SOURCE, 10 * TARGET), expected)


@pytest.mark.parametrize("value", [-0.1, 1.5, float("nan")])
def test_cross_entropy_refuses_values_that_are_no_probabilities(value):
    truth = torch.zeros(1, 2, 3)
    truth[0, 1, 2] = value
    with pytest.raises(DataError, match="needs values in \\[0, 1\\], found"):
        cross_entropy(torch.zeros(1, 2, 3), truth)


@pytest.mark.parametrize("wrong", [{"layers": 3}, {"task": "past"}, {"values": "bytes"}])
def test_bad_parameters_are_refused(wrong):
    with pytest.raises(ValidationError):
        VideoLstmParameters(**wrong)
