"""The GRU of the published program: the cell of TensorFlow 1.13 (Cho et al. 2014).

With x the input, h' the state of the frame before, and * the product of units:

    r = sigmoid(W_r x + U_r h' + b_r)           u = sigmoid(W_u x + U_u h' + b_u)
    c = tanh(W_c x + U_c (r * h') + b_c)        h = u * h' + (1 - u) * c

``nn.GRU`` has r * (U_c h' + b) in c instead: it resets after the product, and has a second bias.
The biases of r and u start at 1, that of c at 0. Kernels start as Glorot & Bengio (2010) have it,
uniform; W and U of both gates are one kernel, and those of c another, as in TensorFlow.

Conventions: tensors are batch-first outside and frame-first inside; r, u and c lie side by side.
In mixed precision the matrix products alone are in bfloat16: states change by steps that it would
round off.
"""

import math
from collections.abc import Callable
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.autograd.function import once_differentiable


class PublishedGru(nn.Module):
    """One or more layers, called as ``nn.GRU`` with ``batch_first`` is.

    Parameters
    ----------
    channels : int
        Channels of a frame.
    units : int
        Units of each layer.
    layers : int
        Number of layers, at least 1.
    dropout : float
        Probability in [0, 1), between layers.
    """

    def __init__(self, channels: int, units: int, layers: int = 1, dropout: float = 0.0) -> None:
        super().__init__()
        sizes = [channels] + [units] * (layers - 1)
        self.layers = nn.ModuleList(_Layer(size, units) for size in sizes)
        self.dropout = nn.Dropout(dropout)
        self.hidden_size = units

    def forward(
        self,
        frames: Float[Tensor, "batch frames channels"],
        memory: Float[Tensor, "layers batch units"] | None = None,
    ) -> tuple[Float[Tensor, "batch frames units"], Float[Tensor, "layers batch units"]]:
        """States of the last layer at every frame, and the states of all layers after the last.

        Parameters
        ----------
        frames : Tensor of float, shape (batch, frames, channels)
            At least one frame.
        memory : Tensor of float, shape (layers, batch, units), optional
            States before the first frame; None: zeros.

        Returns
        -------
        states : Tensor of float, shape (batch, frames, units)
            Of the last layer.
        memory : Tensor of float, shape (layers, batch, units)
            Of all layers after the last frame.
        """
        if memory is None:
            shape = (len(self.layers), len(frames), self.hidden_size)
            memory = next(self.parameters()).new_zeros(shape)
        states, ends = frames, []
        for index, layer in enumerate(self.layers):
            states = layer(self.dropout(states) if index else states, memory[index])
            ends.append(states[:, -1])
        return states, torch.stack(ends)


class _Layer(nn.Module):
    def __init__(self, channels: int, units: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(3 * units, channels))
        self.recurrent = nn.Parameter(torch.empty(3 * units, units))
        self.bias = nn.Parameter(torch.zeros(3 * units))
        gates, candidate = slice(0, 2 * units), slice(2 * units, None)
        nn.init.ones_(self.bias[gates])
        for rows, outputs in ((gates, 2 * units), (candidate, units)):
            limit = math.sqrt(6 / (channels + units + outputs))
            for kernel in (self.weight, self.recurrent):
                nn.init.uniform_(kernel[rows], -limit, limit)

    def forward(
        self, frames: Float[Tensor, "batch frames channels"], state: Float[Tensor, "batch units"]
    ) -> Float[Tensor, "batch frames units"]:
        """States at every frame; the inputs of all frames are one product."""
        inputs = nn.functional.linear(frames.transpose(0, 1), self.weight, self.bias)
        recurrence: Callable[[Tensor, Tensor, Tensor], Tensor] = _Recurrence.apply
        states = recurrence(inputs.to(state.dtype), state, _as_in_products(self.recurrent))
        return states.transpose(0, 1)


def _as_in_products(weight: Tensor) -> Tensor:
    """In the precision that autocast gives to products."""
    device = weight.device.type
    if torch.is_autocast_enabled(device):
        return weight.to(torch.get_autocast_dtype(device))
    return weight


