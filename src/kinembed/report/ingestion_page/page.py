"""The page: what was read, in one file without scripts.

Names come from users' files, so they reach the page only escaped, by Jinja; should one slip
through, the page's policy lets no script run and nothing reach the network.
"""

from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Any

import pandas as pd
from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from kinembed.io.ingestion import IngestionParameters
from kinembed.report.ingestion_page.joints import joints_by_recording, joints_over_all
from kinembed.report.ingestion_page.layout import NAMED_JOINTS, WIDTH, height_for
from kinembed.report.ingestion_page.pose import PoseDrawing
from kinembed.report.ingestion_page.remarks import MUCH, remarks
from kinembed.report.ingestion_page.rows import RecordingRow
from kinembed.report.ingestion_page.words import counted, duration, percent
from kinembed.report.parameters import ReportParameters

OPEN = 6
"""Recordings of a page whose entries are open; of more, only the first entry is."""


def ingestion_page(
    rows: Sequence[RecordingRow],
    joint_table: pd.DataFrame,
    summary: Mapping[str, Any],
    drawings: Mapping[str, PoseDrawing],
    parameters: IngestionParameters,
    report: ReportParameters,
) -> str:
    """Make the page of what was read.

    Parameters
    ----------
    rows : sequence of RecordingRow
        All recordings, at least one.
    joint_table : DataFrame
        A row per recording and joint, as :func:`kinembed.io.joint_table.agree_on_joints` returns
        it.
    summary : mapping of str to Any
        As :func:`kinembed.io.ingestion.summarise` returns it.
    drawings : mapping of str to PoseDrawing
        Recording -> its drawing, of the first recording and others; the rest is not drawn.
    parameters : IngestionParameters
        How recordings were read.
    report : ReportParameters
        Title and note of the page.

    Returns
    -------
    str
        HTML, with everything in it.
    """
    drawing = drawings[rows[0].name]
    found = remarks(rows, joint_table, summary, drawing, parameters)
    environment = Environment(autoescape=True, undefined=StrictUndefined)
    environment.filters |= {"percent": percent, "counted": counted, "duration": duration}
    return environment.from_string(_asset("ingestion_page/page/ingestion.html")).render(
        answer=answer(rows, joint_table, len(found)),
        remarks=found,
        rows=rows,
        drawings=drawings,
        drawing=drawing,
        joints=joints_by_recording(joint_table),
        over_all=joints_over_all(joint_table),
        positions=parameters.positions,
        report=report,
        many=len(rows) > OPEN,
        much=MUCH,
        opened=len(rows) if len(rows) <= OPEN else 1,
        width=WIDTH,
        height_for=height_for,
        named_joints=NAMED_JOINTS,
        style=Markup(_style()),  # noqa: S704 -- our own files
    )


def answer(rows: Sequence[RecordingRow], joint_table: pd.DataFrame, to_check: int) -> str:
    """Say in one sentence what was read.

    Parameters
    ----------
    rows : sequence of RecordingRow
        All recordings, at least one.
    joint_table : DataFrame
        A row per recording and joint.
    to_check : int
        How many remarks follow.

    Returns
    -------
    str
        The sentence.
    """
    frames = sum(row.frames for row in rows)
    whole = sum(row.frames + row.trimmed for row in rows)
    lost = sum((row.frames + row.trimmed) * row.lost_share for row in rows) / whole
    every = joint_table["joint"].nunique()
    files = len({row.name.partition("/")[0] for row in rows})
    return (
        f"{counted(len(rows), 'recording')} in {counted(files, 'file')} "
        f"({counted(frames, 'frame')}, {duration(sum(row.duration_s for row in rows))}), used at "
        f"{rows[0].common_rate:g} Hz with {rows[0].joints_used} of {counted(every, 'joint')}; "
        f"{f'{percent(lost)} of the frames of the files were not' if lost else 'all frames were'} "
        "seen; "
        f"{counted(to_check, 'point') if to_check else 'nothing'} to check."
    )


def _style() -> str:
    return "\n".join(
        [_asset("player/page/report.css"), _asset("ingestion_page/page/ingestion.css")]
    )


def _asset(name: str) -> str:
    return files("kinembed.report").joinpath(name).read_text(encoding="utf-8")
