"""Mean and scatter of rows that are seen in blocks, so that never all of them are held at once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from jaxtyping import Float


@dataclass(frozen=True, eq=False)
class Scatter:
    """What principal components are computed from.

    Attributes
    ----------
    rows : int
        Number of rows.
    mean : ndarray of float, shape (dimensions,)
        Mean of the rows.
    matrix : ndarray of float, shape (dimensions, dimensions)
        Sum over rows of the products of their deviations from the mean.
    """

    rows: int
    mean: Float[np.ndarray, "dimensions"]
    matrix: Float[np.ndarray, "dimensions dimensions"]

    @classmethod
    def of(cls, blocks: Iterable[Float[np.ndarray, "_ dimensions"]]) -> "Scatter":
        """Sum up blocks of rows.

        Parameters
        ----------
        blocks : iterable of ndarray of float, shape (rows, dimensions)
            At least one block of at least one row.

        Returns
        -------
        Scatter
            Of the rows of all blocks.
        """
        first = next(iterator := iter(blocks))
        # Relative to the first row, so that rows that are all alike have no scatter, not rounding.
        rows, sums, products = 0, np.zeros(first.shape[1]), np.zeros((first.shape[1],) * 2)
        for block in chain([first], iterator):
            moved = block - first[0]
            rows += len(moved)
            sums += moved.sum(axis=0)
            products += moved.T @ moved
        return cls(rows, first[0] + sums / rows, products - np.outer(sums, sums) / rows)

    def scaled(self, factors: Float[np.ndarray, "dimensions"]) -> "Scatter":
        """Multiply every dimension by a factor.

        Parameters
        ----------
        factors : ndarray of float, shape (dimensions,)
            Factors.

        Returns
        -------
        Scatter
            Of the rows times the factors.
        """
        return Scatter(self.rows, factors * self.mean, factors * self.matrix * factors[:, None])

    def deviations(self, counts: Sequence[int]) -> Float[np.ndarray, "groups"]:
        """Compute the root of the summed variances of groups of dimensions.

        Parameters
        ----------
        counts : sequence of int
            Dimensions of each group, at least 1; all dimensions belong to one.

        Returns
        -------
        ndarray of float, shape (groups,)
            Above 0; 1 where nothing varies.
        """
        firsts = np.cumsum([0, *counts[:-1]])
        squares = np.add.reduceat(np.diag(self.matrix).clip(0), firsts)
        found = np.sqrt(squares / self.rows)
        return np.where(found > 0, found, 1.0)
