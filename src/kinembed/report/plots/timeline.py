"""Frame labels over time: one row per prediction, the annotation below them."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from kinembed.core.errors import DataError
from kinembed.motion.motion import Segmentation
from kinembed.motion.segments import FrameLabels, segments
from kinembed.report.plots.theme import (
    Style,
    Title,
    add_note,
    axes_for,
    display_names,
    figure_of,
    literal,
    row_titles,
    styles_for,
)
from kinembed.segmentation.predictions import UNMERGED, number_of_clusters

ANNOTATION = "annotation"
ROW_HEIGHT = 0.8
LEGEND_ROWS = 20
ROW_TITLES = {"given": "Clusters (you set {})", "estimated": "Clusters (number found: {})"}
"""Of a prediction, by its variant; in braces stands the number of clusters."""
MATCHED = "A cluster has the colour of\nthe behaviour it is matched to."
"""Above the legend, where clusters stand beside an annotation."""


def timeline(
    predictions: Mapping[str, FrameLabels],
    frame_rate: float,
    segmentation: Segmentation | None = None,
    ax: Axes | None = None,
    title: str | None = None,
    note: str | None = None,
) -> Figure:
    """Draw which label each frame has, for one or more predictions of the same frames.

    Predicted clusters have the colours of the behaviours they are matched to; without an
    annotation, clusters of later rows are matched to those of the first. Grey bands are the ranges
    in which an annotated boundary may lie.

    Parameters
    ----------
    predictions : mapping of str to (ndarray of int or sequence of str), each of shape (frames,)
        Title of a row -> label of every frame, from top to bottom.
    frame_rate : float
        Frames per second, in Hz.
    segmentation : Segmentation or None
        Annotated behaviours, drawn as the last row; None draws none.
    ax : Axes or None
        Axes to draw on; None makes a figure.
    title : str or None
        Text above the axes.
    note : str or None
        Small text below the figure.

    Returns
    -------
    Figure
        One row of blocks per prediction, and one for the annotation.

    Raises
    ------
    DataError
        When there is no row, or rows differ in length.
    """
    rows = shown_rows(predictions, segmentation)
    styles = styles_of_rows(rows, segmentation)
    height = max(1.2 + 0.45 * len(rows), 0.6 + 0.21 * min(len(styles), LEGEND_ROWS))
    ax = axes_for(ax, width=11.0, height=height)
    for position, names in enumerate(rows.values()):
        _draw_row(ax, position, names, styles, frame_rate)
    if segmentation is not None:
        _draw_ranges(ax, segmentation, frame_rate)
    _finish_axes(ax, list(rows), len(next(iter(rows.values()))) / frame_rate, title)
    matched = any(isinstance(labels, np.ndarray) for labels in predictions.values())
    _draw_legend(ax, styles, annotated=segmentation is not None, matched=matched)
    add_note(figure_of(ax), note)
    return figure_of(ax)


def shown_rows(
    predictions: Mapping[str, FrameLabels], segmentation: Segmentation | None
) -> dict[str, list[str]]:
    """Name every frame of each row as it is shown.

    Parameters
    ----------
    predictions : mapping of str to (ndarray of int or sequence of str), each of shape (frames,)
        Title of a row -> label of every frame, from top to bottom.
    segmentation : Segmentation or None
        Annotated behaviours, the last row; None adds none.

    Returns
    -------
    dict of str to (list of str), each of shape (frames,)
        Title of a row -> name of every frame; see
        :func:`kinembed.report.plots.theme.display_names`.

    Raises
    ------
    DataError
        When there is no row, or rows differ in length.
    """
    if not predictions:
        raise DataError("a timeline needs at least one row of frame labels")
    reference = _reference(predictions, segmentation)
    for row, labels in predictions.items():
        if len(labels) != len(reference):
            raise DataError(
                f"row {row!r} of the timeline has {len(labels)} frames, "
                f"but {len(reference)} were expected"
            )
    rows = {row: display_names(labels, reference) for row, labels in predictions.items()}
    return rows if segmentation is None else {**rows, ANNOTATION: reference}


def titles_of_rows(
    predictions: Mapping[str, FrameLabels], segmentation: Segmentation | None
) -> dict[str, dict[str, Title]]:
    """Say what the names of :func:`shown_rows` stand for in each row.

    Without an annotation, clusters of later rows are matched to those of the first row.

    Parameters
    ----------
    predictions : mapping of str to (ndarray of int or sequence of str), each of shape (frames,)
        Title of a row -> label of every frame, from top to bottom.
    segmentation : Segmentation or None
        Annotated behaviours, the last row; None adds none.

    Returns
    -------
    dict of str to (dict of str to Title)
        Title of a row -> name -> what it is called there.

    Raises
    ------
    DataError
        When there is no row, or rows differ in length.
    """
    rows = shown_rows(predictions, segmentation)
    reference = _reference(predictions, segmentation)
    kind = "{} of the first row" if segmentation is None else "annotated {}"
    titles = {row: row_titles(labels, reference, kind) for row, labels in predictions.items()}
    annotated = {name: Title(name, name) for name in dict.fromkeys(rows.get(ANNOTATION, ()))}
    return titles if segmentation is None else {**titles, ANNOTATION: annotated}


def _reference(
    predictions: Mapping[str, FrameLabels], segmentation: Segmentation | None
) -> list[str]:
    """What clusters are matched to, a name per frame."""
    if segmentation is not None:
        return segmentation.frame_labels()
    return display_names(next(iter(predictions.values())), None)


def titled_predictions(
    predictions: pd.DataFrame,
    labels: Mapping[str, FrameLabels],
    counted: pd.DataFrame | None = None,
) -> dict[str, FrameLabels]:
    """Rows of a timeline: labels by a title that says who chose the number of clusters.

    Parameters
    ----------
    predictions : DataFrame
        A prediction per column, ``given`` or ``estimated``: the cluster of every frame.
    labels : mapping of str to (ndarray of int or sequence of str), each of shape (frames,)
        Column -> what is drawn: its clusters, or names that a person gave.
    counted : DataFrame, optional
        Predictions whose clusters are counted: of all recordings that share them; None: of this
        one.

    Returns
    -------
    dict of str to (ndarray of int or sequence of str)
        Title, such as ``"Clusters (you set 6)"`` -> labels.
    """
    counted = predictions if counted is None else counted
    return {_row_title(counted, variant): shown for variant, shown in labels.items()}


def _row_title(predictions: pd.DataFrame, variant: str) -> str:
    number = number_of_clusters(predictions[variant])
    unmerged = predictions.get(f"{variant}_{UNMERGED}")
    if unmerged is None:
        return ROW_TITLES[variant].format(number)
    return f"{ROW_TITLES[variant].format(number_of_clusters(unmerged))}, merged to {number}"


def styles_of_rows(
    rows: Mapping[str, Sequence[str]],
    segmentation: Segmentation | None,
    style_numbers: Mapping[str, int] | None = None,
) -> dict[str, Style]:
    """Choose the styles of all names: behaviours in the order of the annotation, then the others.

    Parameters
    ----------
    rows : mapping of str to sequence of str
        Title of a row -> name of every frame, as made by :func:`shown_rows`.
    segmentation : Segmentation or None
        Annotated behaviours.
    style_numbers : mapping of str to int, optional
        Name -> number of its style, where a vocabulary of several recordings says it.

    Returns
    -------
    dict of str to Style
        Name -> style.
    """
    names = list(segmentation.behaviours) if segmentation else []
    for row in rows.values():
        names.extend(dict.fromkeys(row))
    return styles_for(names, style_numbers)


def _draw_row(
    ax: Axes, position: int, names: Sequence[str], styles: Mapping[str, Style], frame_rate: float
) -> None:
    found = segments(names)
    for name in dict.fromkeys(names):
        spans = [
            (segment.start / frame_rate, (segment.stop - segment.start) / frame_rate)
            for segment in found
            if segment.label == name
        ]
        ax.broken_barh(
            spans,
            (position - ROW_HEIGHT / 2, ROW_HEIGHT),
            facecolor=styles[name].colour,
            hatch=styles[name].hatch or None,
            hatchcolor=styles[name].lines,
            linewidth=0,
        )


def _draw_ranges(ax: Axes, segmentation: Segmentation, frame_rate: float) -> None:
    earliest, best, latest = np.asarray(segmentation.boundaries, dtype=float).T / frame_rate
    ax.broken_barh(
        list(zip(earliest, latest - earliest, strict=True)),
        (0, 1),
        transform=ax.get_xaxis_transform(),
        facecolor=(0.45, 0.45, 0.45, 0.5),
        linewidth=0,
        zorder=3,
    )
    ax.vlines(
        best,
        0,
        1,
        transform=ax.get_xaxis_transform(),
        colors="black",
        linewidth=0.7,
        zorder=4,
    )


def _finish_axes(ax: Axes, rows: Sequence[str], seconds: float, title: str | None) -> None:
    ax.set_xlim(0, seconds)
    ax.set_ylim(len(rows) - 0.5, -0.5)
    ax.set_yticks(range(len(rows)), rows)
    ax.tick_params(axis="y", length=0)
    ax.set_xlabel("time (s)")
    ax.spines[["top", "right", "left"]].set_visible(False)
    if title:
        ax.set_title(title, loc="left")


def _draw_legend(ax: Axes, styles: Mapping[str, Style], annotated: bool, matched: bool) -> None:
    entries = [
        Patch(
            facecolor=style.colour,
            hatch=style.hatch or None,
            hatchcolor=style.lines,
            linewidth=0,
            label=literal(name),
        )
        for name, style in styles.items()
    ]
    if annotated:
        entries.append(Patch(facecolor="0.65", linewidth=0, label="accepted range of a boundary"))
    ax.legend(
        handles=entries,
        loc="upper left",
        bbox_to_anchor=(1.0, 1.0),
        frameon=False,
        fontsize=8,
        ncols=1 + (len(entries) - 1) // LEGEND_ROWS,
        title=MATCHED if annotated and matched else None,
        title_fontsize=7,
        alignment="left",
    )
