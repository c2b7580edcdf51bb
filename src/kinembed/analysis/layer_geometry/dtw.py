"""How far apart sequences of different lengths lie: dynamic time warping of windows.

Our definition of the windowed distance of Das, Shekkizhar & Ortega (arXiv 2312.07777): features
are averaged over windows that follow one another and divided by one standard deviation; c(a, b)
is the Euclidean distance of window a of one sequence to window b of the other, and

    R(a, b) = c(a, b) + min(R(a, b-1), R(a-1, b), R(a-1, b-1)),    d = R(n, m) / (n + m).

All pairs of a block of sequences advance together, one anti-diagonal of R at a time.
"""

from collections.abc import Iterator, Sequence

import numpy as np
from jaxtyping import Float, Int

from kinembed.core.errors import DataError

CELLS = 2**21
"""Costs that are held at one time (16 MiB): few enough to stay near the processor."""

Descriptors = Sequence[Float[np.ndarray, "_ features"]]


def window_descriptors(
    features: Descriptors, frames: Sequence[int], window: int
) -> list[Float[np.ndarray, "windows features"]]:
    """Average features of each sequence in windows of frames *of the network's input*.

    All are divided by the standard deviation of all values, so that layers can be compared.

    Parameters
    ----------
    features : sequence of ndarray of float, shape (rows, features)
        Features of each sequence at one layer, a row for each frame that the layer has left.
    frames : sequence of int
        Frames of each sequence at the input; a layer that has fewer has windows of fewer, but at
        least one.
    window : int
        Frames in a window; an incomplete one at the end is left out.

    Returns
    -------
    list of ndarray of float, shape (windows, features)
        Mean features of each sequence, in the order of the sequences; unscaled if all are equal.

    Raises
    ------
    DataError
        When a sequence is shorter than a window (the message names it), or there is not one length
        for each sequence.
    """
    if len(frames) != len(features):
        raise DataError(f"{len(features)} sequences of features have {len(frames)} lengths")
    rows = [len(values) for values in features]
    stride = max(1, round(sum(frames) / sum(rows)))
    size = max(1, round(window / stride))
    for index, (length, row_count) in enumerate(zip(frames, rows, strict=True)):
        if length < window or row_count < size:
            raise DataError(
                f"sequence {index} has {length} frames ({row_count} at this layer), fewer than a "
                f"window of {window}; choose a shorter window or leave it out"
            )
    means = [_means(values, size) for values in features]
    spread = np.concatenate(means).std()
    return [values / spread for values in means] if spread > 0 else means


def dtw_distances(descriptors: Descriptors) -> Float[np.ndarray, "sequences sequences"]:
    """Compute the warped distances between all pairs of sequences, d = R(n, m) / (n + m).

    Parameters
    ----------
    descriptors : sequence of ndarray of float, shape (windows, features)
        Descriptors of each sequence, one window at least; one sequence at least.

    Returns
    -------
    ndarray of float, shape (sequences, sequences)
        Distances in the unit of the descriptors: symmetric, zero on the diagonal.
    """
    lengths = np.array([len(values) for values in descriptors])
    order = np.argsort(lengths, kind="stable")  # sequences of one block are about as long
    mean = np.concatenate(descriptors).mean(axis=0)  # spares digits in the squares
    blocks = [_Block([descriptors[i] - mean for i in group]) for group in _groups(order, lengths)]
    distances = np.zeros((len(lengths), len(lengths)))
    stops = np.cumsum([len(block.lengths) for block in blocks])
    for i, (rows, row_stop) in enumerate(zip(blocks, stops, strict=True)):
        for columns, column_stop in zip(blocks[i:], stops[i:], strict=True):
            distances[
                row_stop - len(rows.lengths) : row_stop,
                column_stop - len(columns.lengths) : column_stop,
            ] = _between(rows, columns)
    upper = np.triu(distances, 1)
    back = np.argsort(order)
    return np.asarray((upper + upper.T)[np.ix_(back, back)])


class _Block:
    """Sequences side by side, filled up with zeros at their ends."""

    def __init__(self, descriptors: Descriptors) -> None:
        self.lengths = np.array([len(values) for values in descriptors])
        shape = (self.lengths.max(), len(descriptors), descriptors[0].shape[1])
        self.values = np.zeros(shape)  # windows, sequences, features
        for column, values in enumerate(descriptors):
            self.values[: len(values), column] = values
        self.squares = np.square(self.values).sum(axis=2)


def _groups(
    order: Int[np.ndarray, "sequences"], lengths: Int[np.ndarray, "sequences"]
) -> Iterator[Int[np.ndarray, "group"]]:
    """Groups of sequences; the cost matrices of any two hold at most CELLS values."""
    size = max(1, int(np.sqrt(CELLS)) // lengths.max())
    return iter(np.split(order, range(size, len(order), size)))


def _means(
    values: Float[np.ndarray, "_ features"], size: int
) -> Float[np.ndarray, "windows features"]:
    count = len(values) // size
    return np.asarray(
        values[: count * size].reshape(count, size, -1).mean(axis=1, dtype=np.float64)
    )


def _between(one: _Block, other: _Block) -> Float[np.ndarray, "one other"]:
    """Distances of each sequence of a block to each of another."""
    costs = _costs(one, other)
    ends = (one.lengths[:, None], other.lengths[None])
    reached = _accumulate(costs, *(np.broadcast_to(end, costs.shape[2:]).ravel() for end in ends))
    return np.asarray(reached.reshape(costs.shape[2:]) / (ends[0] + ends[1]))


def _costs(one: _Block, other: _Block) -> Float[np.ndarray, "n m one other"]:
    products = np.tensordot(-2 * one.values, other.values, (2, 2))  # one product of two matrices
    costs = np.ascontiguousarray(products.transpose(0, 2, 1, 3))
    costs += one.squares[:, None, :, None]
    costs += other.squares[None, :, None, :]
    np.maximum(costs, 0, out=costs)
    return np.asarray(np.sqrt(costs, out=costs))


def _accumulate(
    costs: Float[np.ndarray, "n m one other"],
    rows: Int[np.ndarray, "pairs"],
    columns: Int[np.ndarray, "pairs"],
) -> Float[np.ndarray, "pairs"]:
    """R at the last cell of each pair, whose costs fill `rows` and `columns` of the n by m.

    Cells of an anti-diagonal lie m - 1 apart. Buffers hold R of three of them, by row plus one;
    row 0 stands before the first.
    """
    n, m = costs.shape[:2]
    cells = costs.reshape(n * m, -1)
    before, last, current = np.full((3, n + 1, len(rows)), np.inf)
    before[0] = 0.0  # where every path begins
    reached, ends = np.empty(len(rows)), rows + columns - 2
    for diagonal in range(n + m - 1):
        first, stop = max(0, diagonal - m + 1), min(diagonal + 1, n)
        best = current[first + 1 : stop + 1]
        np.minimum(last[first + 1 : stop + 1], last[first:stop], out=best)
        np.minimum(best, before[first:stop], out=best)
        step = max(1, m - 1)
        best += cells[diagonal + first * (m - 1) :: step][: stop - first]
        ended = np.flatnonzero(ends == diagonal)
        reached[ended] = current[rows[ended], ended]
        before[0] = np.inf
        before, last, current = last, current, before
    return reached
