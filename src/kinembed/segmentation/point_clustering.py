"""Methods that cluster rows as points, without time: those of scikit-learn.

The number of clusters is estimated as the one of lowest Davies-Bouldin index (Davies & Bouldin
1979: clusters that are tight compared with their distances); HDBSCAN always finds its own. Rows of
other recordings get the cluster of the nearest mean. Of many rows, k-means and the Gaussian mixture
are fitted on evenly spaced ones and label all.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float, Int
from sklearn.metrics import davies_bouldin_score
from sklearn.metrics.pairwise import euclidean_distances
from sklearn.neighbors import NearestCentroid

from kinembed.segmentation.methods import Found, Partition, Rows

logger = logging.getLogger(__name__)

# Rows that k-means or a mixture is fitted on, at most: it takes minutes for more.
FITTED_ROWS = 10_000


@dataclass(frozen=True)
class PointClustering:
    """A method that clusters rows without regard to time.

    Attributes
    ----------
    estimator : callable
        From number of clusters and number of rows to an estimator of scikit-learn.
    largest_number : int or None
        Most clusters tried in estimating their number; None: the method finds its own number.
    """

    estimator: Callable[[int, int], Any]
    largest_number: int | None

    def fit(self, rows: Rows, numbers: Sequence[int | None]) -> Found:
        """Cluster rows into each number of clusters.

        Parameters
        ----------
        rows : Rows
            Rows in the feature space.
        numbers : sequence of int or None
            Numbers of clusters; None: estimated. Not used where the method finds its own number.

        Returns
        -------
        Found
            Labels for each number and, if one was to be estimated, the partition into each number
            that was tried, with its Davies-Bouldin index as cost.
        """
        self._say_if_thinned(len(rows.features))
        tried = self._tried(rows.features) if None in numbers else {}
        return Found([self._labels(rows.features, number, tried) for number in numbers], tried)

    def predict(
        self, rows: Rows, means: Float[np.ndarray, "clusters features"]
    ) -> Int[np.ndarray, "rows"]:
        """Label rows by the nearest mean.

        Parameters
        ----------
        rows : Rows
            Rows of any recording in the feature space.
        means : ndarray of float, shape (clusters, features)
            Mean of each cluster in that space.

        Returns
        -------
        ndarray of int, shape (rows,)
            Cluster of every row.
        """
        squared = euclidean_distances(rows.features, means, squared=True)
        return np.asarray(squared.argmin(axis=1), dtype=np.int64)

    def _say_if_thinned(self, rows: int) -> None:
        step = _step(rows)
        if step > 1 and hasattr(self.estimator(2, rows), "predict"):
            logger.info("Clusters are fitted on every %dth of %d rows and label all", step, rows)

    def _tried(self, features: Float[np.ndarray, "rows features"]) -> dict[int, Partition]:
        """Partitions into each number of clusters that has more than one."""
        if self.largest_number is None or not np.ptp(features, axis=0).any():
            return {}
        most = min(self.largest_number, len(features) - 1)
        found = {number: self._partition(features, number) for number in range(2, most + 1)}
        return {
            number: Partition(labels, float(davies_bouldin_score(features, labels)), np.nan)
            for number, labels in found.items()
            if np.ptp(labels) > 0
        }

    def _labels(
        self,
        features: Float[np.ndarray, "rows features"],
        number: int | None,
        tried: dict[int, Partition],
    ) -> Int[np.ndarray, "rows"]:
        if number is not None or self.largest_number is None:
            return self._partition(features, number or 0)
        if not tried:
            return np.zeros(len(features), dtype=np.int64)
        return min(tried.values(), key=lambda partition: partition.cost).labels

    def _partition(
        self, features: Float[np.ndarray, "rows features"], number: int
    ) -> Int[np.ndarray, "rows"]:
        """Labels; rows that HDBSCAN leaves out (-1) join the cluster of the nearest centroid."""
        fitted = self.estimator(number, len(features))
        step = _step(len(features))
        if step > 1 and hasattr(fitted, "predict"):
            return np.asarray(fitted.fit(features[::step]).predict(features), dtype=np.int64)
        labels = np.asarray(fitted.fit_predict(features), dtype=np.int64)
        noise = labels < 0
        if not noise.any():
            return labels
        if len(np.unique(labels[~noise])) < 2:
            return np.zeros_like(labels)
        nearest = NearestCentroid().fit(features[~noise], labels[~noise])
        return np.where(noise, nearest.predict(features), labels)


def _step(rows: int) -> int:
    """Rows from one that is fitted to the next."""
    return -(-rows // FITTED_ROWS)
