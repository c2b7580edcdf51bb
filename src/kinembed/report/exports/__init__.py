"""Exports of segments: a table, and files that annotation tools open.

CSV and Parquet are the table as it is (:mod:`kinembed.report.exports.segments`); the other formats
are made from it, each in a file of its own here.
"""

from kinembed.report.exports.boris import aggregated_events
from kinembed.report.exports.elan import write_eaf
from kinembed.report.exports.segments import behaviour_usage, list_segments, segment_table

__all__ = [
    "aggregated_events",
    "behaviour_usage",
    "list_segments",
    "segment_table",
    "write_eaf",
]
