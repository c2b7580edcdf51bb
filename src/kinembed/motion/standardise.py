"""Channels to zero mean and unit variance; channels that do not vary are left out."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float

from kinembed.core.errors import DataError

MINIMUM_STD = 1e-4
"""Channels that vary less are dropped (Su & Shlizerman's code, METHODS section 1)."""


@dataclass(frozen=True, eq=False)
class Standardiser:
    """Mean and standard deviation of the channels that vary, in the order they are kept."""

    channels: tuple[str, ...]
    mean: Float[np.ndarray, "kept"]
    std: Float[np.ndarray, "kept"]

    @classmethod
    def fit(
        cls, values: Float[np.ndarray, "frames channels"], channels: tuple[str, ...]
    ) -> "Standardiser":
        """Measure every channel; raises DataError when none of them varies."""
        std = values.std(axis=0)
        kept = np.flatnonzero(std >= MINIMUM_STD)
        if len(kept) == 0:
            raise DataError("no channel varies: there is no movement to learn from")
        return cls(tuple(channels[i] for i in kept), values[:, kept].mean(axis=0), std[kept])

    def apply(
        self, values: Float[np.ndarray, "frames channels"], channels: tuple[str, ...]
    ) -> Float[np.ndarray, "frames kept"]:
        """Standardised values of the kept channels; raises DataError naming absent ones."""
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
        """The kept channels in their own units again."""
        values: Float[np.ndarray, "frames kept"] = standardised * self.std + self.mean
        return values

    def to_dict(self) -> dict[str, Any]:
        """Plain values, for storing beside a model."""
        return {
            "channels": list(self.channels),
            "mean": self.mean.tolist(),
            "std": self.std.tolist(),
        }

    @classmethod
    def from_dict(cls, stored: dict[str, Any]) -> "Standardiser":
        """Inverse of :meth:`to_dict`."""
        return cls(
            tuple(stored["channels"]),
            np.asarray(stored["mean"], dtype=np.float64),
            np.asarray(stored["std"], dtype=np.float64),
        )
