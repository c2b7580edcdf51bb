"""What is optimised: an input of a network, and how far it may go at each of its places.

Conventions
-----------
* Shapes and axes are those of one input, without the batch, which comes first in tensors.
* A *place* is one of the points at which the norm is taken: a pixel of a frame, a joint in a
  frame, a frame. The norm is Euclidean, over the axis of channels.
* Norms are of the *deviation* from a centre: black, no flow, the mean pose. A *share* is a
  deviation divided by the bound of its place, so that it has a norm of at most 1.
"""

from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from kinembed.core.errors import DataError

Values = Float[np.ndarray, "..."]
Shares = Float[Tensor, "batch ..."]


@dataclass(frozen=True, eq=False)
class BoundedInput:
    """An input of a network: its axes, and the largest norm that each place may have.

    Raises DataError for axes that are not those of the shape, and where there is no bound that is
    finite and positive.

    Attributes
    ----------
    name: what it is called, ``appearance``, ``flow``, ``movement``.
    shape: of one input, without the batch.
    time: the axis of frames.
    channels: the axis over which the norm at a place is taken.
    bound: the largest norm, broadcast against the shape with one channel; 0 at a place that stays
        at the centre (the root of a body).
    space: axes along which neighbours lie side by side, as pixels do.
    joints: the axis of joints or bones, where there is one.
    centre: where deviations are counted from, broadcast against the shape.
    nonnegative: no deviation is below 0, as brightness is not.
    """

    name: str
    shape: tuple[int, ...]
    time: int
    channels: int
    bound: float | Values
    space: tuple[int, ...] = ()
    joints: int | None = None
    centre: float | Values = 0.0
    nonnegative: bool = False

    def __post_init__(self) -> None:
        given = [self.time, self.channels, *self.space]
        given += [] if self.joints is None else [self.joints]
        if len(set(given)) < len(given) or not set(given) <= set(range(len(self.shape))):
            raise DataError(
                f"input {self.name!r} of shape {self.shape} cannot have the axes {given} for time, "
                f"channels and space; each is another one of 0 to {len(self.shape) - 1}"
            )
        bound = np.asarray(self.bound, dtype=np.float64)
        if not np.isfinite(bound).all() or (bound < 0).any() or not (bound > 0).any():
            raise DataError(
                f"input {self.name!r} cannot be bounded by {_told(bound)}: a bound is finite and "
                "positive, or what is optimised would grow for ever; take the largest norm of data"
            )

    @classmethod
    def around(
        cls,
        name: str,
        data: Float[np.ndarray, "clips ..."],
        *,
        time: int,
        channels: int,
        joints: int | None = None,
    ) -> "BoundedInput":
        """Deviations from the mean of data over clips and frames, bounded by the largest in them.

        Every joint or bone has its own bound, where their axis is named.
        """
        centre = data.mean(axis=(0, time + 1))
        centre = np.expand_dims(centre, time)
        norms = np.linalg.norm(data - centre, axis=channels + 1, keepdims=True)
        kept = () if joints is None else (joints + 1,)
        apart = tuple(axis for axis in range(norms.ndim) if axis not in kept)
        bound = norms.max(axis=apart, keepdims=True)[0]
        return cls(name, data.shape[1:], time, channels, bound, (), joints, centre)

    @property
    def scale(self) -> float:
        """The largest of the bounds."""
        return float(np.max(self.bound))

    @property
    def places(self) -> int:
        """How many there are."""
        return int(np.prod(self.shape)) // self.shape[self.channels]

    def project(self, shares: Shares) -> Shares:
        """The nearest within the bounds: where a norm is above 1 it becomes 1, the rest stays.

        What must not be negative and is becomes 0 before.
        """
        allowed = shares.clamp(min=0) if self.nonnegative else shares
        return allowed * self.squares(allowed).clamp_(min=1).rsqrt_()

    def norms(self, shares: Shares) -> Shares:
        """Norm at each place; the axis of channels stays, with one."""
        return self.squares(shares).sqrt()

    def squares(self, shares: Shares) -> Shares:
        """Of the norms; unlike them they have a gradient where they are 0.

        ``torch.linalg.vector_norm`` takes many times as long along any axis but the last.
        """
        return shares.square().sum(dim=self.channels + 1, keepdim=True)

    def deviation(self, shares: Shares) -> Shares:
        """From the centre, in the input's own unit."""
        return shares * _like(shares, self.bound)

    def relative(self, shares: Shares) -> Shares:
        """Deviation from the centre, in the largest of the bounds."""
        if np.size(self.bound) == 1:
            return shares
        return self.deviation(shares) / self.scale

    def whole(self, shares: Shares) -> Shares:
        """What the network is given: the centre and the deviation from it."""
        return torch.addcmul(_like(shares, self.centre), shares, _like(shares, self.bound))


def _like(shares: Shares, values: float | Values) -> Tensor:
    return torch.as_tensor(values, dtype=shares.dtype, device=shares.device)


def _told(bound: Values) -> str:
    if bound.size == 1:
        return f"{bound.item():g}"
    return f"{bound.size} bounds from {bound.min():g} to {bound.max():g}"
