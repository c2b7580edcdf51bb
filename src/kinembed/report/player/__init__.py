"""The report: one page that opens from disk, with a player for every sequence."""

from kinembed.report.player.page import labelled_page, report_page
from kinembed.report.player.sequence import player_block

__all__ = ["labelled_page", "player_block", "report_page"]
