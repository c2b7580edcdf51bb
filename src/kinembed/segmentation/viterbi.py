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

import numpy as np
from jaxtyping import Bool, Float, Int


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
    best = _best_costs(costs, penalties)
    last = int(best[(len(costs) - 1) % len(best), :, -1].argmin())
    starts, labels = _traced_back(*_changes(best, penalties), last)
    return np.repeat(labels, np.diff(starts, append=len(costs)))


def _best_costs(
    costs: Float[np.ndarray, "rows labels"], penalties: Float[np.ndarray, "rows"]
) -> Float[np.ndarray, "length labels blocks"]:
    """Cost of the best labels up to each row that end in each label, less the lead before it.

    Blocks of rows lie side by side; the last one is filled up.
    """
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
    return best


def _changes(
    best: Float[np.ndarray, "length labels blocks"], penalties: Float[np.ndarray, "rows"]
) -> tuple[Bool[np.ndarray, "labels rows"], Int[np.ndarray, "rows"]]:
    """Whether each label is best entered after each row, and from which label.

    Of equally cheap labels before a change the last is chosen, as hmmlearn does.
    """
    length, labels, blocks = best.shape
    following = np.pad(penalties[1:], (0, length * blocks - len(penalties) + 1))
    lead = best.min(axis=1)
    entered = best - lead[:, None] > following.reshape(blocks, length).T[:, None]
    cheapest = np.zeros(lead.shape, dtype=np.int64)
    for label in range(1, labels):
        cheapest[best[:, label] == lead] = label
    rows = len(penalties)
    return entered.transpose(1, 2, 0).reshape(labels, -1)[:, :rows], cheapest.T.ravel()[:rows]


def _traced_back(
    entered: Bool[np.ndarray, "labels rows"], cheapest: Int[np.ndarray, "rows"], label: int
) -> tuple[Int[np.ndarray, "segments"], Int[np.ndarray, "segments"]]:
    """First row and label of every segment, from the label of the last row."""
    columns = [column.tobytes() for column in entered]  # searched backwards by rfind
    segments, stop = [], len(cheapest)
    while stop:
        stop = columns[label].rfind(True, 0, stop - 1) + 1
        segments.append((stop, label))
        label = int(cheapest[stop - 1])
    starts, labels = np.array(segments[::-1], dtype=np.int64).T
    return starts, labels
