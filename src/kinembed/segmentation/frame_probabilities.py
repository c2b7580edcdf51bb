"""Probability of every label at every row: forward-backward for the Potts model.

The cost that labels z have (:mod:`kinembed.segmentation.viterbi`),

    E(z) = sum_t cost[t, z_t] + sum of penalty[t] over all t with z_t != z_(t-1),

is up to a constant -T log p(z | rows) of a hidden Markov chain with a temperature T: a label emits
a row with the weight exp(-cost / T), stays with the weight 1 and changes to each other one with
exp(-penalty / T). Its labels of least cost are the most probable ones, whatever T is. Forward and
backward recursion give the probability of each label at each row (Rabiner, Proc. IEEE 77, 1989),
in time K per row, since all changes weigh the same:

    sum_j a[j] w[j, k] = (1 - e) a[k] + e sum_j a[j],  e = exp(-penalty / T)
"""

import numpy as np
from jaxtyping import Float


def label_probabilities(
    costs: Float[np.ndarray, "rows labels"],
    penalties: Float[np.ndarray, "rows"],
    temperature: float,
) -> Float[np.ndarray, "rows labels"]:
    """Compute the probability of every label at every row, given all rows.

    Parameters
    ----------
    costs : ndarray of float, shape (rows, labels)
        Cost of every label at every row.
    penalties : ndarray of float, shape (rows,)
        Cost of another label than in the row before, at least 0; infinity forbids a change. The
        first value has no meaning.
    temperature : float
        Unit of costs, above 0: a cost of as much more is e times less probable.

    Returns
    -------
    ndarray of float, shape (rows, labels)
        From 0 to 1; each row sums to 1.
    """
    emissions, changes = -costs / temperature, -penalties / temperature
    with np.errstate(divide="ignore"):
        steps = list(zip(changes.tolist(), np.log(-np.expm1(changes)).tolist(), strict=True))
    forward, backward = np.empty_like(emissions), np.zeros_like(emissions)
    forward[0] = _normalised(emissions[0])
    for row in range(1, len(costs)):
        forward[row] = _normalised(_step(forward[row - 1], *steps[row]) + emissions[row])
    for row in range(len(costs) - 2, -1, -1):
        after = _normalised(backward[row + 1] + emissions[row + 1])
        backward[row] = _step(after, *steps[row + 1])
    both = forward + backward
    both -= both.max(axis=1, keepdims=True)
    weights = np.exp(both)
    probabilities: Float[np.ndarray, "rows labels"]
    probabilities = weights / weights.sum(axis=1, keepdims=True)
    return probabilities


def _step(
    logarithms: Float[np.ndarray, "labels"], change: float, stay: float
) -> Float[np.ndarray, "labels"]:
    """To the next row: `stay` is log(1 - e) and `change` log(e); the weights sum to 1."""
    return np.asarray(np.logaddexp(logarithms + stay, change))


def _normalised(logarithms: Float[np.ndarray, "labels"]) -> Float[np.ndarray, "labels"]:
    return np.asarray(logarithms - np.logaddexp.reduce(logarithms))
