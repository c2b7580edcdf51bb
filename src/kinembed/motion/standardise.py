"""Channels to zero mean and unit variance; channels that do not vary are left out."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from jaxtyping import Bool, Float

from kinembed.core.errors import DataError

MINIMUM_STD = 1e-4
"""Channels that vary less are dropped (Su & Shlizerman's code, METHODS section 1)."""
AT_ONCE = 8
"""Channels that are measured at once, at most: all may not fit in memory."""


@dataclass(frozen=True, eq=False)
class Standardiser:
    """Mean and standard deviation of the channels that vary.

    Attributes
    ----------
    channels : tuple of str
        Names of the channels that are kept, in their order.
    mean : ndarray of float, shape (kept,)
        Means in the channels' own units.
    std : ndarray of float, shape (kept,)
        Standard deviations, at least ``MINIMUM_STD``.
    """

    channels: tuple[str, ...]
    mean: Float[np.ndarray, "kept"]
    std: Float[np.ndarray, "kept"]

    @classmethod
    def fit(
        cls,
        values: Float[np.ndarray, "frames channels"],
        channels: tuple[str, ...],
        seen: Bool[np.ndarray, "frames"] | None = None,
    ) -> "Standardiser":
        """Measure every channel and keep those that vary.

        Parameters
        ----------
        values : ndarray of float, shape (frames, channels)
            Values of all frames to train on.
        channels : tuple of str
            Names of the columns.
        seen : ndarray of bool, shape (frames,), optional
            Frames that are measured; None: all.

        Returns
        -------
        Standardiser
            Of the channels whose standard deviation is at least ``MINIMUM_STD``.

        Raises
        ------
        DataError
            When no channel varies.
        """
        edges = np.linspace(0, len(channels), 1 + max(1, -(-len(channels) // AT_ONCE)), dtype=int)
        frames = slice(None) if seen is None or seen.all() else seen
        measured = [_measured(values[frames, start:stop]) for start, stop in pairwise(edges)]
        mean, std = np.concatenate(measured, axis=1)
        kept = np.flatnonzero(std >= MINIMUM_STD)
        if len(kept) == 0:
            raise DataError("no channel varies: there is no movement to learn from")
        return cls(tuple(channels[i] for i in kept), mean[kept], std[kept])

    def apply(
        self, values: Float[np.ndarray, "frames channels"], channels: tuple[str, ...]
    ) -> Float[np.ndarray, "frames kept"]:
        """Standardise the kept channels.

        Parameters
        ----------
        values : ndarray of float, shape (frames, channels)
            Values in the channels' own units.
        channels : tuple of str
            Names of the columns, in any order; further ones are left out.

        Returns
        -------
        ndarray of float, shape (frames, kept)
            Columns in the order of the kept channels.

        Raises
        ------
        DataError
            When a kept channel is absent.
        """
        position = {channel: index for index, channel in enumerate(channels)}
        absent = [channel for channel in self.channels if channel not in position]
        if absent:
            raise DataError(f"the model needs channels that the data lacks: {', '.join(absent)}")
        columns = [position[channel] for channel in self.channels]
        standardised: Float[np.ndarray, "frames kept"] = (values[:, columns] - self.mean) / self.std
        return standardised

    def invert(
        self, standardised: Float[np.ndarray, "frames kept"]
    ) -> Float[np.ndarray, "frames kept"]:
        """Bring the kept channels back to their own units.

        Parameters
        ----------
        standardised : ndarray of float, shape (frames, kept)
            As :meth:`apply` returns them.

        Returns
        -------
        ndarray of float, shape (frames, kept)
            Values in the channels' own units.
        """
        values: Float[np.ndarray, "frames kept"] = standardised * self.std + self.mean
        return values

    def to_dict(self) -> dict[str, Any]:
        """Convert to plain values, for storing beside a model.

        Returns
        -------
        dict of str to list
            Fields by name.
        """
        return {
            "channels": list(self.channels),
            "mean": self.mean.tolist(),
            "std": self.std.tolist(),
        }

    @classmethod
    def from_dict(cls, stored: dict[str, Any]) -> "Standardiser":
        """Build a standardiser from what :meth:`to_dict` returned.

        Parameters
        ----------
        stored : dict of str to list
            Fields by name.

        Returns
        -------
        Standardiser
            Equal in its values to the one that was stored.
        """
        return cls(
            tuple(stored["channels"]),
            np.asarray(stored["mean"], dtype=np.float64),
            np.asarray(stored["std"], dtype=np.float64),
        )


def _measured(values: Float[np.ndarray, "frames block"]) -> Float[np.ndarray, "2 block"]:
    """Means and standard deviations, to the bit those of all channels at once."""
    # numpy sums each column pairwise if it is contiguous, and row by row if not.
    return np.stack([np.asfortranarray(values).mean(axis=0), values.std(axis=0)])
