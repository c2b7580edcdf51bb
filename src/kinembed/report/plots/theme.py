"""The appearance of labels, notes and figures, the same in every plot.

Conventions
-----------
* A label has the same style wherever it appears in a figure. A cluster has the colour of the
  behaviour it is matched to; :func:`row_titles` says which cluster it is.
* The first eight labels have the colours of Okabe and Ito ("Color universal design", 2008), which
  remain distinct for colour-blind readers; later ones are darker or lighter, with a hatch and a
  marker of their own. Clusters without a match are grey.
"""

import re
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import NamedTuple

import numpy as np
from jaxtyping import Int
from matplotlib.axes import Axes
from matplotlib.colors import to_hex, to_rgb
from matplotlib.figure import Figure, SubFigure
from matplotlib.layout_engine import ConstrainedLayoutEngine

from kinembed.core.errors import DataError
from kinembed.evaluation.metrics import confusion, match_clusters
from kinembed.motion.motion import NOT_LABELLED
from kinembed.motion.segments import FrameLabels
from kinembed.segmentation.predictions import NOT_SEEN, NOT_SEEN_LABEL, UNKNOWN_LABEL

OKABE_ITO = (
    "#0072B2",  # blue
    "#E69F00",  # orange
    "#009E73",  # bluish green
    "#D55E00",  # vermillion
    "#56B4E9",  # sky blue
    "#CC79A7",  # reddish purple
    "#F0E442",  # yellow
    "#000000",  # black
)
GREYS = ("#8A8A8A", "#BDBDBD", "#5E5E5E", "#A3A3A3")
HATCHES = ("", "////", "....", "\\\\\\\\", "xxxx", "----")
MARKERS = ("circle", "square", "diamond", "cross", "x", "circle-open", "square-open")
UNMATCHED = " (no match)"
"""Ends the name of a cluster without a behaviour of its own."""
_UNNAMED = re.compile(r"clusters? (\d+)(?:\+\d+)*")
NOTE_SIZE = 7.0
NOTE_COLOUR = "#555555"


@dataclass(frozen=True)
class Style:
    """How one label is drawn.

    Attributes
    ----------
    colour : str
        Hexadecimal, such as ``"#0072B2"``.
    hatch : str
        Pattern of areas, one of :data:`HATCHES` (matplotlib's).
    marker : str
        Shape of points, one of :data:`MARKERS` (plotly's).
    lines : str
        Colour of the pattern's lines.
    """

    colour: str
    hatch: str
    marker: str
    lines: str = "white"


NOT_SEEN_STYLE = Style("#F2F2F2", "////", "x", "#8A8A8A")
"""Of frames of which too little was seen, or that are not labelled."""
STYLES_APART = {
    NOT_SEEN_LABEL: NOT_SEEN_STYLE,
    NOT_LABELLED: NOT_SEEN_STYLE,
    UNKNOWN_LABEL: Style("#BDBDBD", "", "circle-open"),
}
"""Of frames that show no behaviour: pale and grey, so that behaviours stand out."""


def style_numbers_for(
    labels: Iterable[str], given: Mapping[str, int] | None = None
) -> dict[str, int]:
    """Number labels: a cluster without a name by its own number, others as they first appear.

    So recordings that share clusters show each of them alike.

    Parameters
    ----------
    labels : iterable of str
        Labels as shown, in any number.
    given : mapping of str to int, optional
        Name -> number of its style, where a vocabulary of several recordings says it.

    Returns
    -------
    dict of str to int
        Label -> number of its style from 0, in the order of first appearance; no two are the same.
    """
    distinct = list(dict.fromkeys(labels))
    numbers: dict[str, int] = {}
    for label in distinct:
        if found := _UNNAMED.fullmatch(label):
            numbers.setdefault(label, int(found[1]))
        elif given and label in given:
            numbers[label] = given[label]
    used: set[int] = set()
    for label in distinct:
        wanted = numbers.get(label)
        if wanted is None or wanted in used:
            numbers[label] = next(one for one in count() if one not in used | set(numbers.values()))
        used.add(numbers[label])
    return {label: numbers[label] for label in distinct}


