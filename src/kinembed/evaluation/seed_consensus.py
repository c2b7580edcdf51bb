"""One label per frame out of several seeds, in the numbers of the run's own behaviours."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from kinembed.evaluation.seed_matching import SeedMatch
from kinembed.segmentation.predictions import UNKNOWN


@dataclass(frozen=True, eq=False)
class Consensus:
    """What most seeds say of every frame.

    Attributes
    ----------
    labels : ndarray of int, shape (frames,)
        Behaviour that more than half of all seeds give, the run's own among them; -1 (unknown)
        where there is none; below 0 where the run gives none.
    agreement : ndarray of float, shape (frames,)
        Share of the other seeds that give the run's own label, 0 to 1; NaN where it gives none.
    """

    labels: Int[np.ndarray, "frames"]
    agreement: Float[np.ndarray, "frames"]


def find_consensus(
    labels: Int[np.ndarray, "frames"], others: Sequence[Int[np.ndarray, "frames"]]
) -> Consensus:
    """Let seeds vote on every frame, once their behaviours are matched to those of the run.

    Parameters
    ----------
    labels : ndarray of int, shape (frames,)
        Behaviour of every frame in the run, below 0 where it has none.
    others : sequence of ndarray of int, each of shape (frames,)
        The same in other seeds; at least one.

    Returns
    -------
    Consensus
        Label of every frame, and how many agree with the run.
    """
    voters = np.array([labels, *(SeedMatch.of(labels, one).renumber(one) for one in others)])
    votes = (voters[:, None] == voters).sum(axis=1)
    winner = voters[votes.argmax(axis=0), np.arange(len(labels))]
    elected = np.where(2 * votes.max(axis=0) > len(voters), winner, UNKNOWN)
    known = labels >= 0
    agreement = (voters[1:] == labels).mean(axis=0)
    return Consensus(np.where(known, elected, labels), np.where(known, agreement, np.nan))
