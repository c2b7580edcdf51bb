"""How the states of one recording became rows of an embedding, to treat another's in the same way.

Principal components and scales are measured on the recording that a network was trained on. Rows of
another recording are comparable with its rows only when they are made with the same ones.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from sklearn.decomposition import PCA
from sklearn.utils.extmath import svd_flip

from kinembed.segmentation.scatter import Scatter

BASIS_ARRAYS = ("basis.mean", "basis.components", "basis.scales")
"""Names under which a basis is stored among other arrays."""

Arrays = dict[str, np.ndarray]


@dataclass(frozen=True, eq=False)
class Axes:
    """Principal components of rows, or the rows as they are.

    Attributes
    ----------
    mean : ndarray of float, shape (dimensions,)
        Mean of the rows; 0 for rows as they are.
    components : ndarray of float, shape (components, dimensions) or None
        Unit vectors, by descending variance; None: rows as they are.
    """

    mean: Float[np.ndarray, "dimensions"]
    components: Float[np.ndarray, "components dimensions"] | None

    @classmethod
    def fit(cls, values: Float[np.ndarray, "rows dimensions"], components: int | None) -> "Axes":
        """Fit the directions of most variance.

        Parameters
        ----------
        values : ndarray of float, shape (rows, dimensions)
            Rows.
        components : int or None
            Number of directions; None: rows as they are.

        Returns
        -------
        Axes
            Rows as they are also where there are no more rows or dimensions than directions.
        """
        if components is None or components >= min(values.shape):
            return cls(np.zeros(values.shape[1]), None)
        pca = PCA(components, svd_solver="covariance_eigh").fit(values)
        return cls(pca.mean_, pca.components_)

    @classmethod
    def of_scatter(cls, scatter: Scatter, components: int) -> "Axes":
        """Compute the directions of most variance of rows that are not all at hand.

        Parameters
        ----------
        scatter : Scatter
            Of the rows.
        components : int
            Number of directions.

        Returns
        -------
        Axes
            As of :meth:`fit` on the rows.
        """
        if components >= min(scatter.rows, len(scatter.mean)):
            return cls(np.zeros(len(scatter.mean)), None)
        vectors = np.linalg.eigh(scatter.matrix)[1].T[::-1][:components]
        return cls(scatter.mean, svd_flip(None, vectors, u_based_decision=False)[1])

    @property
    def coordinates(self) -> int:
        """Number of coordinates of a reduced row.

        Returns
        -------
        int
            At least 1.
        """
        return len(self.mean if self.components is None else self.components)

    def reduce(
        self, values: Float[np.ndarray, "rows dimensions"]
    ) -> Float[np.ndarray, "rows components"]:
        """Compute coordinates of rows along the axes.

        Parameters
        ----------
        values : ndarray of float, shape (rows, dimensions)
            Rows.

        Returns
        -------
        ndarray of float, shape (rows, components)
            Coordinates relative to the mean; `values` for rows as they are.
        """
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
        """Compute the squared distance of rows from the plane of the axes.

        Parameters
        ----------
        values : ndarray of float, shape (rows, dimensions)
            Rows.
        reduced : ndarray of float, shape (rows, components)
            Their coordinates along the axes.

        Returns
        -------
        ndarray of float, shape (rows,)
            At least 0; 0 for rows as they are.
        """
        if self.components is None:
            return np.zeros(len(values))
        whole = np.square(values - self.mean).sum(axis=1)
        rest: Float[np.ndarray, rows]
        rest = np.maximum(whole - np.square(reduced).sum(axis=1), 0.0)
        return rest

    def to_arrays(self, prefix: str) -> Arrays:
        """Return plain arrays, for storing.

        Parameters
        ----------
        prefix : str
            Beginning of their names.

        Returns
        -------
        dict of str to ndarray
            ``<prefix>.mean`` and ``<prefix>.components``, the latter absent for rows as they are.
        """
        arrays = {f"{prefix}.mean": self.mean}
        if self.components is not None:
            arrays[f"{prefix}.components"] = np.ascontiguousarray(self.components)
        return arrays

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, np.ndarray], prefix: str) -> "Axes":
        """Restore axes from what :meth:`to_arrays` returned.

        Parameters
        ----------
        arrays : mapping of str to ndarray
            Stored arrays; those of other names are ignored.
        prefix : str
            Beginning of their names.

        Returns
        -------
        Axes
            The axes.

        Raises
        ------
        KeyError
            When the mean is absent.
        """
        return cls(arrays[f"{prefix}.mean"], arrays.get(f"{prefix}.components"))


@dataclass(frozen=True, eq=False)
class Basis:
    """How states become rows of an embedding.

    Attributes
    ----------
    axes : Axes
        Principal components of the states.
    scales : tuple of float
        What the moments of a row (mean; standard deviation) are divided by.
    """

    axes: Axes
    scales: tuple[float, ...]


def basis_arrays(basis: Basis | None) -> Arrays:
    """Return plain arrays that stand for a basis, for storing.

    Parameters
    ----------
    basis : Basis or None
        Basis of an embedding; None: it has none.

    Returns
    -------
    dict of str to ndarray
        Names of :data:`BASIS_ARRAYS` -> arrays; empty for None.
    """
    if basis is None:
        return {}
    return basis.axes.to_arrays("basis") | {"basis.scales": np.array(basis.scales)}


def basis_of(arrays: Mapping[str, np.ndarray]) -> Basis | None:
    """Restore a basis from what :func:`basis_arrays` returned.

    Parameters
    ----------
    arrays : mapping of str to ndarray
        Stored arrays; those of other names are ignored.

    Returns
    -------
    Basis or None
        None where no basis was stored.

    Raises
    ------
    KeyError
        When the scales are absent.
    """
    if "basis.mean" not in arrays:
        return None
    return Basis(Axes.from_arrays(arrays, "basis"), tuple(arrays["basis.scales"].tolist()))


def principal_components(
    values: Float[np.ndarray, "rows dimensions"], components: int | None
) -> Float[np.ndarray, "rows components"]:
    """Reduce rows to the directions of most variance.

    Parameters
    ----------
    values : ndarray of float, shape (rows, dimensions)
        Rows, which the components are fitted on.
    components : int or None
        Principal components that are kept; None: rows as they are.

    Returns
    -------
    ndarray of float, shape (rows, components)
        Coordinates along the components; `values` as they are where they have no more rows or
        dimensions than components.
    """
    return Axes.fit(values, components).reduce(values)
