"""Segments as a table of aggregated events, with the columns of BORIS.

Friard & Gamba, "BORIS: a free, versatile open-source event-logging software for video/audio coding
and live observations", 2016; the columns are those that BORIS 8 exports. Each tier of a sequence
is an observation of its own, as two people's codings of one video would be; every event is a state.
"""

import pandas as pd

from kinembed.report.exports.segments import MICROSECONDS

COLUMNS = [
    "Observation id",
    "Observation date",
    "Description",
    "Observation type",
    "Source",
    "Time offset (s)",
    "Coding duration",
    "Media duration (s)",
    "FPS (frame/s)",
    "Subject",
    "Observation duration by subject by observation",
    "Behavior",
    "Behavioral category",
    "Behavior type",
    "Start (s)",
    "Stop (s)",
    "Duration (s)",
    "Media file name",
    "Image index start",
    "Image index stop",
    "Image file path start",
    "Image file path stop",
    "Comment start",
    "Comment stop",
]
"""Those that nothing is known of stay empty."""
NO_SUBJECT = "No focal subject"


def aggregated_events(table: pd.DataFrame) -> pd.DataFrame:
    """Convert a table of segments to BORIS' aggregated events, one per segment.

    Parameters
    ----------
    table : DataFrame
        A row per segment, as made by :func:`kinembed.report.exports.segment_table`.

    Returns
    -------
    DataFrame
        The columns :data:`COLUMNS`; what is not known is NaN. Times are in seconds. Image indices
        are frames: the first of the segment, and the first after it. Comments give the first and
        the last frame in the numbers of the recording's file, where those differ.
    """
    lengths = table.groupby(["sequence", "tier"])["stop_s"].transform("max")
    events = pd.DataFrame(
        {
            "Observation id": table["sequence"] + " " + table["tier"],
            "Description": "made by kinembed",
            "Observation type": "Media file",
            "Time offset (s)": 0.0,
            "Coding duration": lengths,
            "Media duration (s)": lengths,
            "FPS (frame/s)": table["frame_rate"],
            "Subject": NO_SUBJECT,
            "Observation duration by subject by observation": lengths,
            "Behavior": table["label"],
            "Behavior type": "STATE",
            "Start (s)": table["start_s"],
            "Stop (s)": table["stop_s"],
            "Duration (s)": (table["stop_s"] - table["start_s"]).round(MICROSECONDS),
            "Image index start": table["start"],
            "Image index stop": table["stop"],
            **_comments(table),
        }
    )
    return events.reindex(columns=COLUMNS)


def _comments(table: pd.DataFrame) -> dict[str, pd.Series]:
    """What the first and the last frame are in the recording's file; NaN where it is the same."""
    same = (table["file_first"] == table["start"]) & (table["file_last"] == table["stop"] - 1)
    edges = {"Comment start": "file_first", "Comment stop": "file_last"}
    return {
        name: ("frame " + table[edge].astype(str) + " of the file").mask(same)
        for name, edge in edges.items()
    }
