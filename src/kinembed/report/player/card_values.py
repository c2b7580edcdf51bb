"""Cards of behaviours as plain values for JSON; labels by their position, frames unthinned."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from kinembed.analysis.state_dynamics.cards import BehaviourCard, Example

REASONS = 4
"""Rows of a card that tell how joints move, and as many for rhythms, at most."""
SMALLEST_EFFECT = 0.5
"""Standard deviations; what differs by less sets nothing apart."""
SMALLEST_SWING = 1.0
"""Degrees, or hundredths of the body height, by which a rhythm is wider than elsewhere."""
SMALLEST_SHARE = 0.3
"""Of a movement's power, at its rhythm; else it has none."""
SMALLER_OR_LARGER = ("has a smaller range of motion in 1 s", "has a larger range of motion in 1 s")
PHRASES = {
    "turn": ("rotates more slowly", "rotates faster"),
    "motion": ("moves more slowly", "moves faster"),
    "swing": SMALLER_OR_LARGER,
    "sway": SMALLER_OR_LARGER,
    "height": ("is lower", "is higher"),
    "travel": ("moves more slowly over the ground", "moves faster over the ground"),
}
"""For a negative and for a positive effect."""


def card_values(
    card: BehaviourCard, numbers: Mapping[int | str, int], seen: int, frame_rate: float
) -> dict[str, Any]:
    """Turn a card into plain values for JSON.

    Parameters
    ----------
    card : BehaviourCard
        The card of one behaviour.
    numbers : mapping of (int or str) to int
        Label of a card -> position among the player's labels.
    seen : int
        Frames of the sequence of which enough was seen.
    frame_rate : float
        Frames per second of the sequence, in Hz.

    Returns
    -------
    dict of str to Any
        ``label`` (position); ``times``; ``seconds``, ``shortest``, ``median``, ``longest`` (s);
        ``share`` of the frames that were seen (0 to 1); ``next`` (pairs of position and times);
        ``typical`` and ``atypical`` (frames [start, stop), or None); ``reasons`` and ``rhythms``
        (at most :data:`REASONS` rows each).
    """
    seconds = [(segment.stop - segment.start) / frame_rate for segment in card.segments]
    return {
        "label": numbers[card.label],
        "times": len(seconds),
        "seconds": sum(seconds),
        "share": sum(seconds) * frame_rate / seen,
        "shortest": min(seconds),
        "median": float(np.median(seconds)),
        "longest": max(seconds),
        "next": [[numbers[label], times] for label, times in card.followed_by.items()],
        "typical": _frames(card.typical),
        "atypical": _frames(card.atypical),
        "reasons": _reasons(card.measures),
        "rhythms": _rhythms(card.rhythms),
    }


def _frames(example: Example | None) -> Sequence[int] | None:
    return None if example is None else [example.start, example.stop]


def _reasons(measures: pd.DataFrame) -> list[dict[str, Any]]:
    """The largest effects, one of each joint."""
    sizes = measures["effect"].abs()
    large = measures[sizes >= SMALLEST_EFFECT].sort_values("effect", key=abs, ascending=False)
    chosen = large.drop_duplicates("joint").head(REASONS)
    grows = (chosen["effect"] > 0).tolist()
    phrases = [PHRASES[name][more] for name, more in zip(chosen["measure"], grows, strict=True)]
    columns = ["joint", "unit", "here", "elsewhere", "effect"]
    return _rows(chosen[columns].assign(phrase=phrases))


def _rhythms(rhythms: pd.DataFrame) -> list[dict[str, Any]]:
    """Those that are widest beyond what they are elsewhere."""
    wider = rhythms["swing"] - rhythms["elsewhere"]
    told = rhythms[(wider >= SMALLEST_SWING) & (rhythms["share"] >= SMALLEST_SHARE)]
    chosen = told.loc[wider[told.index].sort_values(ascending=False).index].head(REASONS)
    return _rows(chosen[["joint", "frequency", "swing", "elsewhere", "unit"]])


def _rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [
        dict(zip(table.columns, row, strict=True)) for row in table.to_numpy(dtype=object).tolist()
    ]