def styles_for(
    labels: Iterable[str], style_numbers: Mapping[str, int] | None = None
) -> dict[str, Style]:
    """Choose a style for each distinct label, by its number (see :func:`style_numbers_for`).

    Parameters
    ----------
    labels : iterable of str
        Labels as shown, in any number; those that end with :data:`UNMATCHED` are grey.
    style_numbers : mapping of str to int, optional
        Name -> number of its style, where a vocabulary of several recordings says it.

    Returns
    -------
    dict of str to Style
        Label -> style.
    """
    distinct = list(dict.fromkeys(labels))
    absent = {label: STYLES_APART[label] for label in distinct if label in STYLES_APART}
    known = [label for label in distinct if label not in absent]
    matched = [label for label in known if not label.endswith(UNMATCHED)]
    unmatched = [label for label in known if label.endswith(UNMATCHED)]
    return (
        {
            label: _behaviour_style(number)
            for label, number in style_numbers_for(matched, style_numbers).items()
        }
        | {label: _unmatched_style(index) for index, label in enumerate(unmatched)}
        | absent
    )


def colours_for(labels: Iterable[str]) -> dict[str, str]:
    """Choose a colour for each distinct label, by its number (see :func:`style_numbers_for`).

    Parameters
    ----------
    labels : iterable of str
        Labels as shown, in any number.

    Returns
    -------
    dict of str to str
        Label -> colour in hexadecimal.
    """
    return {label: style.colour for label, style in styles_for(labels).items()}


def text_colour(background: str) -> str:
    """Choose black or white, whichever is read more easily on a colour (WCAG 2.2's contrast ratio).

    Parameters
    ----------
    background : str
        Colour that matplotlib knows, such as ``"#0072B2"``.

    Returns
    -------
    str
        ``"#000000"`` or ``"#ffffff"``.
    """
    channels = np.array(to_rgb(background))
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    luminance = float(linear @ (0.2126, 0.7152, 0.0722))
    return "#000000" if (luminance + 0.05) ** 2 > 1.05 * 0.05 else "#ffffff"


def display_names(predicted: FrameLabels, annotated: Sequence[str] | None) -> list[str]:
    """Name the predicted label of each frame; a matched cluster has the name of its behaviour.

    Parameters
    ----------
    predicted : ndarray of int or sequence of str, shape (frames,)
        Clusters, or names, which stay as they are.
    annotated : sequence of str or None, shape (frames,)
        What clusters are matched to; None numbers them.

    Returns
    -------
    list of str, shape (frames,)
        Behaviours for matched clusters; ``"cluster 5 (no match)"`` for others. :func:`row_titles`
        says which clusters they are.

    Raises
    ------
    DataError
        When prediction and annotation differ in length.
    """
    if annotated is not None and len(predicted) != len(annotated):
        raise DataError(
            f"the prediction has {len(predicted)} labels but the annotation {len(annotated)}; "
            "both must label the same frames"
        )
    if not isinstance(predicted, np.ndarray):
        return list(predicted)
    clusters = predicted.tolist()
    if annotated is None:
        names = {cluster: f"cluster {cluster}" for cluster in set(clusters)}
    else:
        matched = match_clusters(*_seen(predicted, annotated))
        names = {c: matched.get(c, f"cluster {c}{UNMATCHED}") for c in set(clusters)}
    return [(names | {NOT_SEEN: NOT_SEEN_LABEL})[cluster] for cluster in clusters]


def _seen(
    predicted: Int[np.ndarray, "frames"], annotated: Sequence[str]
) -> tuple[Int[np.ndarray, "seen"], list[str]]:
    """Clusters and behaviours of the frames that have both."""
    pairs = zip(predicted.tolist(), annotated, strict=True)
    both = [cluster != NOT_SEEN and name != NOT_LABELLED for cluster, name in pairs]
    seen = np.flatnonzero(both)
    return predicted[seen], [annotated[frame] for frame in seen.tolist()]


class Title(NamedTuple):
    """How a label is called in words.

    Attributes
    ----------
    short : str
        Where there is little room, such as ``"cluster 0"``.
    full : str
        Such as ``"cluster 0 (overlaps most with annotated walk)"``.
    """

    short: str
    full: str


