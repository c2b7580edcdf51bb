"""What is optimised: an input of a network, and how far it may go at each of its locations.

Conventions
-----------
* Shapes and axes are those of one input, without the batch, which comes first in tensors.
* A *location* is one of the points at which the norm is computed: a pixel of a frame, a joint in a
  frame, a frame. The norm is Euclidean, over the axis of channels.
* Norms are of the *deviation* from a centre: black, no flow, the mean pose. A *share* is a
  deviation divided by the bound of its location, so that it has a norm of at most 1.
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
    """An input of a network: its axes, and the largest norm that each location may have.

    Raises DataError for axes that are not those of the shape, and where there is no bound that is
    finite and positive.

    Attributes
    ----------
    name : str
        What the input is called: ``appearance``, ``flow``, ``movement``, ...
    shape : tuple of int
        Shape of one input, without the batch.
    time : int
        Axis of frames.
    channels : int
        Axis over which the norm at a location is computed.
    bound : float or ndarray of float
        Largest norm at each location, in the input's unit, broadcast against the shape with one
        channel; 0 at a location that stays at the centre (the root of a body).
    space : tuple of int
        Axes along which neighbours lie side by side, as pixels do.
    joints : int or None
        Axis of joints or bones; None where there is none.
    centre : float or ndarray of float
        Where deviations are counted from, in the input's unit, broadcast against the shape.
    nonnegative : bool
        Whether no deviation is below 0, as brightness is not.

    Raises
    ------
    DataError
        When two axes are the same or one is not of the shape, or when the bound is not finite, is
        negative somewhere or positive nowhere.
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
                "positive, or what is optimised would grow for ever; use the largest norm of data"
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
        """Bound the deviations from the mean of data by the largest that the data hold.

        The mean is that over clips and frames. Every joint or bone has its own bound, where their
        axis is named.

        Parameters
        ----------
        name : str
            What the input is called.
        data : ndarray of float, shape (clips, ...)
            Clips, each of the shape of one input.
        time : int
            Axis of frames in one clip.
        channels : int
            Axis over which the norm at a location is computed, in one clip.
        joints : int, optional
            Axis of joints or bones in one clip; None gives all locations one bound.

        Returns
        -------
        BoundedInput
            An input without axes of space, whose centre is the mean.

        Raises
        ------
        DataError
            When two axes are the same or one is not of the shape, or when the clips are not finite
            or do not differ from their mean.
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
        """The largest of the bounds.

        Returns
        -------
        float
            In the input's unit, above 0.
        """
        return float(np.max(self.bound))

    @property
    def locations(self) -> int:
        """Number of locations at which a norm is computed.

        Returns
        -------
        int
            Product of the shape without the axis of channels.
        """
        return int(np.prod(self.shape)) // self.shape[self.channels]

    def project(self, shares: Shares) -> Shares:
        """The nearest within the bounds: where a norm is above 1 it becomes 1, the rest stays.

        What must not be negative and is becomes 0 before.

        Parameters
        ----------
        shares : Tensor of float, shape (batch, ...)
            Deviations, in the bounds of their locations.

        Returns
        -------
        Tensor of float, shape (batch, ...)
            The shares within the bounds.
        """
        allowed = shares.clamp(min=0) if self.nonnegative else shares
        return allowed * self.squares(allowed).clamp_(min=1).rsqrt_()

    def norms(self, shares: Shares) -> Shares:
        """Compute the Euclidean norm over channels at each location.

        Parameters
        ----------
        shares : Tensor of float, shape (batch, ...)
            Deviations, in the bounds of their locations.

        Returns
        -------
        Tensor of float, shape (batch, ...)
            Norms, in bounds; the axis of channels stays, with length 1.
        """
        return self.squares(shares).sqrt()

    def squares(self, shares: Shares) -> Shares:
        """Square the norms at each location; unlike norms, squares have a gradient at 0.

        ``torch.linalg.vector_norm`` takes many times as long along any axis but the last.

        Parameters
        ----------
        shares : Tensor of float, shape (batch, ...)
            Deviations, in the bounds of their locations.

        Returns
        -------
        Tensor of float, shape (batch, ...)
            Squared norms; the axis of channels stays, with length 1.
        """
        return shares.square().sum(dim=self.channels + 1, keepdim=True)

    def deviation(self, shares: Shares) -> Shares:
        """Convert shares to deviations from the centre.

        Parameters
        ----------
        shares : Tensor of float, shape (batch, ...)
            Deviations, in the bounds of their locations.

        Returns
        -------
        Tensor of float, shape (batch, ...)
            Deviations, in the input's unit.
        """
        return shares * _like(shares, self.bound)

    def relative(self, shares: Shares) -> Shares:
        """Convert shares to deviations counted in the largest of the bounds.

        Parameters
        ----------
        shares : Tensor of float, shape (batch, ...)
            Deviations, in the bounds of their locations.

        Returns
        -------
        Tensor of float, shape (batch, ...)
            Deviations, divided by the largest bound; the shares themselves where there is one
            bound.
        """
        if np.size(self.bound) == 1:
            return shares
        return self.deviation(shares) / self.scale

    def whole(self, shares: Shares) -> Shares:
        """Convert shares to what the network reads: the centre and the deviation from it.

        Parameters
        ----------
        shares : Tensor of float, shape (batch, ...)
            Deviations, in the bounds of their locations.

        Returns
        -------
        Tensor of float, shape (batch, ...)
            Inputs, in the input's unit.
        """
        return torch.addcmul(_like(shares, self.centre), shares, _like(shares, self.bound))


def _like(shares: Shares, values: float | Values) -> Tensor:
    return torch.as_tensor(values, dtype=shares.dtype, device=shares.device)


def _told(bound: Values) -> str:
    if bound.size == 1:
        return f"{bound.item():g}"
    return f"{bound.size} bounds from {bound.min():g} to {bound.max():g}"
