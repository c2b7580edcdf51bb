"""Labels of least cost when every change of label has a price (Viterbi for the Potts model).

Wanted are the labels z that minimise

    sum_t cost[t, z_t] + sum of penalty[t] over all t with z_t != z_(t-1)

With one penalty for all changes, the best predecessor of a label is the same label or else the
cheapest of all. So the recursion takes time K per row, not K^2; with lead m = min over labels, the
cost of the best labels up to row t that end in k is, less the lead at t - 1,

    c[t, k] = min(c[t-1, k] - m[t-1], penalty[t]) + cost[t, k]

Blocks of rows are computed side by side, each from the end of the one before it as it was in the
last round, until no end changes: then every row is what a loop over rows would give. Two to four
rounds are usual, because most labels cost the penalty more than the best one soon, whatever came
before. At worst there are as many rounds as blocks.
"""

from collections.abc import Iterator

import numpy as np
from jaxtyping import Float, Int


def cheapest_labels(
    costs: Float[np.ndarray, "rows labels"], penalties: Float[np.ndarray, "rows"]
) -> Int[np.ndarray, "rows"]:
    """Find the labels of least cost.

    Parameters
    ----------
    costs : ndarray of float, shape (rows, labels)
        Cost of every label at every row.
    penalties : ndarray of float, shape (rows,)
        Cost of another label than in the row before, at least 0; infinity forbids a change. The
        first value has no meaning.

    Returns
    -------
    ndarray of int, shape (rows,)
        Label of every row.
    """
    labels = np.empty(len(costs), dtype=np.int64)
    for start, stop, label in _segments(_best_costs(costs, penalties), penalties):
        labels[start:stop] = label
    return labels


def _best_costs(
    costs: Float[np.ndarray, "rows labels"], penalties: Float[np.ndarray, "rows"]
) -> Float[np.ndarray, "rows labels"]:
    """Cost of the best labels up to each row that end in each label, less the lead before it."""
    rows, labels = costs.shape
    length = int(np.ceil(np.sqrt(rows)))  # as many blocks as rows in a block
    blocks = -(-rows // length)
    padded = np.pad(np.column_stack([penalties, costs]), [(0, blocks * length - rows), (0, 0)])
    steps = np.ascontiguousarray(padded.reshape(blocks, length, 1 + labels).transpose(1, 2, 0))
    best, starts = np.empty((length, labels, blocks)), np.zeros((labels, blocks))
    sums = steps[:, 1:].sum(axis=0)
    starts[:, 1:] = np.where(sums > sums.min(axis=0), np.inf, 0.0)[:, :-1]  # a guess
    for _ in range(blocks):
        before = starts
        for step, here in zip(steps, best, strict=True):
            np.subtract(before, np.minimum.reduce(before), out=here)
            np.minimum(here, step[0], out=here)
            before = np.add(here, step[1:], out=here)
        ends = np.column_stack([starts[:, 0], before[:, :-1]])
        if np.array_equal(ends, starts):
            break
        starts = ends
    return best.transpose(2, 0, 1).reshape(-1, labels)[:rows]


def _segments(
    best: Float[np.ndarray, "rows labels"], penalties: Float[np.ndarray, "rows"]
) -> Iterator[tuple[int, int, int]]:
    """First row, row after the last and label of every segment, the last segment first.

    Of equally cheap labels before a change the last is chosen, as hmmlearn does.
    """
    above = best - best.min(axis=1, keepdims=True)
    rows, labels = best.shape
    cheapest = labels - 1 - best[:, ::-1].argmin(axis=1)
    entered = np.zeros((rows, labels), dtype=np.int64)
    entered[1:] = np.where(above[:-1] > penalties[1:, None], np.arange(1, rows)[:, None], 0)
    first = np.maximum.accumulate(entered)
    stop, label = rows, int(best[-1].argmin())
    while stop:
        start = int(first[stop - 1, label])
        yield start, stop, label
        stop, label = start, int(cheapest[start - 1])
