"""How the states of one recording became rows of an embedding, to treat another's in the same way.

Principal components and scales are measured on the recording that a network was trained on. Rows of
another recording are comparable with its rows only when they are made with the same ones.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from sklearn.decomposition import PCA

BASIS_ARRAYS = ("basis.mean", "basis.components", "basis.scales")
"""Names under which a basis is stored among other arrays."""

Arrays = dict[str, np.ndarray]


@dataclass(frozen=True, eq=False)
class Axes:
    """Principal components of rows, or (None) the rows as they are."""

    mean: Float[np.ndarray, "dimensions"]
    components: Float[np.ndarray, "components dimensions"] | None

    @classmethod
    def fit(cls, values: Float[np.ndarray, "rows dimensions"], components: int | None) -> "Axes":
        """The directions of most variance; values as they are for None or too few of them."""
        if components is None or components >= min(values.shape):
            return cls(np.zeros(values.shape[1]), None)
        pca = PCA(components, svd_solver="covariance_eigh").fit(values)
        return cls(pca.mean_, pca.components_)

    def reduce(
        self, values: Float[np.ndarray, "rows dimensions"]
    ) -> Float[np.ndarray, "rows components"]:
        """Coordinates of rows along the axes."""
        if self.components is None:
            return values
        reduced: Float[np.ndarray, "rows components"]
        reduced = values @ self.components.T - self.mean @ self.components.T
        return reduced

    def left_out(
        self,
        values: Float[np.ndarray, "rows dimensions"],
        reduced: Float[np.ndarray, "rows components"],
    ) -> Float[np.ndarray, "rows"]:
        """Squared distance of rows from the plane of the axes.

        Parameters
        ----------
        values:
            Rows, (rows, dimensions).
        reduced:
            Their coordinates along the axes, (rows, components).

        Returns
        -------
        numpy.ndarray
            (rows,); 0 for rows as they are.
        """
        if self.components is None:
            return np.zeros(len(values))
        whole = np.square(values - self.mean).sum(axis=1)
        rest: Float[np.ndarray, rows]
        rest = np.maximum(whole - np.square(reduced).sum(axis=1), 0.0)
        return rest

    def to_arrays(self, prefix: str) -> Arrays:
        """Plain arrays, for storing; none of components for rows as they are."""
        arrays = {f"{prefix}.mean": self.mean}
        if self.components is not None:
            arrays[f"{prefix}.components"] = np.ascontiguousarray(self.components)
        return arrays

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, np.ndarray], prefix: str) -> "Axes":
        """Inverse of :meth:`to_arrays`."""
        return cls(arrays[f"{prefix}.mean"], arrays.get(f"{prefix}.components"))


@dataclass(frozen=True, eq=False)
class Basis:
    """Axes of the states, and the scales that the parts of a row (mean; spread) were divided by."""

    axes: Axes
    scales: tuple[float, ...]


def basis_arrays(basis: Basis | None) -> Arrays:
    """Plain arrays that stand for a basis, for storing; none for none."""
    if basis is None:
        return {}
    return basis.axes.to_arrays("basis") | {"basis.scales": np.array(basis.scales)}


def basis_of(arrays: Mapping[str, np.ndarray]) -> Basis | None:
    """Inverse of :func:`basis_arrays`."""
    if "basis.mean" not in arrays:
        return None
    return Basis(Axes.from_arrays(arrays, "basis"), tuple(arrays["basis.scales"].tolist()))
