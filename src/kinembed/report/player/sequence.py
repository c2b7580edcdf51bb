"""What the player shows of one sequence: as plain values for JSON, long series packed.

Conventions
-----------
* Poses and errors are thinned to at most :data:`LARGEST_RATE` a second: every ``step``-th frame is
  kept. Segments and the frames of embedded points count frames of the sequence, unthinned.
* Labels are referred to by their position in ``labels``. Each has a sign, one or more letters,
  that tells it from the others where its name has no room; letters, because clusters have numbers.
* A cluster and the behaviour it is matched to are one label. What a label is called in a row stands
  in the row's ``titles``: short and full, or None where the row does not have it.
* Frames of which too little was seen have a label that stands for no behaviour: ``seen`` is false.
"""

from collections.abc import Iterable, Mapping, Sequence
from math import ceil
from string import ascii_uppercase
from typing import Any

import numpy as np
from jaxtyping import Float

from kinembed.analysis.state_dynamics.cards import BehaviourCard
from kinembed.motion.kinematics import forward_kinematics
from kinembed.motion.motion import Motion
from kinembed.motion.segments import segments
from kinembed.motion.visibility import Point, gaps
from kinembed.report.naming.origin import where_names_come_from
from kinembed.report.player.blocks import pack
from kinembed.report.player.card_values import card_values
from kinembed.report.player.levels import levels, names_of_clusters
from kinembed.report.plots.behaviour_tree import dendrogram
from kinembed.report.plots.behaviours import transition_graph, usage_bars
from kinembed.report.plots.export import plain
from kinembed.report.plots.theme import HATCHES, Style, Title, style_numbers_for, text_colour
from kinembed.report.plots.timeline import shown_rows, styles_of_rows, titles_of_rows
from kinembed.report.sequence import SequenceResults
from kinembed.segmentation.embedding import Projection
from kinembed.segmentation.predictions import NOT_SEEN_LABEL, UNKNOWN_LABEL, have_label

LARGEST_RATE = 30.0
"""Hz."""
SIGNS_APART = {NOT_SEEN_LABEL: "-", UNKNOWN_LABEL: "?"}
"""Of frames that show no behaviour."""


def player_block(
    results: SequenceResults,
    error: Float[np.ndarray, "frames"],
    cards: Sequence[BehaviourCard],
) -> dict[str, Any]:
    """Collect all that the player needs of one sequence.

    Parameters
    ----------
    results : SequenceResults
        What is known of the sequence.
    error : ndarray of float, shape (frames,)
        Prediction error of the network in standard deviations; NaN where it predicts nothing.
    cards : sequence of BehaviourCard
        Cards of the behaviours in ``results.shown``, in order of first appearance.

    Returns
    -------
    dict of str to Any
        Plain values for JSON; see the module for what they count.

    Raises
    ------
    DataError
        When prediction and annotation differ in length.
    """
    rows = shown_rows(results.rows, results.annotation)
    titles = titles_of_rows(results.rows, results.annotation)
    styles = styles_of_rows(rows, results.annotation, results.style_numbers)
    numbers = {label: number for number, label in enumerate(styles)}
    signs = style_numbers_for(styles, results.style_numbers)
    first = next(iter(rows))
    probabilities = dict(zip(results.rows, results.probabilities, strict=True))
    step = ceil(results.motion.frame_rate / LARGEST_RATE)
    positions = forward_kinematics(results.motion)[::step]
    return {
        "name": results.name,
        "frame_rate": results.motion.frame_rate,
        "frames": len(results.motion),
        "step": step,
        "joints": list(results.motion.skeleton.joints),
        "bones": [list(line) for line in results.motion.skeleton.lines],
        "positions": pack(positions.reshape(len(positions), -1)),
        "masked": _masked(results.motion),
        "unseen": float(1 - have_label(results.shown).mean()),
        "error": pack(_means(error, step)[:, None]),
        "probability": _curve(probabilities[first], step),
        "embedding": _embedding(results.projection, step),
        "labels": [
            _label(name, style, signs[name], titles.values()) for name, style in styles.items()
        ],
        "rows": [
            {
                "name": name,
                "titles": [_words(titles[name].get(label)) for label in styles],
                "segments": [
                    [segment.start, segment.stop, numbers[str(segment.label)]]
                    for segment in segments(names)
                ],
                "probabilities": _mean_probabilities(probabilities.get(name), names),
            }
            for name, names in rows.items()
        ],
        "cards": _cards(cards, rows[first], numbers, results),
        "levels": levels(results, rows[first], numbers),
        "plots": _plots(results, rows[first], styles, titles[first]),
        "naming": where_names_come_from(results.shown, results.annotation is not None),
        "ranges": [] if results.annotation is None else results.annotation.boundaries.tolist(),
    }