def row_titles(
    labels: FrameLabels, reference: Sequence[str], kind: str = "annotated {}"
) -> dict[str, Title]:
    """What the names of :func:`display_names` stand for: which cluster, and what it matches.

    Parameters
    ----------
    labels : ndarray of int or sequence of str, shape (frames,)
        Clusters, or names that a person gave.
    reference : sequence of str, shape (frames,)
        What clusters are matched to.
    kind : str
        What the reference's names are, such as ``"annotated {}"``.

    Returns
    -------
    dict of str to Title
        Name -> title, such as ``"cluster 0 (overlaps most with annotated walk)"``.

    Raises
    ------
    DataError
        When labels and reference differ in length.
    """
    if not isinstance(labels, np.ndarray):
        return {name: Title(name, name) for name in dict.fromkeys(labels)}
    titles = {}
    if (labels == NOT_SEEN).any():
        titles[NOT_SEEN_LABEL] = Title(NOT_SEEN_LABEL, NOT_SEEN_LABEL)
    clusters = np.unique(labels[labels != NOT_SEEN]).tolist()
    labels, reference = _seen(labels, reference)
    table, matched = confusion(labels, reference), match_clusters(labels, reference)
    for cluster in clusters:
        own = f"cluster {cluster}"
        if cluster not in matched:
            titles[f"{own}{UNMATCHED}"] = Title(
                own, f"{own} (matches no {kind.format('behaviour')})"
            )
            continue
        name = matched[cluster]
        most = table.loc[name, cluster] == table[cluster].max()
        how = "overlaps most with" if most else "matched to"
        full = own if name == own else f"{own} ({how} {kind.format(name)})"
        titles[name] = Title(own, full)
    return titles


def literal(text: str) -> str:
    """Make matplotlib show a label letter by letter; between dollars it would read formulas.

    Parameters
    ----------
    text : str
        Any label.

    Returns
    -------
    str
        The label with its dollars escaped.
    """
    return text.replace("$", r"\$")


def axes_for(ax: Axes | None, width: float, height: float) -> Axes:
    """Return the caller's axes, or make a figure.

    Parameters
    ----------
    ax : Axes or None
        Axes of the caller; None makes new ones.
    width : float
        Width of a new figure, in inches.
    height : float
        Height of a new figure, in inches.

    Returns
    -------
    Axes
        Axes to draw on.
    """
    if ax is not None:
        return ax
    return Figure(figsize=(width, height), layout="constrained").add_subplot()


def figure_of(ax: Axes) -> Figure:
    """Find the figure that axes belong to, also when they lie in a subfigure.

    Parameters
    ----------
    ax : Axes
        Axes of a figure.

    Returns
    -------
    Figure
        The outermost figure.
    """
    figure = ax.figure
    return figure.figure if isinstance(figure, SubFigure) else figure


def add_note(figure: Figure, note: str | None) -> float:
    """Write a small note along the bottom; a constrained layout keeps that strip free.

    Parameters
    ----------
    figure : Figure
        The figure.
    note : str or None
        The note; None or nothing writes none.

    Returns
    -------
    float
        Share of the figure's height that the note needs, 0 to 1.
    """
    if not note:
        return 0.0
    width, height = figure.get_size_inches()
    text = wrap_note(note, int(width * 72 / (0.62 * NOTE_SIZE)))
    figure.text(0.01, 0.01, text, fontsize=NOTE_SIZE, color=NOTE_COLOUR, va="bottom")
    strip = float((1.3 * NOTE_SIZE * (text.count("\n") + 1) + 6) / 72 / height)
    engine = figure.get_layout_engine()
    if isinstance(engine, ConstrainedLayoutEngine):
        engine.set(rect=(0, strip, 1, 1 - strip))
    return strip


def wrap_note(note: str, characters: int, newline: str = "\n") -> str:
    """Break a note into lines of limited length.

    Parameters
    ----------
    note : str
        The note.
    characters : int
        Most characters of a line.
    newline : str
        Text between lines.

    Returns
    -------
    str
        The lines, joined.
    """
    return newline.join(textwrap.wrap(note, characters))


def _behaviour_style(index: int) -> Style:
    if index < len(OKABE_ITO):
        return Style(OKABE_ITO[index], HATCHES[0], MARKERS[0])
    hues = len(OKABE_ITO) - 1  # black has neither a darker nor a lighter form worth the name
    turn, hue = divmod(index - len(OKABE_ITO), hues)
    return Style(_shade(OKABE_ITO[hue], turn + 1), *_pattern(turn + 1))


def _unmatched_style(index: int) -> Style:
    turn, grey = divmod(index, len(GREYS))
    return Style(GREYS[grey], *_pattern(turn + 1))


def _pattern(turn: int) -> tuple[str, str]:
    """Hatch and marker of the palette's turn-th repetition; only turn 0 is plain."""
    return (
        HATCHES[1 + (turn - 1) % (len(HATCHES) - 1)],
        MARKERS[1 + (turn - 1) % (len(MARKERS) - 1)],
    )


def _shade(colour: str, turn: int) -> str:
    """Darker on odd turns, lighter on even ones, further each time."""
    towards = np.zeros(3) if turn % 2 else np.ones(3)
    amount = 1 - 0.6 ** ((turn + 1) // 2)
    red, green, blue = (1 - amount) * np.array(to_rgb(colour)) + amount * towards
    return to_hex((red, green, blue))
