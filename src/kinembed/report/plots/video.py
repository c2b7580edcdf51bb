"""Videos side by side, and what a network's units do."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from jaxtyping import Float
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.image import AxesImage

from kinembed.core.errors import DataError
from kinembed.report.plots.theme import OKABE_ITO, add_note

GAP = 2
"""Pixels between frames."""
LINES = {True: (OKABE_ITO[0], "-", "trained"), False: (OKABE_ITO[1], "--", "untrained")}


def strips(
    rows: Mapping[str, Float[np.ndarray, "frames side side *colours"]],
    note: str | None = None,
    source: int | None = None,
) -> Figure:
    """Draw videos as rows of frames.

    Parameters
    ----------
    rows : mapping of str to (ndarray of float, shape (frames, side, side, *colours))
        Name -> video, grey or in three colours, values 0 to 1; frames that are NaN stay empty.
    note : str or None
        Small text below the figure.
    source : int or None
        Number of given frames; a line stands after them. None draws no line.

    Returns
    -------
    Figure
        A row for each name.

    Raises
    ------
    DataError
        When there is no row.
    """
    if not rows:
        raise DataError("there is no video to draw")
    frames = max(len(video) for video in rows.values())
    figure = Figure(figsize=(2 + 0.5 * frames, 0.5 + 0.52 * len(rows)), layout="constrained")
    axes = figure.subplots(len(rows), 1, squeeze=False)[:, 0]
    for ax, (name, video) in zip(axes, rows.items(), strict=True):
        side = video.shape[2]
        show_picture(ax, _side_by_side(video))
        if source is not None:
            ax.axvline(source * (side + GAP) - (GAP + 1) / 2, color=OKABE_ITO[1], linewidth=1.5)
        ax.set_ylabel(name, rotation=0, ha="right", va="center", fontsize=8)
    add_note(figure, note)
    return figure


def input_filters(
    filters: Float[np.ndarray, "units side side *colours"],
    note: str | None = None,
    columns: int = 16,
) -> Figure:
    """Draw the weights of units as pictures, each on a scale of its own.

    Parameters
    ----------
    filters : ndarray of float, shape (units, side, side, *colours)
        Weights from each pixel, grey or in three colours. Grey is 0, white the largest positive,
        black the largest negative value.
    note : str or None
        Small text below the figure.
    columns : int
        Units in a row.

    Returns
    -------
    Figure
        One picture of all units.

    Raises
    ------
    DataError
        When there is no unit.
    """
    if not len(filters):
        raise DataError("there is no unit to draw")
    largest = np.abs(filters).max(axis=tuple(range(1, filters.ndim)), keepdims=True)
    scaled = 0.5 + 0.5 * filters / largest
    rows = [
        _side_by_side(scaled[start : start + columns]) for start in range(0, len(filters), columns)
    ]
    width = max(row.shape[1] for row in rows)
    gap = np.full((GAP, *_widened(rows[0], width).shape[1:]), np.nan)
    picture = np.vstack([one for row in rows for one in (_widened(row, width), gap)][:-1])
    figure = Figure(figsize=(9, 0.5 + 9 * len(picture) / width), layout="constrained")
    ax = figure.subplots()
    show_picture(ax, picture)
    ax.set_title(
        "weights from each pixel to the encoder's candidate state", loc="left", fontsize=10
    )
    add_note(figure, note)
    return figure


def unit_activity(
    activity: Float[np.ndarray, "frames units"], trained_for: int, note: str | None = None
) -> Figure:
    """Draw the states of units over predicted frames, those that vary most at the top.

    Parameters
    ----------
    activity : ndarray of float, shape (frames, units)
        States, -1 to 1.
    trained_for : int
        Number of frames that training predicts; a line stands after them.
    note : str or None
        Small text below the figure.

    Returns
    -------
    Figure
        A heat map.
    """
    order = np.argsort(-activity.std(axis=0))
    figure = Figure(figsize=(9, 4.5), layout="constrained")
    ax = figure.subplots()
    shown = ax.imshow(
        activity[:, order].T, aspect="auto", cmap="RdBu_r", vmin=-1, vmax=1, interpolation="none"
    )
    ax.axvline(trained_for - 0.5, color="black", linewidth=1)
    ax.set_xlabel("predicted frame")
    ax.set_ylabel("unit")
    figure.colorbar(shown, ax=ax, label="state")
    add_note(figure, note)
    return figure


def roll_out_peaks(
    table: pd.DataFrame, trained_for: int, note: str | None = None, label: str = "brightest pixel"
) -> Figure:
    """Draw the largest value of each predicted frame, a panel for each model.

    Parameters
    ----------
    table : DataFrame
        Columns ``model``, ``seed``, ``trained`` (bool), ``frame``, ``peak``.
    trained_for : int
        Number of frames that training predicts; a line stands there.
    note : str or None
        Small text below the figure.
    label : str
        Title of the vertical axis.

    Returns
    -------
    Figure
        Lines are means over seeds, bands their range.

    Raises
    ------
    DataError
        When the table is empty.
    """
    if table.empty:
        raise DataError("there is no roll-out to draw")
    models = table["model"].unique().tolist()
    figure = Figure(figsize=(1 + 2.3 * len(models), 3.2), layout="constrained")
    axes = figure.subplots(1, len(models), sharey=True, squeeze=False)[0]
    for ax, model in zip(axes, models, strict=True):
        _peaks(ax, table[table["model"] == model], trained_for)
        ax.set_title(model, loc="left", fontsize=9)
    axes[0].set_ylabel(label)
    axes[0].set_ylim(0, max(1.02, 1.05 * table["peak"].max()))
    axes[0].legend(frameon=False, fontsize=8)
    add_note(figure, note)
    return figure


def show_picture(ax: Axes, values: Float[np.ndarray, "height width *colours"]) -> AxesImage:
    """Show a picture on axes without ticks; what is missing has the colour of the page.

    Parameters
    ----------
    ax : Axes
        Axes to draw on.
    values : ndarray of float, shape (height, width, *colours)
        Grey, or red, green and blue, 0 to 1; NaN is missing.

    Returns
    -------
    AxesImage
        The picture, for new values.
    """
    ax.set_xticks([])
    ax.set_yticks([])
    ax.spines[:].set_visible(False)
    return ax.imshow(as_pixels(values), cmap="gray", vmin=0, vmax=1, interpolation="none")


def as_pixels(
    values: Float[np.ndarray, "height width *colours"],
) -> Float[np.ndarray, "height width *shown"]:
    """Convert a picture to what matplotlib draws.

    Parameters
    ----------
    values : ndarray of float, shape (height, width, *colours)
        Grey, or red, green and blue, 0 to 1; NaN is missing.

    Returns
    -------
    ndarray of float, shape (height, width) or (height, width, 4)
        Grey with missing pixels masked; or colours clipped to 0 to 1, with opacity.
    """
    if values.ndim == 2:
        return np.ma.masked_invalid(values)
    there = np.isfinite(values).all(axis=-1, keepdims=True)
    return np.concatenate([np.clip(np.nan_to_num(values), 0, 1), there], axis=-1)


def _peaks(ax: Axes, table: pd.DataFrame, trained_for: int) -> None:
    for trained, (colour, line, label) in LINES.items():
        peaks = table[table["trained"] == trained].groupby("frame")["peak"]
        spread = peaks.agg(["min", "mean", "max"])
        ax.fill_between(spread.index, spread["min"], spread["max"], color=colour, alpha=0.2)
        ax.plot(spread.index, spread["mean"], line, color=colour, label=label)
    ax.axvline(trained_for, color="black", linewidth=0.8)
    ax.set_xlabel("predicted frame")
    ax.spines[["top", "right"]].set_visible(False)


def _side_by_side(
    frames: Float[np.ndarray, "frames side side *colours"],
) -> Float[np.ndarray, "side width *colours"]:
    gap = np.full((frames.shape[1], GAP, *frames.shape[3:]), np.nan)
    return np.hstack([one for frame in frames for one in (frame, gap)][:-1])


def _widened(
    row: Float[np.ndarray, "side width *colours"], width: int
) -> Float[np.ndarray, "side wider *colours"]:
    beside = ((0, 0), (0, width - row.shape[1]), *[(0, 0)] * (row.ndim - 2))
    return np.pad(row, beside, constant_values=np.nan)