def _cards(
    cards: Sequence[BehaviourCard],
    names: Sequence[str],
    numbers: Mapping[str, int],
    results: SequenceResults,
) -> list[dict[str, Any]]:
    """A card goes by the name that its first frame is shown under."""
    known = {card.label: numbers[names[card.segments[0].start]] for card in cards}
    seen = int(have_label(results.shown).sum())
    return [card_values(card, known, seen, results.frame_rate) for card in cards]


def _masked(motion: Motion) -> list[list[int]]:
    """Joint, first frame and frame after the last of each gap that is too long to interpolate."""
    if motion.visibility is None:
        return []
    found = gaps(motion.visibility.points != Point.MASKED).tolist()
    return [[joint, start, start + length] for joint, start, length in found]


def _plots(
    results: SequenceResults,
    names: Sequence[str],
    styles: Mapping[str, Style],
    titles: Mapping[str, Title],
) -> dict[str, dict[str, Any]]:
    """Figures of plotly, whose colours of text are the page's."""
    signs = {
        name: _sign(number)
        for name, number in style_numbers_for(styles, results.style_numbers).items()
    }
    shown = results.behaviours_among(names)
    figures = {
        "usage": usage_bars(shown, results.frame_rate, styles, signs, titles),
        "transitions": transition_graph(shown, styles, signs, titles),
    }
    if results.tree is not None:
        leaves = names_of_clusters(results, names)
        figures["tree"] = dendrogram(results.tree, leaves, styles, signs, titles)
    return {name: plain(figure) for name, figure in figures.items()}


def _curve(probability: Float[np.ndarray, "frames"], step: int) -> dict[str, Any] | None:
    """None where no frame has a probability."""
    known = np.isfinite(probability).any()
    return pack(_means(probability, step)[:, None]) if known else None


def _mean_probabilities(
    probability: Float[np.ndarray, "frames"] | None, names: Sequence[str]
) -> list[float | None] | None:
    """Mean probability of each segment, None where it has none; None for an annotation."""
    if probability is None:
        return None
    means = [float(probability[segment.start : segment.stop].mean()) for segment in segments(names)]
    return [round(mean, 3) if np.isfinite(mean) else None for mean in means]


def _words(title: Title | None) -> dict[str, str] | None:
    return None if title is None else title._asdict()


def _label(
    name: str, style: Style, number: int, titles: Iterable[Mapping[str, Title]]
) -> dict[str, Any]:
    """Its title is that of the first row in which it stands."""
    seen = name != NOT_SEEN_LABEL
    return {
        "name": name,
        "seen": seen,
        "title": next(of_row[name].full for of_row in titles if name in of_row),
        "sign": SIGNS_APART.get(name) or _sign(number),
        "colour": style.colour,
        "text": text_colour(style.colour),
        "hatch": HATCHES.index(style.hatch) if seen else len(HATCHES),
        "marker": style.marker,
    }


def _sign(number: int) -> str:
    """A to Z, then AA, AB and so on."""
    before, letter = divmod(number, len(ascii_uppercase))
    return (_sign(before - 1) if before else "") + ascii_uppercase[letter]


def _embedding(projection: Projection, step: int) -> dict[str, Any]:
    """Points, at most one for each frame that is kept."""
    _, kept = np.unique(projection.frame_index // step, return_index=True)
    return {
        "points": pack(projection.values[kept].astype(np.float64)),
        "frames": projection.frame_index[kept].tolist(),
        "shares": projection.explained_variance.tolist(),
    }


def _means(values: Float[np.ndarray, "frames"], step: int) -> Float[np.ndarray, "kept"]:
    """Mean over each kept frame and those that are left out after it; NaN where all are NaN."""
    padded = np.full(-(-len(values) // step) * step, np.nan)
    padded[: len(values)] = values
    known = np.isfinite(padded).reshape(-1, step)
    sums = np.where(known, padded.reshape(-1, step), 0.0).sum(axis=1)
    return np.where(known.any(axis=1), sums / np.maximum(known.sum(axis=1), 1), np.nan)