class _Recurrence(torch.autograd.Function):
    """All frames of one layer, its gradient written out.

    A frame costs two matrix products and a few operations each way; the gradient of the weights
    is computed for all frames at once. Left to autograd every frame would add to it.
    """

    @staticmethod
    def forward(
        ctx: Any,
        inputs: Float[Tensor, "frames batch gates"],
        state: Float[Tensor, "batch units"],
        recurrent: Float[Tensor, "gates units"],
    ) -> Float[Tensor, "frames batch units"]:
        units = recurrent.shape[1]
        of_gates, of_candidate = recurrent[: 2 * units].T, recurrent[2 * units :].T
        gates = torch.empty_like(inputs[..., : 2 * units])
        candidates, reset = (torch.empty_like(inputs[..., :units]) for _ in range(2))
        states = torch.cat([state[None], torch.empty_like(candidates)])
        of_gates_and_candidate = (
            *inputs.split([2 * units, units], dim=-1),
            gates,
            *gates.chunk(2, dim=-1),
        )
        each = (*of_gates_and_candidate, candidates, reset, states[1:])
        for x_gates, x_candidate, both, r, u, c, r_h, h in zip(
            *(one.unbind() for one in each), strict=True
        ):
            _add_product(x_gates, state, of_gates, out=both).sigmoid_()
            torch.mul(r, state, out=r_h)
            _add_product(x_candidate, r_h, of_candidate, out=c).tanh_()
            torch.lerp(c, state, u, out=h)
            state = h
        ctx.save_for_backward(gates, candidates, reset, states, recurrent)
        return states[1:]

    @staticmethod
    @once_differentiable
    def backward(
        ctx: Any, to_states: Float[Tensor, "frames batch units"]
    ) -> tuple[Tensor, Tensor, Tensor]:
        gates, candidates, reset, states, recurrent = ctx.saved_tensors
        units = recurrent.shape[1]
        of_gates, of_candidate = recurrent[: 2 * units], recurrent[2 * units :]
        r, u = gates.chunk(2, dim=-1)
        # Slopes of the state, and of r * h', with the arguments; they become gradients of these.
        to_inputs = _slopes(r, u, candidates, states[:-1])
        to_gates, to_candidates = to_inputs.split([2 * units, units], dim=-1)
        to_r, to_u = to_gates.chunk(2, dim=-1)
        to_state = torch.zeros_like(states[0])
        each = (to_states, to_gates, to_r, to_u, to_candidates, r, u)
        frames = list(zip(*(one.unbind() for one in each), strict=True))
        for to_this, both, slope_r, slope_u, slope_c, r_t, u_t in reversed(frames):
            to_state = to_state + to_this
            slope_u.mul_(to_state)
            slope_c.mul_(to_state)
            to_reset = _product(slope_c, of_candidate)
            slope_r.mul_(to_reset)
            to_state = (to_state * u_t).addcmul_(to_reset, r_t)
            to_state = _add_product(to_state, both, of_gates)
        low = recurrent.dtype
        to_recurrent = torch.cat(
            [
                _product(to_gates.flatten(0, 1).T, states[:-1].flatten(0, 1).to(low)),
                _product(to_candidates.flatten(0, 1).T, reset.flatten(0, 1).to(low)),
            ]
        )
        return to_inputs, to_state, to_recurrent


def _product(left: Tensor, right: Tensor) -> Tensor:
    """In the precision of ``right``; the result has that of ``left``."""
    return (left.to(right.dtype) @ right).to(left.dtype)


def _add_product(to: Tensor, left: Tensor, right: Tensor, out: Tensor | None = None) -> Tensor:
    """Their product, in the precision of ``right``, and ``to``; fused where precision is one."""
    if left.dtype == right.dtype:
        return torch.addmm(to, left, right, out=out)
    return torch.add(to, left.to(right.dtype) @ right, out=out)


def _slopes(
    r: Float[Tensor, "frames batch units"],
    u: Float[Tensor, "frames batch units"],
    candidates: Float[Tensor, "frames batch units"],
    before: Float[Tensor, "frames batch units"],
) -> Float[Tensor, "frames batch gates"]:
    """How r * h' changes with the argument of r, and h with those of u and c."""
    of_r = before * r * (1 - r)
    of_u = (before - candidates) * u * (1 - u)
    of_c = (1 - u) * (1 - candidates.square())
    return torch.cat([of_r, of_u, of_c], dim=-1)
