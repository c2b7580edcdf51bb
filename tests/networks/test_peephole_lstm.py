import pytest
import torch
from torch import nn

from kinembed.core.errors import DataError
from kinembed.networks.peephole_lstm import Memory, PeepholeLstm

pytestmark = pytest.mark.slow


def lstm_of(channels=3, units=4, layers=1, peepholes=0.0, dtype=torch.float64):
    torch.manual_seed(0)
    lstm = PeepholeLstm(channels, units, layers).to(dtype)
    for layer in lstm.layers:
        nn.init.uniform_(layer.peepholes, -peepholes, peepholes)
    return lstm


def same_in_torch(lstm, channels):
    """nn.LSTM with the same weights."""
    units, layers = lstm.units, len(lstm.layers)
    torch_lstm = nn.LSTM(channels, units, layers, batch_first=True).double()
    for index, layer in enumerate(lstm.layers):
        pairs = {
            "weight_ih": layer.weight,
            "weight_hh": layer.recurrent,
            "bias_ih": layer.bias,
            "bias_hh": torch.zeros_like(layer.bias),
        }
        for name, values in pairs.items():
            getattr(torch_lstm, f"{name}_l{index}").data.copy_(values)
    return torch_lstm


def naive(layer, frames, output, cell):
    """The equations, unit by unit as they are printed; one sequence."""
    states = []
    for x in frames:
        i, f, z, o = (layer.weight @ x + layer.recurrent @ output + layer.bias).chunk(4)
        w_i, w_f, w_o = layer.peepholes
        i, f = torch.sigmoid(i + w_i * cell), torch.sigmoid(f + w_f * cell)
        cell = f * cell + i * torch.tanh(z)
        output = torch.sigmoid(o + w_o * cell) * torch.tanh(cell)
        states.append(output)
    return torch.stack(states), cell


@pytest.mark.parametrize("layers", [1, 2])
def test_without_peepholes_it_is_an_lstm(layers):
    lstm = lstm_of(layers=layers)
    torch_lstm = same_in_torch(lstm, 3)
    frames, output, cell = (
        torch.randn(2, 7, 3),
        torch.randn(layers, 2, 4),
        torch.randn(layers, 2, 4),
    )
    frames, output, cell = (x.double().requires_grad_() for x in (frames, output, cell))
    states, memory = lstm(frames, Memory(output, cell))
    expected, (last_output, last_cell) = torch_lstm(frames, (output, cell))
    torch.testing.assert_close(states, expected)
    torch.testing.assert_close(memory.output, last_output)
    torch.testing.assert_close(memory.cell, last_cell)

    weigh = torch.randn_like(states)
    given = (frames, output, cell)
    gradients = torch.autograd.grad((states * weigh).sum() + memory.cell.sum(), given)
    expected_ones = torch.autograd.grad((expected * weigh).sum() + last_cell.sum(), given)
    torch.testing.assert_close(gradients, expected_ones)


def test_gradients_of_the_weights_are_those_of_an_lstm():
    lstm = lstm_of(layers=2)
    torch_lstm = same_in_torch(lstm, 3)
    frames = torch.randn(2, 7, 3, dtype=torch.float64)
    lstm(frames)[0].square().sum().backward()
    torch_lstm(frames)[0].square().sum().backward()
    for index, layer in enumerate(lstm.layers):
        for name, ours in (("weight_ih", layer.weight), ("weight_hh", layer.recurrent)):
            torch.testing.assert_close(ours.grad, getattr(torch_lstm, f"{name}_l{index}").grad)
        assert layer.peepholes.grad.abs().min() > 0  # they begin at zero and leave it


def test_peepholes_see_the_cells_of_the_equations():
    lstm = lstm_of(peepholes=2.0)
    frames = torch.randn(2, 6, 3, dtype=torch.float64)
    output, cell = torch.randn(2, 1, 2, 4, dtype=torch.float64).unbind()
    states, memory = lstm(frames, Memory(output, cell))
    for sequence in range(2):
        expected, last = naive(
            lstm.layers[0], frames[sequence], output[0, sequence], cell[0, sequence]
        )
        torch.testing.assert_close(states[sequence], expected)
        torch.testing.assert_close(memory.cell[0, sequence], last)


@pytest.mark.parametrize(("channels", "layers"), [(3, 1), (3, 2), (0, 1)])
def test_gradients_are_those_of_finite_differences(channels, layers):
    lstm = lstm_of(channels, 3, layers, peepholes=1.5)
    names = [name for name, weight in lstm.named_parameters() if weight.numel()]
    weights = [weight.detach().requires_grad_() for weight in lstm.parameters() if weight.numel()]
    frames = torch.randn(2, 4, channels, dtype=torch.float64, requires_grad=channels > 0)
    memory = torch.randn(2, layers, 2, 3, dtype=torch.float64, requires_grad=True)

    def run(frames, memory, *weights):
        given = (frames, Memory(*memory))
        states, end = torch.func.functional_call(
            lstm, dict(zip(names, weights, strict=True)), given
        )
        return states, end.output, end.cell

    assert torch.autograd.gradcheck(run, (frames, memory, *weights))


def test_a_sequence_in_two_parts_is_the_whole():
    lstm = lstm_of(layers=2, peepholes=1.0)
    frames = torch.randn(2, 9, 3, dtype=torch.float64)
    whole, end = lstm(frames)
    first, memory = lstm(frames[:, :4])
    second, last = lstm(frames[:, 4:], memory)
    torch.testing.assert_close(torch.cat([first, second], 1), whole)
    torch.testing.assert_close(last, end)


def test_without_channels_it_runs_on_from_its_memory():
    lstm = lstm_of(channels=0)
    states, end = lstm(torch.empty(2, 5, 0, dtype=torch.float64))
    expected, last = naive(lstm.layers[0], torch.empty(5, 0).double(), *torch.zeros(2, 4).double())
    torch.testing.assert_close(states, expected.expand(2, -1, -1))
    torch.testing.assert_close(end.cell[0, 0], last)


@pytest.mark.parametrize("size", [(2, 5, 4), (1, 4, 4), (1, 5, 3)])
def test_a_memory_of_another_size_is_refused(size):
    message = "expected a memory of 1 layers, batch 5 and 4 units, found \\(" + ", ".join(
        map(str, size)
    )
    with pytest.raises(DataError, match=message):
        lstm_of(dtype=torch.float32)(torch.randn(5, 3, 3), Memory(*torch.zeros(2, *size)))
