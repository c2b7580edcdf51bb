"""What to check before training: what was assumed, left out, resampled or not read."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from kinembed.core.listing import NAMED, listed
from kinembed.io.formats.opening import suffix_of
from kinembed.io.ingestion import IngestionParameters
from kinembed.motion.positions import PositionParameters
from kinembed.report.ingestion_page.pose import PoseDrawing
from kinembed.report.ingestion_page.rows import RecordingRow
from kinembed.report.ingestion_page.words import counted, percent

MUCH = 0.1
"""Share of a recording's frames; where more were not seen or a joint masked, a remark says so."""
WITHOUT_RATE = (".amc", ".txt", ".mat")
"""Files of rotations that do not state a frame rate."""


def remarks(
    rows: Sequence[RecordingRow],
    joint_table: pd.DataFrame,
    summary: Mapping[str, Any],
    drawing: PoseDrawing,
    parameters: IngestionParameters,
) -> list[str]:
    """List what a person should check.

    Parameters
    ----------
    rows : sequence of RecordingRow
        All recordings.
    joint_table : DataFrame
        A row per recording and joint.
    summary : mapping of str to Any
        Its ``absent`` lists files that were not read, by ``name``, ``role`` and ``reason``.
    drawing : PoseDrawing
        Of any recording: all have the same number of dimensions.
    parameters : IngestionParameters
        How recordings were read.

    Returns
    -------
    list of str
        A sentence or two each; none where there is nothing to check.
    """
    return [
        *_view(drawing, parameters),
        *_left_out(joint_table),
        *_masked(joint_table),
        *_not_seen(rows),
        *_resampled(rows),
        *_rates(rows, drawing, parameters),
        *not_read(summary),
    ]


def not_read(summary: Mapping[str, Any]) -> list[str]:
    """Say which files were not read, and why.

    Parameters
    ----------
    summary : mapping of str to Any
        Its ``absent`` lists these files by ``name``, ``role`` and ``reason``.

    Returns
    -------
    list of str
        One sentence, or none; it names 8 files at most.
    """
    files = [f"{one['name']} ({one['role']}): {one['reason']}" for one in summary["absent"]]
    more = f"; and {len(files) - NAMED} more" if len(files) > NAMED else ""
    return [f"Not read: {'; '.join(files[:NAMED])}{more}."] * bool(files)


def _view(drawing: PoseDrawing, parameters: IngestionParameters) -> list[str]:
    if drawing.plane != "top" or not parameters.positions.view_is_assumed:
        return []
    return [
        "The recordings are 2-D and no view was set, so they are assumed to be seen from above. If "
        "the camera stood at the side, rearing and jumps are lost: set "
        "ingestion.positions.view=side (or top, if this is right)."
    ]


def _left_out(joint_table: pd.DataFrame) -> list[str]:
    found = []
    for why, rows in joint_table[~joint_table["used"]].groupby("why_not_used", sort=False):
        worst = rows.sort_values("seen_share", kind="stable").iloc[0]
        detail = ""
        if why == "hardly ever seen":
            seen = percent(worst["seen_share"])
            detail = f"; {worst['joint']} is seen in {seen} of the frames of {worst['recording']}"
        found.append(f"Not used in any recording ({why}): {listed(rows['joint'])}{detail}.")
    return found


def _masked(joint_table: pd.DataFrame) -> list[str]:
    """Joints that are used, each where it is masked most."""
    much = joint_table[joint_table["used"] & (joint_table["masked_share"] > MUCH)]
    worst = much.sort_values("masked_share", ascending=False, kind="stable")
    named = [
        f"{row['joint']} ({percent(row['masked_share'])} of {row['recording']})"
        for row in worst.drop_duplicates("joint").to_dict("records")
    ]
    return [f"Masked in more than {percent(MUCH)} of the frames: {listed(named)}."] * bool(named)


def _not_seen(rows: Sequence[RecordingRow]) -> list[str]:
    much = [row for row in rows if row.lost_share > MUCH]
    much.sort(key=lambda row: row.lost_share, reverse=True)
    if not much:
        return []
    named = listed(f"{row.name} ({percent(row.lost_share)})" for row in much)
    return [f"More than {percent(MUCH)} of the frames were not seen in {named}."]


def _resampled(rows: Sequence[RecordingRow]) -> list[str]:
    other = [row for row in rows if row.frame_rate != row.common_rate]
    if not other:
        return []
    rates = listed(f"{rate:g}" for rate in sorted({row.frame_rate for row in other}))
    return [
        f"{counted(len(other), 'recording')} of {rates} Hz will be resampled to "
        f"{other[0].common_rate:g} Hz, the lowest rate."
    ]


def _rates(
    rows: Sequence[RecordingRow], drawing: PoseDrawing, parameters: IngestionParameters
) -> list[str]:
    """Rates that a setting gives, not the file."""
    if not drawing.turns:
        given = _position_rates(parameters.positions)
        return [f"Frame rate of files that state none: {', else '.join(given)}."] * bool(given)
    silent = {row.file for row in rows if suffix_of(row.file) in WITHOUT_RATE}
    return [
        f"{counted(len(silent), 'file')} of AMC, text or MATLAB, which state no frame rate: read "
        f"at {parameters.frame_rate:g} Hz (ingestion.frame_rate)."
    ] * bool(silent)


def _position_rates(positions: PositionParameters) -> list[str]:
    of_names = [f"{rate:g} Hz for {name}" for name, rate in positions.frame_rates.items()]
    given = [f"{listed(of_names)} (ingestion.positions.frame_rates)"] if of_names else []
    if positions.frame_rate is not None:
        given.append(f"{positions.frame_rate:g} Hz (ingestion.positions.frame_rate)")
    return given
