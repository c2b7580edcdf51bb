"""What was read, on one page and in the log, to inspect before anything is trained."""

from kinembed.report.ingestion_page.log_table import log_table
from kinembed.report.ingestion_page.page import ingestion_page
from kinembed.report.ingestion_page.pose import PoseDrawing, draw_pose
from kinembed.report.ingestion_page.remarks import not_read
from kinembed.report.ingestion_page.rows import RecordingRow, recording_rows

__all__ = [
    "PoseDrawing",
    "RecordingRow",
    "draw_pose",
    "ingestion_page",
    "log_table",
    "not_read",
    "recording_rows",
]
