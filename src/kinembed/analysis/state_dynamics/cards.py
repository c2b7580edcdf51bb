"""A card for each behaviour: when it happens, what follows, how it looks, and why it is one.

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

EXCERPT_S = 4.0
"""Longest part of a segment that is compared, in seconds."""


class Example(NamedTuple):
    """Frames [start, stop) of one segment, and how far from its behaviour's mean they lie."""

    start: int
    stop: int
    distance: float


@dataclass(frozen=True, eq=False)
class BehaviourCard:
    """All that a card says of one behaviour.

    Attributes
    ----------
    label: its cluster, or its name.
    segments: where it happens, in order.
    followed_by: label -> how often that one comes next.
    typical, atypical: the examples that lie nearest to and farthest from the mean of all its
        vectors in the embedding; None where the embedding has no vector of it.
    measures, rhythms: its rows of
    :class:`kinembed.analysis.state_dynamics.distinctions.Distinctions`.
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
    """A card for each behaviour, in the order in which they first appear.

    ``labels`` are one per frame of the motion that was embedded.
    """
    runs = segments(labels)
    found = distinctions(motion, labels, embeddings.cuts)
    following = {
        label: Counter(after.label for before, after in pairwise(runs) if before.label == label)
        for label in dict.fromkeys(run.label for run in runs)
    }
    cards = []
    for label, next_ones in following.items():
        own = tuple(run for run in runs if run.label == label)
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
    runs: Sequence[Segment], embeddings: Embeddings
) -> tuple[Example | None, Example | None]:
    """The most and the least typical example of a behaviour's segments."""
    parts = [part for run in runs for part in _parts(run, EXCERPT_S * embeddings.frame_rate)]
    rows = [np.searchsorted(embeddings.frame_index, part) for part in parts]
    vectors = [embeddings.values[first:last] for first, last in rows]
    known = [(part, own) for part, own in zip(parts, vectors, strict=True) if len(own)]
    if not known:
        return None, None
    middle = np.concatenate([own for _, own in known]).mean(axis=0)
    examples = [
        Example(*part, float(np.linalg.norm(own.mean(axis=0) - middle))) for part, own in known
    ]
    by_distance = sorted(examples, key=lambda example: example.distance)
    return by_distance[0], by_distance[-1]


def _parts(run: Segment, longest: float) -> list[tuple[int, int]]:
    """A segment in as few parts of one length as may be."""
    count = ceil((run.stop - run.start) / longest)
    edges = np.linspace(run.start, run.stop, count + 1).round().astype(int).tolist()
    return list(pairwise(edges))
