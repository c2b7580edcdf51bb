"""The temperature at which costs of labels become probabilities.

A chain (:mod:`kinembed.segmentation.frame_probabilities`) that stays with the weight 1 changes to
each of the K - 1 other clusters with the weight exp(-penalty / T). How often it changes is known:
of n pairs of rows that follow each other, c are of two clusters, so the most likely chance of a
change is c / n (Anderson & Goodman, Annals of Mathematical Statistics 28, 1957). Both agree for

    T = penalty / log((K - 1) (n - c) / c),

so that is the temperature. The penalty thereby says what one change weighs against the evidence of
all rows, which are far from independent; docs/decisions/0019 compares a temperature from the noise.
"""

import numpy as np
from jaxtyping import Int


def temperature_of(
    labels: Int[np.ndarray, "rows"], penalty: float, edges: Int[np.ndarray, "edges"]
) -> float:
    """Compute the temperature at which changes are as frequent as they are.

    Parameters
    ----------
    labels : ndarray of int, shape (rows,)
        Cluster of every row, numbered from 0 without gaps.
    penalty : float
        Cost of a transition, above 0.
    edges : ndarray of int, shape (intervals + 1,)
        First rows of intervals (the first is 0) and, at last, the number of rows; changes where an
        interval begins do not count.

    Returns
    -------
    float
        In the unit of the penalty, at most as large: clusters that change at nearly every row have
        no temperature. Labels without a change are counted as if they had one.
    """
    before = np.delete(np.arange(len(labels) - 1), edges[1:-1] - 1)
    changes = max(int(np.sum(labels[before] != labels[before + 1])), 1)
    odds = int(labels.max()) * (len(before) - changes) / changes
    return penalty / float(np.log(max(odds, np.e)))
