"""The feature space in which kernel segmentation finds clusters, fitted on one recording.

A row and its summary (mean and spread over two seconds) are each mapped by Nystroem's approximation
of a Gaussian kernel, in which a mean stands for a whole distribution. Of both together principal
components are kept.

In the kernel's own space every row has length 1. Far from all landmarks the approximation goes to
0, so that what is foreign would lie near the middle; the share of the length that it leaves out is
therefore counted with the distance.

Rows are mapped in blocks, twice in fitting: first their scatter is summed up, which gives scales
and principal components, then these are applied. So only the components kept are held of all rows.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float
from scipy.spatial.distance import pdist
from sklearn.kernel_approximation import Nystroem
from sklearn.metrics.pairwise import rbf_kernel

from kinembed.segmentation.principal_components import Arrays, Axes
from kinembed.segmentation.scatter import Scatter
from kinembed.segmentation.summaries import moments, scales_of, side_by_side

# Rows that stand for all in the kernel's feature space (Nystroem).
LANDMARKS = 300
# Rows from which the kernel's width, the median distance between them, is computed.
BANDWIDTH_ROWS = 500
# Beside the rows themselves stand their mean and spread over this time (s) ...
SUMMARY_S = 2.0
# ... with this share of the total variance.
SUMMARY_WEIGHT = 1 / 3
# Shares of rows and of their summaries in the variance.
WEIGHTS = (1 - SUMMARY_WEIGHT, SUMMARY_WEIGHT)
# Principal components of the feature space that are kept: nearly all of the variance.
DIMENSIONS = 100
# Rows that are mapped at once.
BLOCK_ROWS = 2048


@dataclass(frozen=True, eq=False)
class Mapped:
    """Rows in a feature space, and how far (squared) each lies outside of it.

    Attributes
    ----------
    features : ndarray of float, shape (rows, features)
        Coordinates in the feature space.
    outside : ndarray of float, shape (rows,)
        Squared distance of each row from the space.
    """

    features: Float[np.ndarray, "rows features"]
    outside: Float[np.ndarray, "rows"]


@dataclass(frozen=True, eq=False)
class Kernel:
    """Nystroem's mapping, fitted: exp(-gamma |row - landmark|^2), normalised, over a scale.

    Williams & Seeger, "Using the Nystroem method to speed up kernel machines", NIPS 13, 2001.

    Attributes
    ----------
    landmarks : ndarray of float, shape (landmarks, dimensions)
        Rows that stand for all.
    normalisation : ndarray of float, shape (landmarks, landmarks)
        Inverse square root of the kernel between landmarks.
    gamma : float
        One over the median squared distance between rows.
    scale : float
        Total deviation of mapped rows, by which they are divided.
    """

    landmarks: Float[np.ndarray, "landmarks dimensions"]
    normalisation: Float[np.ndarray, "landmarks landmarks"]
    gamma: float
    scale: float

    @classmethod
    def fit(cls, values: Float[np.ndarray, "rows dimensions"], seed: int) -> "Kernel":
        """Fit a kernel that is as wide as rows are usually apart; its scale is 1.

        Parameters
        ----------
        values : ndarray of float, shape (rows, dimensions)
            Rows.
        seed : int
            Seed of the choice of landmarks and of the rows that the width is measured on.

        Returns
        -------
        Kernel
            The kernel, not yet scaled.
        """
        generator = np.random.default_rng(seed)
        chosen = generator.choice(len(values), min(BANDWIDTH_ROWS, len(values)), replace=False)
        distances = pdist(values[chosen], "sqeuclidean")
        width = float(np.median(distances[distances > 0])) if distances.any() else 1.0
        landmarks = min(LANDMARKS, len(values))
        fitted = Nystroem(gamma=1 / width, n_components=landmarks, random_state=seed).fit(values)
        return cls(fitted.components_, fitted.normalization_, float(fitted.gamma), 1.0)

    def apply(
        self, values: Float[np.ndarray, "rows dimensions"]
    ) -> Float[np.ndarray, "rows landmarks"]:
        """Map rows of this or of another recording.

        Parameters
        ----------
        values : ndarray of float, shape (rows, dimensions)
            Rows.

        Returns
        -------
        ndarray of float, shape (rows, landmarks)
            Coordinates in the space that the landmarks span.
        """
        mapped: Float[np.ndarray, "rows landmarks"]
        mapped = rbf_kernel(values, self.landmarks, self.gamma) @ self.normalisation.T
        mapped /= self.scale
        return mapped

    def left_out(self, mapped: Float[np.ndarray, "rows landmarks"]) -> Float[np.ndarray, "rows"]:
        """Compute what mapped rows lack of their squared length.

        Parameters
        ----------
        mapped : ndarray of float, shape (rows, landmarks)
            Rows as :meth:`apply` maps them.

        Returns
        -------
        ndarray of float, shape (rows,)
            At least 0; in the kernel's own space, all rows have the squared length ``scale**-2``.
        """
        lacking: Float[np.ndarray, rows]
        lacking = np.maximum(self.scale**-2 - np.square(mapped).sum(axis=1), 0.0)
        return lacking

    def to_arrays(self, prefix: str) -> Arrays:
        """Return plain arrays, for storing.

        Parameters
        ----------
        prefix : str
            Beginning of their names.

        Returns
        -------
        dict of str to ndarray
            ``<prefix>.landmarks``, ``<prefix>.normalisation`` and ``<prefix>.numbers`` (gamma,
            scale).
        """
        return {
            f"{prefix}.landmarks": self.landmarks,
            f"{prefix}.normalisation": np.ascontiguousarray(self.normalisation),
            f"{prefix}.numbers": np.array([self.gamma, self.scale]),
        }

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, np.ndarray], prefix: str) -> "Kernel":
        """Restore a kernel from what :meth:`to_arrays` returned.

        Parameters
        ----------
        arrays : mapping of str to ndarray
            Stored arrays.
        prefix : str
            Beginning of their names.

        Returns
        -------
        Kernel
            The kernel.

        Raises
        ------
        KeyError
            When an array is absent.
        """
        gamma, scale = arrays[f"{prefix}.numbers"].tolist()
        landmarks, normalisation = (
            arrays[f"{prefix}.landmarks"],
            arrays[f"{prefix}.normalisation"],
        )
        return cls(landmarks, normalisation, gamma, scale)


@dataclass(frozen=True, eq=False)
class KernelSpace:
    """Feature space of kernel segmentation: kernels of rows and of their summaries, then axes.

    Attributes
    ----------
    rows : Kernel
        Kernel of rows.
    summaries : Kernel
        Kernel of summaries of rows.
    scales : tuple of float
        What mean and standard deviation of a summary are divided by.
    axes : Axes
        Principal components of both mappings together.
    """

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
    ) -> tuple["KernelSpace", Mapped]:
        """Fit the space of some rows, and map the rows into it.

        Parameters
        ----------
        values : ndarray of float, shape (rows, dimensions)
            Rows of one recording.
        rate : float
            Rows per second, in Hz.
        cuts : sequence of int
            Ascending rows at which an interval begins; summaries reach across none.
        seed : int
            Seed of the choice of landmarks.

        Returns
        -------
        space : KernelSpace
            The space.
        mapped : Mapped
            The rows in it, with a total variance of about 1.
        """
        summed = _moments(values, rate, cuts)
        scales = scales_of(summed)
        summarised = side_by_side(summed, scales)
        del summed  # as large as what is made of it
        space = cls._of(values, summarised, scales, seed)
        return space, space._mapped(values, summarised)

    @classmethod
    def _of(
        cls,
        values: Float[np.ndarray, "rows dimensions"],
        summarised: Float[np.ndarray, "rows both"],
        scales: tuple[float, ...],
        seed: int,
    ) -> "KernelSpace":
        """Kernels of rows and summaries, scaled, and the axes of what they map."""
        kernels = Kernel.fit(values, seed), Kernel.fit(summarised, seed)
        scatter = Scatter.of(
            np.hstack([kernels[0].apply(values[block]), kernels[1].apply(summarised[block])])
            for block in _blocks(len(values))
        )
        counts = [len(kernel.landmarks) for kernel in kernels]
        deviations = scatter.deviations(counts)
        weighted = scatter.scaled(np.repeat(np.sqrt(WEIGHTS) / deviations, counts))
        rows, summaries = (
            replace(kernel, scale=scale)
            for kernel, scale in zip(kernels, deviations.tolist(), strict=True)
        )
        return cls(rows, summaries, scales, Axes.of_scatter(weighted, DIMENSIONS))

    def map(
        self, values: Float[np.ndarray, "rows dimensions"], rate: float, cuts: Sequence[int]
    ) -> Mapped:
        """Map rows of this or of another recording into the space.

        Time and memory grow linearly with their number.

        Parameters
        ----------
        values : ndarray of float, shape (rows, dimensions)
            Rows of one recording.
        rate : float
            Rows per second, in Hz.
        cuts : sequence of int
            Ascending rows at which an interval begins; summaries reach across none.

        Returns
        -------
        Mapped
            The rows in the space.
        """
        return self._mapped(values, side_by_side(_moments(values, rate, cuts), self.scales))

    def _mapped(
        self,
        values: Float[np.ndarray, "rows dimensions"],
        summarised: Float[np.ndarray, "rows both"],
    ) -> Mapped:
        features = np.empty((len(values), self.axes.coordinates))
        outside = np.empty(len(values))
        for block in _blocks(len(values)):
            both = self.rows.apply(values[block]), self.summaries.apply(summarised[block])
            mapped = self._joined(*both)
            features[block], outside[block] = mapped.features, mapped.outside
        return Mapped(features, outside)

    def _joined(
        self,
        mapped: Float[np.ndarray, "rows landmarks"],
        summarised: Float[np.ndarray, "rows others"],
    ) -> Mapped:
        both = _weighted(mapped, summarised)
        features = self.axes.reduce(both)
        lacking = [self.rows.left_out(mapped), self.summaries.left_out(summarised)]
        return Mapped(features, np.dot(WEIGHTS, lacking) + self.axes.left_out(both, features))

    def to_arrays(self) -> Arrays:
        """Return plain arrays, for storing.

        Returns
        -------
        dict of str to ndarray
            Arrays of both kernels (``rows.*``, ``summaries.*``), ``summaries.scales`` and those of
            the axes (``space.*``).
        """
        return {
            **self.rows.to_arrays("rows"),
            **self.summaries.to_arrays("summaries"),
            "summaries.scales": np.array(self.scales),
            **self.axes.to_arrays("space"),
        }

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, np.ndarray]) -> "KernelSpace":
        """Restore a space from what :meth:`to_arrays` returned.

        Parameters
        ----------
        arrays : mapping of str to ndarray
            Stored arrays; those of other names are ignored.

        Returns
        -------
        KernelSpace
            The space.

        Raises
        ------
        KeyError
            When an array is absent.
        """
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


def _blocks(rows: int) -> Iterator[slice]:
    return (slice(start, start + BLOCK_ROWS) for start in range(0, rows, BLOCK_ROWS))


def _weighted(
    rows: Float[np.ndarray, "rows landmarks"], summaries: Float[np.ndarray, "rows others"]
) -> Float[np.ndarray, "rows both"]:
    return np.hstack([np.sqrt(WEIGHTS[0]) * rows, np.sqrt(WEIGHTS[1]) * summaries])
