"""Frame labels over time: one row per prediction, the annotation below them."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from kinembed.core.errors import DataError
from kinembed.motion.motion import Segmentation
from kinembed.motion.segments import FrameLabels, segments
from kinembed.report.plots.theme import (
    Style,
    add_note,
    axes_for,
    display_names,
    figure_of,
    literal,
    styles_for,
)

ANNOTATION = "annotation"
ROW_HEIGHT = 0.8
LEGEND_ROWS = 20


def timeline(
    predictions: Mapping[str, FrameLabels],
    frame_rate: float,
    segmentation: Segmentation | None = None,
    ax: Axes | None = None,
    title: str | None = None,
    note: str | None = None,
) -> Figure:
    """Draw which label each frame has, for one or more predictions of the same frames.

    Predicted clusters (integers) appear as the behaviours they are matched to; without an
    annotation, the clusters of later rows are matched to those of the first. Grey bands are the
    ranges in which an annotated boundary may lie. ``predictions`` maps the name of a row to one
    label per frame; ``frame_rate`` is in Hz.

    Raises
    ------
    DataError: there is no row, or a row has another number of frames than the rest.
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
    _draw_legend(ax, styles, tolerance=segmentation is not None)
    add_note(figure_of(ax), note)
    return figure_of(ax)


def shown_rows(
    predictions: Mapping[str, FrameLabels], segmentation: Segmentation | None
) -> dict[str, list[str]]:
    """Names to show per frame, by row from top to bottom; see :func:`timeline`.

    Raises DataError when there is no row, or a row has another number of frames than the rest.
    """
    if not predictions:
        raise DataError("a timeline needs at least one row of frame labels")
    reference = (
        display_names(next(iter(predictions.values())), None)
        if segmentation is None
        else segmentation.frame_labels()
    )
    for row, labels in predictions.items():
        if len(labels) != len(reference):
            raise DataError(
                f"row {row!r} of the timeline has {len(labels)} frames, "
                f"but {len(reference)} were expected"
            )
    rows = {row: display_names(labels, reference) for row, labels in predictions.items()}
    return rows if segmentation is None else {**rows, ANNOTATION: reference}


def styles_of_rows(
    rows: Mapping[str, Sequence[str]], segmentation: Segmentation | None
) -> dict[str, Style]:
    """Styles of all names: behaviours in the order of the annotation, then the others."""
    names = list(segmentation.behaviours) if segmentation else []
    for row in rows.values():
        names.extend(dict.fromkeys(row))
    return styles_for(names)


def _draw_row(
    ax: Axes, position: int, names: Sequence[str], styles: Mapping[str, Style], frame_rate: float
) -> None:
    runs = segments(names)
    for name in dict.fromkeys(names):
        spans = [
            (run.start / frame_rate, (run.stop - run.start) / frame_rate)
            for run in runs
            if run.label == name
        ]
        ax.broken_barh(
            spans,
            (position - ROW_HEIGHT / 2, ROW_HEIGHT),
            facecolor=styles[name].colour,
            hatch=styles[name].hatch or None,
            hatchcolor="white",
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


def _draw_legend(ax: Axes, styles: Mapping[str, Style], tolerance: bool) -> None:
    entries = [
        Patch(
            facecolor=style.colour,
            hatch=style.hatch or None,
            hatchcolor="white",
            linewidth=0,
            label=literal(name),
        )
        for name, style in styles.items()
    ]
    if tolerance:
        entries.append(Patch(facecolor="0.65", linewidth=0, label="boundary: accepted range"))
    ax.legend(
        handles=entries,
        loc="upper left",
        bbox_to_anchor=(1.0, 1.0),
        frameon=False,
        fontsize=8,
        ncols=1 + (len(entries) - 1) // LEGEND_ROWS,
    )
