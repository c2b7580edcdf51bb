"""How well a graph of sequences agrees with their labels.

Labels predicted from neighbours: yhat_i = sum_j w_ij onehot(y_j) / sum_j w_ij. A sequence without
neighbours predicts nothing (yhat = 0).
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool

from kinembed.analysis.layer_geometry.graphs import DatasetGraph
from kinembed.core.errors import DataError


@dataclass(frozen=True)
class Smoothness:
    """Small where neighbours have the same label (all but `degree`, which is for comparison).

    Attributes
    ----------
    label_error : float
        Root mean square of onehot(y_i) - yhat_i, over sequences and labels; 0 to 1.
    label_score : float
        Mean of 1 - yhat_i[y_i], 0 to 1.
    laplacian : float
        tr(Y' L Y) / tr(D), Y one-hot: the share of weight between different labels, 0 to 1; over
        the rows that are scored.
    degree : float
        Mean number of neighbours.
    """

    label_error: float
    label_score: float
    laplacian: float
    degree: float


def label_smoothness(
    graph: DatasetGraph,
    labels: Sequence[str],
    scored: Bool[np.ndarray, "sequences"] | None = None,
) -> Smoothness:
    """Score how well the labels of neighbours agree in a graph.

    Parameters
    ----------
    graph : DatasetGraph
        Weights between sequences; one edge at least.
    labels : sequence of str
        Label of each sequence; each label has two sequences at least.
    scored : ndarray of bool, shape (sequences,), optional
        Which sequences are scored, the others are neighbours only; None scores all.

    Returns
    -------
    Smoothness
        The scores.

    Raises
    ------
    DataError
        When there is not one label for each sequence, a label has a single sequence, or no scored
        sequence has a neighbour.
    """
    _check(labels, len(graph.weights))
    _, codes = np.unique(np.asarray(labels), return_inverse=True)
    onehot = np.eye(codes.max() + 1)[codes]
    rows = np.full(len(codes), True) if scored is None else scored
    weights, own = graph.weights[rows], onehot[rows]
    strength = weights.sum(axis=1)
    if not strength.any():
        raise DataError("the graph has no edge: no sequence has a neighbour to infer a label from")
    towards = weights @ onehot
    predicted = np.zeros_like(towards)
    np.divide(towards, strength[:, None], out=predicted, where=strength[:, None] > 0)
    return Smoothness(
        label_error=float(np.sqrt(np.mean(np.square(own - predicted)))),
        label_score=float(1 - np.mean(predicted[own > 0])),
        laplacian=float((strength.sum() - towards[own > 0].sum()) / strength.sum()),
        degree=float(np.count_nonzero(weights, axis=1).mean()),
    )


def _check(labels: Sequence[str], sequences: int) -> None:
    if len(labels) != sequences:
        raise DataError(
            f"a graph of {sequences} sequences has {len(labels)} labels; give one for each"
        )
    alone = sorted(label for label, count in Counter(labels).items() if count < 2)
    if alone:
        raise DataError(
            f"no other sequence has the label of the only one that is {', '.join(alone)}; add "
            "some, or leave it out"
        )
