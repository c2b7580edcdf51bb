import pytest
import torch

from kinembed.models.seq2seq import READOUT_RANGE, NetworkParameters, Seq2Seq


@pytest.fixture
def network():
    torch.manual_seed(0)
    return Seq2Seq(3, NetworkParameters(units=6))


def naive_prediction(network, source, target_frames):
    """The published decoding written frame by frame with whole-layer calls."""
    _, state = network.gru(source)
    frame, frames, states = source[:, -1:], [], []
    for _ in range(target_frames):
        output, state = network.gru(frame, state)
        frame = network.readout(output)
        frames.append(frame)
        states.append(output)
    return torch.cat(frames, 1), torch.cat(states, 1)


def test_prediction_equals_decoding_frame_by_frame(network):
    source = torch.randn(4, 7, 3)
    prediction = network(source, 5)
    frames, states = naive_prediction(network, source, 5)
    torch.testing.assert_close(prediction.target, frames)
    torch.testing.assert_close(prediction.decoder_states, states)


def test_encoder_states_are_one_per_source_frame(network):
    assert network(torch.randn(2, 7, 3), 5).encoder_states.shape == (2, 7, 6)


def test_encoder_and_decoder_share_their_weights(network):
    names = {name.split(".")[0] for name, _ in network.named_parameters()}
    assert names == {"gru", "readout"}
    assert len(list(network.parameters())) == 6


def test_readout_starts_in_the_published_range(network):
    assert network.readout.weight.abs().max() <= READOUT_RANGE


def test_gradient_reaches_the_encoder_through_the_decoder(network):
    source = torch.randn(2, 7, 3, requires_grad=True)
    network(source, 5).target[:, -1].sum().backward()
    assert source.grad[:, 0].abs().sum() > 0
