"""The space that :mod:`kinembed.segmentation.kernel_segmentation` finds clusters in, fitted on one
recording, for others.

A row is mapped by Nystroem's approximation of a Gaussian kernel, as its summary is, and principal
components are kept of both together. All of it is measured on the discovered rows.

In the kernel's own space every row has length 1. Far from all landmarks the approximation goes to
0, so that what is foreign would lie near the middle; the part of the length that it leaves out is
therefore counted with the distance.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float
from sklearn.metrics.pairwise import rbf_kernel

from kinembed.segmentation.embedding import moments, scales_of, side_by_side, total_deviation
from kinembed.segmentation.kernel_segmentation import (
    DIMENSIONS,
    SUMMARY_S,
    SUMMARY_WEIGHT,
    fitted_kernel,
)
from kinembed.segmentation.principal_components import Arrays, Axes

WEIGHTS = (1 - SUMMARY_WEIGHT, SUMMARY_WEIGHT)
"""Shares of rows and of their summaries in the variance."""


@dataclass(frozen=True, eq=False)
class Places:
    """Rows in a feature space, and how far (squared) each lies outside of it."""

    features: Float[np.ndarray, "rows features"]
    outside: Float[np.ndarray, "rows"]


@dataclass(frozen=True, eq=False)
class Kernel:
    """Nystroem's mapping, fitted: exp(-gamma |row - landmark|^2), normalised, over a scale."""

    landmarks: Float[np.ndarray, "landmarks dimensions"]
    normalisation: Float[np.ndarray, "landmarks landmarks"]
    gamma: float
    scale: float

    @classmethod
    def fit(cls, values: Float[np.ndarray, "rows dimensions"], seed: int) -> "Kernel":
        """As :func:`kinembed.segmentation.kernel_segmentation.fitted_kernel`, with a total
        variance of 1.
        """
        fitted = fitted_kernel(values, seed)
        kernel = cls(fitted.components_, fitted.normalization_, float(fitted.gamma), 1.0)
        return replace(kernel, scale=total_deviation(kernel.apply(values)))

    def apply(
        self, values: Float[np.ndarray, "rows dimensions"]
    ) -> Float[np.ndarray, "rows landmarks"]:
        """Where rows lie among the landmarks."""
        mapped: Float[np.ndarray, "rows landmarks"]
        mapped = rbf_kernel(values, self.landmarks, self.gamma) @ self.normalisation.T / self.scale
        return mapped

    def left_out(self, mapped: Float[np.ndarray, "rows landmarks"]) -> Float[np.ndarray, "rows"]:
        """What mapped rows lack of their squared length."""
        lacking: Float[np.ndarray, rows]
        lacking = np.maximum(self.scale**-2 - np.square(mapped).sum(axis=1), 0.0)
        return lacking

    def to_arrays(self, prefix: str) -> Arrays:
        """Plain arrays, for storing."""
        return {
            f"{prefix}.landmarks": self.landmarks,
            f"{prefix}.normalisation": np.ascontiguousarray(self.normalisation),
            f"{prefix}.numbers": np.array([self.gamma, self.scale]),
        }

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, np.ndarray], prefix: str) -> "Kernel":
        """Inverse of :meth:`to_arrays`."""
        gamma, scale = arrays[f"{prefix}.numbers"].tolist()
        landmarks, normalisation = (
            arrays[f"{prefix}.landmarks"],
            arrays[f"{prefix}.normalisation"],
        )
        return cls(landmarks, normalisation, gamma, scale)


@dataclass(frozen=True, eq=False)
class KernelSpace:
    """Kernels of rows and of their summaries, what the summaries' parts are divided by, axes."""

    rows: Kernel
    summaries: Kernel
    scales: tuple[float, ...]
    axes: Axes

    @classmethod
    def fit(
        cls,
        values: Float[np.ndarray, "rows dimensions"],
        rate: float,
        cuts: Sequence[int],
        seed: int,
    ) -> "KernelSpace":
        """As discovery does with rows that follow each other at `rate` a second but at `cuts`."""
        parts = _moments(values, rate, cuts)
        scales = scales_of(parts)
        kernels = Kernel.fit(values, seed), Kernel.fit(side_by_side(parts, scales), seed)
        stacked = _stacked(kernels[0].apply(values), kernels[1].apply(side_by_side(parts, scales)))
        return cls(*kernels, scales, Axes.fit(stacked, DIMENSIONS))

    def places(
        self, values: Float[np.ndarray, "rows dimensions"], rate: float, cuts: Sequence[int]
    ) -> Places:
        """Where rows of this or of another recording lie; time and memory grow linearly."""
        rows = self.rows.apply(values)
        summaries = self.summaries.apply(side_by_side(_moments(values, rate, cuts), self.scales))
        lacking = [self.rows.left_out(rows), self.summaries.left_out(summaries)]
        stacked = _stacked(rows, summaries)
        outside = np.dot(WEIGHTS, lacking) + self.axes.left_out(stacked)
        return Places(self.axes.reduce(stacked), outside)

    def to_arrays(self) -> Arrays:
        """Plain arrays, for storing."""
        return {
            **self.rows.to_arrays("rows"),
            **self.summaries.to_arrays("summaries"),
            "summaries.scales": np.array(self.scales),
            **self.axes.to_arrays("space"),
        }

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, np.ndarray]) -> "KernelSpace":
        """Inverse of :meth:`to_arrays`; raises KeyError for an array that is absent."""
        return cls(
            Kernel.from_arrays(arrays, "rows"),
            Kernel.from_arrays(arrays, "summaries"),
            tuple(arrays["summaries.scales"].tolist()),
            Axes.from_arrays(arrays, "space"),
        )


def _moments(
    values: Float[np.ndarray, "rows dimensions"], rate: float, cuts: Sequence[int]
) -> list[Float[np.ndarray, "rows dimensions"]]:
    rows = max(1, round(SUMMARY_S * rate))
    return moments(values, np.arange(len(values)), cuts, rows, spread=True)


def _stacked(
    rows: Float[np.ndarray, "rows landmarks"], summaries: Float[np.ndarray, "rows others"]
) -> Float[np.ndarray, "rows both"]:
    return np.hstack([np.sqrt(WEIGHTS[0]) * rows, np.sqrt(WEIGHTS[1]) * summaries])
