"""How far apart the two clusters are that differ least; the formula stands here alone.

For clusters i and j, their means d apart (squared) and n seconds the harmonic time of the two:

    n d^2 / v,  n at most 8 s,  v the variance along the line between the means, of i and of j

A row's position on the line is the difference of its products with the two means, so products of
rows and means serve all pairs.
"""

import numpy as np
from jaxtyping import Float, Int

from kinembed.segmentation.partition_cost import cluster_means

# Time counts up to this (s) ...
LONGEST_S = 8.0
# ... and the variance is at least this share of the total: clusters may not vary at all.
SMALLEST_SPREAD = 1e-3


def smallest_separation(
    features: Float[np.ndarray, "rows features"],
    means: Float[np.ndarray, "clusters features"],
    rate: float,
    labels: Int[np.ndarray, "rows"],
) -> float:
    """Compute the least n d^2 / v of any two clusters.

    Parameters
    ----------
    features : ndarray of float, shape (rows, features)
        Rows in the feature space, with a total variance of about 1.
    means : ndarray of float, shape (clusters, features)
        Mean of each cluster, at least two.
    rate : float
        Rows per second, in Hz.
    labels : ndarray of int, shape (rows,)
        Cluster of every row, numbered from 0 without gaps.

    Returns
    -------
    float
        Separation in seconds.
    """
    one, other = np.triu_indices(len(means), 1)
    distances = np.square(means[one] - means[other]).sum(axis=1)
    along = _along_lines(features, means, labels)
    # Lines are as long as the root of d, so spreads along them are d v.
    spread = np.maximum((along[one, other] + along[other, one]) / 2, SMALLEST_SPREAD * distances)
    counts = np.bincount(labels)
    times = counts[one] * counts[other] / (counts[one] + counts[other]) / rate
    times = np.minimum(times, LONGEST_S)
    found = np.divide(times * distances**3, spread, out=np.zeros(len(one)), where=spread > 0)
    return float(found.min())


def _along_lines(
    features: Float[np.ndarray, "rows features"],
    means: Float[np.ndarray, "clusters features"],
    labels: Int[np.ndarray, "rows"],
) -> Float[np.ndarray, "clusters clusters"]:
    """Variance of each cluster along the line from its mean to every other, times its length^2."""
    products, between = features @ means.T, means @ means.T
    products -= products[np.arange(len(labels)), labels][:, None]
    products -= (between - np.diag(between)[:, None])[labels]
    return cluster_means(np.square(products, out=products), labels)
