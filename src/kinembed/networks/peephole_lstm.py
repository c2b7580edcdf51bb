"""The LSTM with diagonal peephole connections of Srivastava et al. (arXiv 1502.04681).

With x the input, h the output, c the cell, and w a weight per unit (their equations; Graves,
arXiv 1308.0850):

    i = sigmoid(W_i x + U_i h' + w_i c' + b_i)      f = sigmoid(W_f x + U_f h' + w_f c' + b_f)
    c = f c' + i tanh(W_z x + U_z h' + b_z)         o = sigmoid(W_o x + U_o h' + w_o c + b_o)
    h = o tanh(c)

Conventions: tensors are batch-first outside and frame-first inside; the four gates lie side by
side in the order i, f, z, o, as in ``nn.LSTM``; h' and c' are those of the frame before.
"""

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.autograd.function import once_differentiable

from kinembed.core.errors import DataError


class Memory(NamedTuple):
    """Output and cell of every layer after a frame: what goes on to the next.

    Attributes
    ----------
    output : Tensor of float, shape (layers, batch, units)
        h of the equations.
    cell : Tensor of float, shape (layers, batch, units)
        c of the equations.
    """

    output: Float[Tensor, "layers batch units"]
    cell: Float[Tensor, "layers batch units"]


class PeepholeLstm(nn.Module):
    """One or more layers; equal to ``nn.LSTM`` while all peepholes are zero, their initial value.

    Parameters
    ----------
    channels : int
        Channels of a frame; with 0 the network has no input and runs on from its memory.
    units : int
        Units of each layer.
    layers : int
        Number of layers, at least 1.
    """

    def __init__(self, channels: int, units: int, layers: int = 1) -> None:
        super().__init__()
        sizes = [channels] + [units] * (layers - 1)
        self.layers = nn.ModuleList(_Layer(size, units) for size in sizes)
        self.units = units

    def forward(
        self, frames: Float[Tensor, "batch frames channels"], memory: Memory | None = None
    ) -> tuple[Float[Tensor, "batch frames units"], Memory]:
        """States of the last layer at every frame, and the memory of all layers after the last.

        Parameters
        ----------
        frames : Tensor of float, shape (batch, frames, channels)
            At least one frame.
        memory : Memory, optional
            Where the layers start; None: zeros.

        Returns
        -------
        states : Tensor of float, shape (batch, frames, units)
            Outputs h of the last layer.
        memory : Memory
            Of all layers after the last frame.

        Raises
        ------
        DataError
            When the memory is of another number of layers or units, or of another batch size.
        """
        begin = self._begin(frames, memory)
        states, ends = frames, []
        for layer, output, cell in zip(self.layers, *begin, strict=True):
            states, end = layer(states, output, cell)
            ends.append((states[:, -1], end))
        outputs, cells = zip(*ends, strict=True)
        return states, Memory(torch.stack(outputs), torch.stack(cells))

    def _begin(self, frames: Tensor, memory: Memory | None) -> Memory:
        expected = (len(self.layers), len(frames), self.units)
        if memory is None:
            nothing = next(self.parameters()).new_zeros(expected)
            return Memory(nothing, nothing)
        for state in memory:
            if state.shape != expected:
                raise DataError(
                    f"expected a memory of {expected[0]} layers, batch {expected[1]} and "
                    f"{expected[2]} units, found {tuple(state.shape)}; begin from the memory of a "
                    "network of this size"
                )
        return memory


class _Layer(nn.Module):
    def __init__(self, channels: int, units: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(4 * units, channels))
        self.recurrent = nn.Parameter(torch.empty(4 * units, units))
        self.bias = nn.Parameter(torch.empty(4 * units))
        self.peepholes = nn.Parameter(torch.zeros(3, units))  # of the gates i, f and o
        for parameter in (self.weight, self.recurrent, self.bias):
            nn.init.uniform_(parameter, -1 / math.sqrt(units), 1 / math.sqrt(units))

    def forward(
        self,
        frames: Float[Tensor, "batch frames channels"],
        output: Float[Tensor, "batch units"],
        cell: Float[Tensor, "batch units"],
    ) -> tuple[Float[Tensor, "batch frames units"], Float[Tensor, "batch units"]]:
        """States at every frame and the last cell; the inputs of all frames are one product."""
        inputs = nn.functional.linear(frames.transpose(0, 1), self.weight, self.bias)
        recurrence: Callable[..., tuple[Tensor, Tensor]] = _Recurrence.apply
        states, cell = recurrence(
            inputs.to(self.recurrent.dtype),
            output,
            cell,
            self.recurrent,
            self.peepholes,
        )
        return states.transpose(0, 1), cell


