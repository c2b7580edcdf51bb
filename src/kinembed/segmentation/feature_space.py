"""Where rows of an embedding are clustered, fitted on one recording and applied to any."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Int

from kinembed.segmentation.embedding import Embeddings
from kinembed.segmentation.frame_labels import rows_per_second
from kinembed.segmentation.kernel_features import KernelSpace
from kinembed.segmentation.methods import Rows
from kinembed.segmentation.principal_components import Axes

# Rows a second, at most, that kernel segmentation reads (Hz).
SEGMENTATION_RATE_HZ = 24.0


@dataclass(frozen=True, eq=False)
class FeatureSpace:
    """Principal components of rows, then the space of a kernel if there is one.

    Attributes
    ----------
    axes : Axes
        Principal components of the embedding's rows.
    kernel : KernelSpace or None
        Space of the kernel; None: rows are clustered as they are, or are all alike.
    thinned : bool
        Whether at most about :data:`SEGMENTATION_RATE_HZ` rows a second are clustered.
    """

    axes: Axes
    kernel: KernelSpace | None
    thinned: bool

    @classmethod
    def fit(
        cls, embeddings: Embeddings, components: int | None, kernel_seed: int | None
    ) -> tuple["FeatureSpace", Rows]:
        """Fit the space of an embedding, and map its rows into it.

        Parameters
        ----------
        embeddings : Embeddings
            The embedding of a recording.
        components : int or None
            Principal components that are kept; None: rows as they are.
        kernel_seed : int or None
            Seed of the choice of a kernel's landmarks; None: there is no kernel.

        Returns
        -------
        space : FeatureSpace
            The space.
        rows : Rows
            The rows in it.
        """
        axes, thinned = Axes.fit(embeddings.values, components), kernel_seed is not None
        plain = cls(axes, None, thinned)
        rows = plain.rows(embeddings)
        if kernel_seed is None or not np.ptp(rows.features, axis=0).any():
            return plain, rows
        cuts = rows.edges[1:-1].tolist()
        kernel, mapped = KernelSpace.fit(rows.features, rows.rate, cuts, kernel_seed)
        return cls(axes, kernel, thinned), Rows(
            mapped.features, mapped.outside, rows.rate, rows.edges
        )

    def rows(self, embeddings: Embeddings) -> Rows:
        """Map rows of any recording into the space.

        Parameters
        ----------
        embeddings : Embeddings
            Embedding made in the basis of the recording that the space was fitted on.

        Returns
        -------
        Rows
            The rows that are clustered: all, or evenly spaced ones.
        """
        step = self._step(embeddings)
        values = self.axes.reduce(embeddings.values)[::step]
        rate = rows_per_second(embeddings) / step
        cuts = np.searchsorted(embeddings.frame_index[::step], embeddings.cuts)
        edges = np.unique([0, *cuts.tolist(), len(values)])
        if self.kernel is None:
            outside = self.axes.left_out(embeddings.values[::step], values)
            return Rows(values, outside, rate, edges)
        mapped = self.kernel.map(values, rate, edges[1:-1].tolist())
        return Rows(mapped.features, mapped.outside, rate, edges)

    def clustered_rows(self, embeddings: Embeddings) -> Int[np.ndarray, "rows"]:
        """Find, for every row of an embedding, the clustered row that stands for it.

        Parameters
        ----------
        embeddings : Embeddings
            Embedding of the rows.

        Returns
        -------
        ndarray of int, shape (rows,)
            Index into :meth:`rows`: of the last one up to the row, or of the next one where a cut
            lies between; in an interval without any, of the last one before it.
        """
        step = self._step(embeddings)
        last = np.arange(len(embeddings.values)) // step
        following = np.minimum(last + 1, last[-1])
        interval = np.searchsorted(embeddings.cuts, embeddings.frame_index, side="right")
        cut = (interval[last * step] != interval) & (interval[following * step] == interval)
        return np.where(cut, following, last)

    def _step(self, embeddings: Embeddings) -> int:
        """Rows from one that is clustered to the next."""
        if not self.thinned:
            return 1
        return max(1, round(rows_per_second(embeddings) / SEGMENTATION_RATE_HZ))
