"""Trials of subject 86 on which settings were chosen, and those that had no part in any choice.

They never share a mean.
"""

TUNING = ("86_01", "86_03", "86_05", "86_07")
TEST = ("86_09", "86_10", "86_12")
PARTS = {"tuning": TUNING, "test": TEST}
