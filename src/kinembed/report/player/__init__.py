"""The report: one page that opens from disk, with a player for every sequence."""

from kinembed.report.player.page import report_page
from kinembed.report.player.sequence import player_block

__all__ = ["player_block", "report_page"]
