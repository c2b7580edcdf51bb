import numpy as np
import pytest
import torch

from kinembed.networks.published_gru import PublishedGru


def gru_of(layers=1, channels=3, units=4, dtype=torch.float64):
    torch.manual_seed(0)
    return PublishedGru(channels, units, layers).to(dtype)


def sigmoid(values):
    return 1 / (1 + np.exp(-values))


def states_by_hand(layer, frames, state):
    """The equations, frame by frame; one sequence, in NumPy."""
    weight, recurrent, bias = (
        getattr(layer, name).detach().numpy() for name in ("weight", "recurrent", "bias")
    )
    (w_r, w_u, w_c), (u_r, u_u, u_c), (b_r, b_u, b_c) = (
        np.split(one, 3) for one in (weight, recurrent, bias)
    )
    states = []
    for x in frames:
        r = sigmoid(w_r @ x + u_r @ state + b_r)
        u = sigmoid(w_u @ x + u_u @ state + b_u)
        c = np.tanh(w_c @ x + u_c @ (r * state) + b_c)
        state = u * state + (1 - u) * c
        states.append(state)
    return np.array(states)


@pytest.mark.parametrize("layers", [1, 2])
def test_states_are_those_of_the_equations(layers):
    gru = gru_of(layers)
    frames, memory = torch.randn(2, 9, 3).double(), torch.randn(layers, 2, 4).double()
    states, end = gru(frames, memory)
    for sequence in range(2):
        expected = frames[sequence].numpy()
        for index, layer in enumerate(gru.layers):
            expected = states_by_hand(layer, expected, memory[index, sequence].numpy())
            np.testing.assert_allclose(
                end[index, sequence].detach(), expected[-1], rtol=0, atol=1e-6
            )
        np.testing.assert_allclose(states[sequence].detach(), expected, rtol=0, atol=1e-6)


def test_it_begins_from_zeros():
    gru, frames = gru_of(), torch.randn(2, 5, 3).double()
    torch.testing.assert_close(gru(frames), gru(frames, torch.zeros(1, 2, 4).double()))


def test_gradients_are_those_of_finite_differences():
    gru = gru_of(layers=2, units=3)
    names = list(dict(gru.named_parameters()))
    weights = [torch.randn_like(weight).requires_grad_() for weight in gru.parameters()]
    frames = torch.randn(2, 4, 3, dtype=torch.float64, requires_grad=True)
    memory = torch.randn(2, 2, 3, dtype=torch.float64, requires_grad=True)

    def run(frames, memory, *weights):
        named = dict(zip(names, weights, strict=True))
        return torch.func.functional_call(gru, named, (frames, memory))

    assert torch.autograd.gradcheck(run, (frames, memory, *weights))


def test_a_sequence_in_two_parts_is_the_whole():
    gru, frames = gru_of(layers=2), torch.randn(2, 9, 3).double()
    whole, end = gru(frames)
    first, memory = gru(frames[:, :4])
    second, last = gru(frames[:, 4:], memory)
    torch.testing.assert_close(torch.cat([first, second], 1), whole)
    torch.testing.assert_close(last, end)


def test_it_begins_as_tensorflow_has_it():
    (layer,) = gru_of(channels=20, units=50).layers
    assert (layer.bias[:100] == 1).all()
    assert (layer.bias[100:] == 0).all()
    kernels = torch.cat([layer.weight, layer.recurrent], 1).detach()
    for rows, limit in ((kernels[:100], (6 / 170) ** 0.5), (kernels[100:], (6 / 120) ** 0.5)):
        assert 0.99 * limit < rows.abs().max() < limit
        assert rows.std().item() == pytest.approx(limit / 3**0.5, rel=0.02)


def of_mixed_precision(gru, frames, memory, enabled):
    gru.zero_grad()
    with torch.autocast("cpu", torch.bfloat16, enabled=enabled):
        states, _ = gru(frames, memory)
        states.sum().backward()
    return states.detach(), torch.cat([weight.grad.flatten() for weight in gru.parameters()])


def test_mixed_precision_comes_close():
    gru = gru_of(units=32, dtype=torch.float32)
    data = torch.randn(2, 9, 3), torch.randn(1, 2, 32)
    (mixed, gradient), (full, expected) = (of_mixed_precision(gru, *data, x) for x in (True, False))
    assert mixed.dtype == gradient.dtype == torch.float32
    torch.testing.assert_close(mixed, full, rtol=0, atol=2e-2)
    assert torch.cosine_similarity(gradient, expected, dim=0) > 0.999


def test_mixed_precision_reaches_the_recurrence():
    gru = gru_of(units=32, dtype=torch.float32)
    data = torch.zeros(2, 9, 3), torch.randn(1, 2, 32)  # products with frames are exact
    mixed, full = (of_mixed_precision(gru, *data, x)[0] for x in (True, False))
    assert not torch.equal(mixed, full)
