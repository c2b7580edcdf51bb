"""What was seen of recordings and their joints, as rows of the report's tables."""

from typing import Any

import pandas as pd


def what_was_seen(joint_table: pd.DataFrame, recordings: pd.DataFrame) -> dict[str, Any]:
    """Collect what of the recordings was not seen, trimmed or left out.

    Parameters
    ----------
    joint_table : DataFrame
        A row per recording and joint, as :func:`kinembed.io.joint_table.agree_on_joints` returns
        it.
    recordings : DataFrame
        A row per recording, as :func:`kinembed.io.recording_table.recording_table` returns it.

    Returns
    -------
    dict of str to list of dict
        ``joints``: a row per recording and joint that is used and was not seen in all frames;
        ``recordings``: one per recording with frames that were not seen or were trimmed;
        ``left_out``: one per joint that is not used and reason.
    """
    used = joint_table[joint_table["used"]]
    trimmed = recordings["file_rows"] - recordings["frames"]
    partly = recordings.assign(trimmed=trimmed)[(recordings["unseen_share"] > 0) | (trimmed > 0)]
    return {
        "joints": used[used["seen_share"] < 1].to_dict("records"),
        "recordings": partly.to_dict("records"),
        "left_out": _left_out(joint_table[~joint_table["used"]]).to_dict("records"),
    }


def _left_out(joints: pd.DataFrame) -> pd.DataFrame:
    grouped = joints.groupby(["joint", "why_not_used"], sort=False)
    rows = grouped.agg(recordings=("recording", "nunique"), seen_share=("seen_share", "min"))
    return rows.reset_index()
