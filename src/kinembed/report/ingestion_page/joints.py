"""The joints of recordings, as rows of the page's tables."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd


@dataclass(frozen=True)
class JointRows:
    """The joints of one recording.

    Attributes
    ----------
    recording : str
        Name of the recording.
    rows : list of dict
        Rows of the joint table.
    worst : dict
        The row with the longest gap.
    partly : int
        Joints that were not seen in all frames, or are not used.
    """

    recording: str
    rows: list[dict[Any, Any]]
    worst: Mapping[Any, Any]
    partly: int


def joints_by_recording(joint_table: pd.DataFrame) -> list[JointRows]:
    """Collect the joints of each recording of which something is missing.

    Parameters
    ----------
    joint_table : DataFrame
        A row per recording and joint, as :func:`kinembed.io.joint_table.agree_on_joints` returns
        it.

    Returns
    -------
    list of JointRows
        Recordings of which a joint was not seen in all frames or is not used.
    """
    incomplete = (joint_table["seen_share"] < 1) | ~joint_table["used"]
    found = []
    for name, joints in joint_table.assign(incomplete=incomplete).groupby("recording"):
        if joints["incomplete"].any():
            rows: list[dict[Any, Any]] = joints.to_dict("records")
            worst = max(rows, key=lambda row: row["longest_gap_s"])
            found.append(JointRows(str(name), rows, worst, int(joints["incomplete"].sum())))
    return found


def joints_over_all(joint_table: pd.DataFrame) -> list[dict[Any, Any]]:
    """Collect how badly each joint was seen, over all recordings.

    Parameters
    ----------
    joint_table : DataFrame
        A row per recording and joint, as :func:`kinembed.io.joint_table.agree_on_joints` returns
        it.

    Returns
    -------
    list of dict
        Of each joint that was not seen in all frames or is not used: ``joint``, ``used``,
        ``why_not_used``, ``recordings`` (how many have it), ``seen_share`` and ``recording`` (the
        least, and where), and ``longest_gap_s``.
    """
    joints = joint_table.sort_values("seen_share", kind="stable").groupby("joint", sort=False)
    table = joints.agg(
        used=("used", "first"),
        why_not_used=("why_not_used", "first"),
        recordings=("recording", "nunique"),
        seen_share=("seen_share", "first"),
        recording=("recording", "first"),
        longest_gap_s=("longest_gap_s", "max"),
    ).reset_index()
    rows: list[dict[Any, Any]] = table[(table["seen_share"] < 1) | ~table["used"]].to_dict(
        "records"
    )
    return rows