class _Recurrence(torch.autograd.Function):
    """All frames of one layer, its gradient written out.

    A frame costs one matrix product and a few in-place operations each way; what a frame does not
    need (the weights' gradients, the gates' slopes) is computed for all of them at once. Left to
    autograd every frame would add to the gradient of every weight.

    Of a tanh its rest r is kept, where tanh(x) = 1 - 2 r and r = sigmoid(-2 x): on a processor
    sigmoid takes a fifth of the time of tanh, and what follows is one operation with either.
    """

    @staticmethod
    def forward(
        ctx: Any,
        inputs: Float[Tensor, "frames batch gates"],
        output: Float[Tensor, "batch units"],
        cell: Float[Tensor, "batch units"],
        recurrent: Float[Tensor, "gates units"],
        peepholes: Float[Tensor, "3 units"],
    ) -> tuple[Float[Tensor, "frames batch units"], Float[Tensor, "batch units"]]:
        count, batch, units = len(inputs), *cell.shape
        gates = inputs.new_empty(count, batch, 4, units)  # of z its rest
        rests = inputs.new_empty(count, batch, units)  # of tanh(c)
        outputs, cells = (
            torch.cat([first[None], first.new_empty(count, batch, units)])
            for first in (output, cell)
        )
        across, w_i_f, w_o = recurrent.T, peepholes[:2], peepholes[2]
        minus_two = inputs.new_tensor(-2)  # a number would become a tensor at every frame
        # Views of all frames at once: one by one they cost as much as small products.
        whole = (inputs, gates.flatten(2), gates[:, :, :2], *gates.unbind(2))
        each = (*whole, rests, outputs[1:], cells[1:])
        frames = zip(*(one.unbind() for one in each), strict=True)
        for x, flat, i_f, i, f, z_rest, o, rest, out, now in frames:
            torch.addmm(x, output, across, out=flat)
            i_f.addcmul_(cell[:, None], w_i_f).sigmoid_()
            z_rest.mul_(minus_two).sigmoid_()
            torch.mul(f, cell, out=now).add_(i).addcmul_(i, z_rest, value=-2)
            o.addcmul_(now, w_o).sigmoid_()
            torch.mul(now, minus_two, out=rest).sigmoid_()
            torch.addcmul(o, o, rest, value=-2, out=out)
            output, cell = out, now
        ctx.save_for_backward(gates, cells, outputs, rests, recurrent, peepholes)
        return outputs[1:], cells[-1].clone()

    @staticmethod
    @once_differentiable
    def backward(
        ctx: Any,
        to_outputs: Float[Tensor, "frames batch units"],
        to_cell: Float[Tensor, "batch units"],
    ) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
        gates, cells, outputs, rests, recurrent, peepholes = ctx.saved_tensors
        w_i, w_f, w_o = peepholes
        _, f, _, o = gates.unbind(2)
        slopes = _slopes(gates, cells, outputs)
        # What h adds to the gradient of c, and what of it goes on to the cell before.
        through = torch.addcmul(o, outputs[1:], 1 - 2 * rests, value=-1)
        through.addcmul_(slopes[:, :, 3], w_o)
        onward = torch.addcmul(f, slopes[:, :, 0], w_i).addcmul_(slopes[:, :, 1], w_f)
        to_inputs = slopes.flatten(2)  # becomes the gradient of the gates' arguments
        to_output = to_outputs[-1]
        before = torch.cat([torch.zeros_like(to_output)[None], to_outputs[:-1]])
        each = (before, to_inputs, slopes[:, :, :3], slopes[:, :, 3], through, onward)
        frames = list(zip(*(one.unbind() for one in each), strict=True))
        for to_before, flat, i_f_z, o_t, through_t, onward_t in reversed(frames):
            to_cell = torch.addcmul(to_cell, to_output, through_t)
            o_t.mul_(to_output)
            i_f_z.mul_(to_cell[:, None])
            to_output = torch.addmm(to_before, flat, recurrent)
            to_cell = to_cell * onward_t
        to_recurrent = to_inputs.flatten(0, 1).T @ outputs[:-1].flatten(0, 1)
        to_i_f = (slopes[:, :, :2] * cells[:-1, :, None]).sum((0, 1))
        to_o = (slopes[:, :, 3] * cells[1:]).sum((0, 1))
        return to_inputs, to_output, to_cell, to_recurrent, torch.cat([to_i_f, to_o[None]])


def _slopes(
    gates: Float[Tensor, "frames batch 4 units"],
    cells: Float[Tensor, "frames+1 batch units"],
    outputs: Float[Tensor, "frames+1 batch units"],
) -> Float[Tensor, "frames batch 4 units"]:
    """How c changes with the arguments of i, f and z, and h with that of o, c held fixed."""
    i, f, z_rest, o = gates.unbind(2)
    z, h = 1 - 2 * z_rest, outputs[1:]
    added, kept = i * z, f * cells[:-1]
    slopes = torch.empty_like(gates)
    torch.addcmul(added, added, i, value=-1, out=slopes[:, :, 0])
    torch.addcmul(kept, kept, f, value=-1, out=slopes[:, :, 1])
    torch.addcmul(i, added, z, value=-1, out=slopes[:, :, 2])
    torch.addcmul(h, h, o, value=-1, out=slopes[:, :, 3])
    return slopes
