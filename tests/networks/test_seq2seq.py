import pytest
import torch

from kinembed.networks.seq2seq import READOUT_RANGE, NetworkParameters, Seq2Seq


@pytest.fixture
def network():
    torch.manual_seed(0)
    return Seq2Seq(3, NetworkParameters(units=6))


def naive_prediction(network, source, target_frames):
    """The published equations written out: one cell for every frame, weights used by hand."""
    cell = torch.nn.GRUCell(3, 6)
    stored = network.encoder.state_dict()
    cell.load_state_dict({name.removesuffix("_l0"): tensor for name, tensor in stored.items()})
    state = torch.zeros(len(source), 6)
    for frame in source.unbind(1):
        state = cell(frame, state)
    frame, frames, states = source[:, -1], [], []
    for _ in range(target_frames):
        state = cell(frame, state)
        frame = network.readout(state)
        frames.append(frame)
        states.append(state)
    return torch.stack(frames, 1), torch.stack(states, 1)


def test_prediction_equals_decoding_frame_by_frame(network):
    source = torch.randn(4, 7, 3)
    prediction = network(source, 5)
    frames, states = naive_prediction(network, source, 5)
    torch.testing.assert_close(prediction.target, frames)
    torch.testing.assert_close(prediction.decoder_states, states)


def test_the_published_cell_decodes_frame_by_frame_from_its_own_predictions():
    network = Seq2Seq(3, NetworkParameters(units=6, cell="published_gru"))
    source = torch.randn(4, 7, 3)
    prediction = network(source, 5)
    decoded = torch.cat([source[:, -1:], prediction.target[:, :-1]], 1)
    states, _ = network.encoder(torch.cat([source, decoded], 1))
    torch.testing.assert_close(prediction.encoder_states, states[:, :7])
    torch.testing.assert_close(prediction.decoder_states, states[:, 7:])
    torch.testing.assert_close(prediction.target, network.readout(states[:, 7:]))
    assert len(list(network.parameters())) == 5


def test_encoder_states_are_one_per_source_frame(network):
    assert network(torch.randn(2, 7, 3), 5).encoder_states.shape == (2, 7, 6)


def test_encoder_and_decoder_share_their_weights_unless_told_otherwise(network):
    assert network.encoder is network.decoder
    assert len(list(network.parameters())) == 6
    separate = Seq2Seq(3, NetworkParameters(units=6, tied=False))
    assert len(list(separate.parameters())) == 10


def test_readout_starts_in_the_published_range(network):
    assert network.readout.weight.abs().max() <= READOUT_RANGE


def test_gradient_reaches_the_encoder_through_the_decoder(network):
    source = torch.randn(2, 7, 3, requires_grad=True)
    network(source, 5).target[:, -1].sum().backward()
    assert source.grad[:, 0].abs().sum() > 0


def test_a_residual_decoder_that_reads_out_nothing_repeats_the_last_frame():
    network = Seq2Seq(3, NetworkParameters(units=6, residual=True))
    torch.nn.init.zeros_(network.readout.weight)
    torch.nn.init.zeros_(network.readout.bias)
    source = torch.randn(2, 7, 3)
    torch.testing.assert_close(network(source, 4).target, source[:, -1:].expand(2, 4, 3))


@pytest.mark.parametrize(
    "changes",
    [
        {"cell": "lstm"},
        {"layers": 2},
        {"cell": "lstm", "layers": 2},
        {"cell": "published_gru"},
        {"cell": "published_gru", "layers": 2, "tied": False},
    ],
)
def test_other_cells_and_more_layers_have_states_of_the_same_shape(changes):
    network = Seq2Seq(3, NetworkParameters(units=6, **changes))
    prediction = network(torch.randn(2, 7, 3), 5)
    assert prediction.target.shape == (2, 5, 3)
    assert prediction.decoder_states.shape == (2, 5, 6)


def test_dropout_acts_in_training_alone():
    network = Seq2Seq(3, NetworkParameters(units=6, dropout=0.5))
    source = torch.randn(2, 7, 3)
    assert not torch.equal(network(source, 4).target, network(source, 4).target)
    network.eval()
    assert torch.equal(network(source, 4).target, network(source, 4).target)


@pytest.mark.parametrize("residual", [False, True])
def test_a_layer_advances_by_its_cell_as_by_itself_to_the_bit(residual):
    network = Seq2Seq(3, NetworkParameters(units=8, residual=residual))
    source = torch.randn(4, 6, 3)
    predicted = network(source, 5)
    _, memory = network.encoder(source)
    frame, frames = source[:, -1:], []
    for _ in range(5):
        state, memory = network.encoder(frame, memory)
        change = network.readout(state)
        frame = frame + change if residual else change
        frames.append(frame)
    assert torch.equal(predicted.target, torch.cat(frames, dim=1))
