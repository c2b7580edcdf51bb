"""A card for each behaviour: when it happens, what follows, examples, and what sets it apart.

No annotation is read: behaviours are what a prediction (and whoever named its clusters) says.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil
from typing import NamedTuple

import numpy as np
import pandas as pd

from kinembed.analysis.state_dynamics.distinctions import distinctions
from kinembed.motion.motion import Motion
from kinembed.motion.segments import FrameLabels, Segment, segments
from kinembed.segmentation.embedding import Embeddings
from kinembed.segmentation.predictions import have_label

LONGEST_COMPARED_S = 4.0
"""Longest interval of a segment that is compared, in seconds."""


class Example(NamedTuple):
    """Frames [start, stop) of one segment, and how far from its behaviour's mean they lie.

    Attributes
    ----------
    start : int
        First frame.
    stop : int
        Frame after the last.
    distance : float
        Euclidean distance of the mean vector of these frames from that of the behaviour, in the
        embedding.
    """

    start: int
    stop: int
    distance: float


@dataclass(frozen=True, eq=False)
class BehaviourCard:
    """All that a card says of one behaviour.

    Attributes
    ----------
    label : int or str
        Cluster of the behaviour, or its name.
    segments : tuple of Segment
        Where it happens, in order.
    followed_by : dict of int or str to int
        Label -> number of times that it comes next, most frequent first; what comes after frames
        that were not seen does not count.
    typical : Example or None
        The example nearest to the mean of all vectors of the behaviour in the embedding; None where
        the embedding has no vector of it.
    atypical : Example or None
        The example farthest from that mean; None likewise.
    measures : DataFrame
        Its rows of :class:`kinembed.analysis.state_dynamics.distinctions.Distinctions`.
    rhythms : DataFrame
        Its rows of the same class's rhythms.
    """

    label: int | str
    segments: tuple[Segment, ...]
    followed_by: dict[int | str, int]
    typical: Example | None
    atypical: Example | None
    measures: pd.DataFrame
    rhythms: pd.DataFrame


def behaviour_cards(
    labels: FrameLabels, embeddings: Embeddings, motion: Motion
) -> list[BehaviourCard]:
    """Make a card for each behaviour; frames that were not seen are none.

    Parameters
    ----------
    labels : ndarray of int or sequence of str, shape (frames,)
        Label of each frame of the motion.
    embeddings : Embeddings
        The embedding of the motion, and where it was cut.
    motion : Motion
        The motion that was embedded.

    Returns
    -------
    list of BehaviourCard
        One card for each label, in the order in which labels first appear.

    Raises
    ------
    DataError
        When there is not one label for each frame.
    """
    labelled = have_label(labels)
    found_segments = [one for one in segments(labels) if labelled[one.start]]
    found = distinctions(motion, labels, embeddings.cuts)
    following = {
        label: Counter(
            after.label
            for before, after in pairwise(found_segments)
            if before.label == label and before.stop == after.start
        )
        for label in dict.fromkeys(one.label for one in found_segments)
    }
    cards = []
    for label, next_ones in following.items():
        own = tuple(one for one in found_segments if one.label == label)
        typical, atypical = _extremes(own, embeddings)
        cards.append(
            BehaviourCard(
                label=label,
                segments=own,
                followed_by=dict(next_ones.most_common()),
                typical=typical,
                atypical=atypical,
                measures=found.measures[found.measures["label"] == label],
                rhythms=found.rhythms[found.rhythms["label"] == label],
            )
        )
    return cards


def _extremes(
    of_behaviour: Sequence[Segment], embeddings: Embeddings
) -> tuple[Example | None, Example | None]:
    """The most and the least typical example of a behaviour's segments."""
    longest = LONGEST_COMPARED_S * embeddings.frame_rate
    intervals = [one for segment in of_behaviour for one in _intervals(segment, longest)]
    rows = [np.searchsorted(embeddings.frame_index, one) for one in intervals]
    vectors = [embeddings.values[first:last] for first, last in rows]
    known = [(one, own) for one, own in zip(intervals, vectors, strict=True) if len(own)]
    if not known:
        return None, None
    middle = np.concatenate([own for _, own in known]).mean(axis=0)
    examples = [
        Example(*one, float(np.linalg.norm(own.mean(axis=0) - middle))) for one, own in known
    ]
    by_distance = sorted(examples, key=lambda example: example.distance)
    return by_distance[0], by_distance[-1]


def _intervals(segment: Segment, longest: float) -> list[tuple[int, int]]:
    """A segment in as few intervals of one length as may be."""
    count = ceil((segment.stop - segment.start) / longest)
    edges = np.linspace(segment.start, segment.stop, count + 1).round().astype(int).tolist()
    return list(pairwise(edges))
